// What the judge says, in Chinese: its sentences are English, and known by their form. What is not
// known stays English.

/** Each form and what it reads in Chinese; `$1` and so on stand for what differs. */
const forms: readonly (readonly [form: RegExp, chinese: string])[] = [
  [/^(\d+) exchanges compared \(at least (\d+)\)$/, '已比对 $1 个请求（至少需要 $2 个）'],
  [/^every endpoint that matters was seen (\d+) times or more$/, '重要接口均出现 $1 次以上'],
  [/^(\d+) exchanges compared, (\d+) more are needed$/, '已比对 $1 个请求，还需要 $2 个'],
  [
    /^replay ([\d.]+) × as much: seen fewer than (\d+) times: (.*)$/,
    '请重放 $1 倍的流量：以下接口出现不足 $2 次：$3',
  ],
  [/^(\d+) confirmed, (\d+) suspected, (\d+) accepted$/, '已确认 $1，疑似 $2，已接受 $3'],
  [/^ask the baseline twice \((.*)\) to tell$/, '重复请求基线（$1）才能判断'],
  [/^([\d.]+) × as much traffic would tell$/, '$1 倍的流量才能判断'],
  [
    /^the candidate fails no more often than what it is held against$/,
    '候选版本的失败次数不高于对照方',
  ],
  [/^the candidate alone fails: (.*)$/, '仅候选版本失败：$1'],
  [/^no endpoint is slower than is put up with$/, '没有接口慢到超出容忍范围'],
  [
    /^no endpoint is slower than is put up with \((\d+) of (\d+) seen too briefly to tell\)$/,
    '没有接口慢到超出容忍范围（$2 个接口中有 $1 个观察时间过短，无法判断）',
  ],
  [/^looks slower, but so does the baseline: (.*)$/, '看起来变慢，但基线也一样：$1'],
  [/^looks slower: (.*); replay (\d+) minutes or more$/, '看起来变慢：$1；请至少重放 $2 分钟'],
  [/^slower: (.*)$/, '变慢：$1'],
  [/^other sizes: (.*)$/, '大小不同：$1'],
  [/^other sizes, which fail nothing: (.*)$/, '大小不同（不影响裁决）：$1'],
  [/^other sizes, but so has the baseline: (.*)$/, '大小不同，但基线也一样：$1'],
  [/^no endpoint answers at greater or lesser length$/, '没有接口的应答变大或变小'],
  [
    /^no endpoint answers at greater or lesser length \((\d+) of (\d+) seen too briefly to tell\)$/,
    '没有接口的应答变大或变小（$2 个接口中有 $1 个观察时间过短，无法判断）',
  ],
  [/^two answers of the baseline take the same time$/, '基线两次应答的耗时相同'],
  [
    /^the baseline differs from itself as much at (.*): ask it twice more often, .*$/,
    '基线自身的差异也有这么大（$1）：请更多地重复请求基线、延长时间，或换用更空闲的主机',
  ],
  [
    /^([\d.]+ %) belong to sessions that began before the capture \(at most (.*?)\)$/,
    '$1 属于抓取之前就已开始的会话（上限 $2）',
  ],
  [
    /^([\d.]+ %) belong to sessions that began .* \(at most (.*?)\): capture for longer$/,
    '$1 属于抓取之前就已开始的会话（上限 $2）：请延长抓取时间',
  ],
  [
    /^([\d.]+ %) were lost before they could be compared \(at most (.*?)\)$/,
    '$1 在比对之前丢失（上限 $2）',
  ],
  [
    /^([\d.]+ %) were lost before they could .* \(at most (.*?)\): the ledger says where$/,
    '$1 在比对之前丢失（上限 $2）：账本说明丢在何处',
  ],
  [
    /^The baseline was asked twice: .*$/s,
    '基线被请求两次，偶然性已知：字段值、结构、状态码和延迟全部参与评判。',
  ],
  [
    /^The baseline was asked once: .*$/s,
    '基线被请求一次：评判结构、状态码和延迟；字段值的差异在重新请求后复现才算数。',
  ],
  [
    /^Only production’s own answers were there: .*$/s,
    '只有生产自身的应答可供对照：评判结构、状态码和延迟；字段值仅供参考，因为预发数据可能不同。',
  ],
  [/^Nothing could be compared: .*$/s, '没有可比对的内容：缺少候选版本的应答，或没有对照方。'],
  [/^matched nothing in this run$/, '在本次运行中没有命中'],
  [/^there is no kind '(.*)'$/, '没有“$1”这种差异类型'],
  [/^ended on (.*)$/, '已于 $1 到期'],
  [
    /^hides what would be confirmed without it at (\d+) places?$/,
    '掩盖了 $1 处若无此规则即可确认的差异',
  ],
  [/^hides (\d+) confirmed findings?$/, '掩盖了 $1 个已确认的问题'],
  [/^(\d+) of (\d+) exchanges show it$/, '$2 个请求中有 $1 个出现'],
  [
    /^the candidate alone differs in (\d+), one of two equal baselines in (\d+)$/,
    '仅候选版本不同的有 $1 个，两次基线之一不同的有 $2 个',
  ],
  [
    /^(\d+) break the form of such values, (\d+) of the baseline's do$/,
    '$1 个破坏了这类值应有的形式，基线中有 $2 个',
  ],
  [/^asked again, (\d+) of (\d+) bear it out$/, '重新请求 $2 次，$1 次复现'],
  [/^e-value (.*)$/, 'e 值 $1'],
  [
    /^of (\d+) requests the candidate alone failed (\d+), the baseline alone (\d+)$/,
    '$1 个请求中，仅候选版本失败 $2 个，仅基线失败 $3 个',
  ],
  [
    /^(× [\d.]+) \(([\d.]+) to ([\d.]+); (\d+) pairs in (\d+) blocks of time\)$/,
    '$1（$2 至 $3；$5 个时段内 $4 对应答）',
  ],
  [
    /^(× [\d.]+) at the slowest twentieth \((.*) to (.*); (\d+) pairs in (\d+) blocks of time\)$/,
    '最慢的二十分之一 $1（$2 至 $3；$5 个时段内 $4 对应答）',
  ],
  [
    /^(× [\d.]+) in the largest twentieth \((.*) to (.*); (\d+) pairs in (\d+) blocks of time\)$/,
    '最大的二十分之一 $1（$2 至 $3；$5 个时段内 $4 对应答）',
  ],
  [/^at most (× [\d.]+) is put up with$/, '最多容忍 $1'],
  [/^(× [\d.]+) either way is put up with$/, '增减均容忍 $1'],
  [/^(× [\d.]+) either way is not worth telling$/, '增减在 $1 以内不予提示'],
]

/** The sentence, or the clauses of one that `; ` joins, in Chinese. */
export function translateJudge(text: string): string {
  const whole = translateClause(text)
  if (whole !== null) return whole
  const clauses = text.split(/; (?![^(]*\))/)
  return clauses.map((clause) => translateClause(clause) ?? clause).join('；')
}

function translateClause(clause: string): string | null {
  const known = forms.find(([form]) => form.test(clause))
  return known === undefined ? null : translatePhrases(clause.replace(known[0], known[1]))
}

/** A cause's title: `3 endpoints $.price value: 1 → 2, only with query.a`. */
export function translateCause(title: string): string {
  const [, what = '', when] = /^(.*?)(?:, only with (.*))?$/s.exec(title) ?? []
  const told = translatePhrases(what)
    .replace(/^(\d+) endpoints /, '$1 个接口 ')
    .replace(/ ([a-z-]+)(: |$)/, (found, kind: string, end: string) => {
      const name = kinds[kind]
      return name === undefined ? found : ` ${name}${end === '' ? '' : '：'}`
    })
    .replace(/ \(and (\d+) more places?\)$/, '（另有 $1 处）')
    .replace('：absent →', '：缺失 →')
    .replace(/→ absent(?=$|（)/, '→ 缺失')
  return when === undefined ? told : `${told}，仅出现在 ${translateFeature(when)}`
}

/** One side of an example, or all of one without sides: `× 1.28, 3.9 ms more`. */
export function translateExample(example: string): string {
  return example === 'absent' ? '缺失' : translatePhrases(example)
}

/** What stands within sentences, titles and examples. */
function translatePhrases(text: string): string {
  return text
    .replace(/(× [\d.]+), ([\d.]+ ms) more/g, '$1，多 $2')
    .replace(/(× [\d.]+), (\d+) bytes (more|fewer)/g, (_, ratio, bytes, way) =>
      way === 'more' ? `${ratio}，多 ${bytes} 字节` : `${ratio}，少 ${bytes} 字节`,
    )
    .replace(/ at the slowest twentieth/g, '（最慢的二十分之一）')
    .replace(/ in the largest twentieth/g, '（最大的二十分之一）')
}

/** `query.currency=JPY (9 of 10 with it, 0 of 90 without)`. */
export function translateFeature(feature: string): string {
  return feature.replace(
    /\((\d+) of (\d+) with it, (\d+) of (\d+) without\)$/,
    '（有此特征的 $2 个中占 $1 个，其余 $4 个中占 $3 个）',
  )
}

const kinds: Readonly<Record<string, string>> = {
  status: '状态码',
  failed: '无应答',
  header: '首部值',
  'header-missing': '首部缺失',
  'header-extra': '首部多出',
  value: '值',
  type: '类型',
  missing: '缺失',
  extra: '多出',
  order: '顺序',
  'element-missing': '元素缺失',
  'element-extra': '元素多出',
  'element-changed': '元素变化',
  'duplicate-key': '重复键',
  malformed: '格式损坏',
  truncated: '内容截断',
  encoding: '编码',
  latency: '延迟',
  failure: '失败',
  size: '大小',
}

export function translateKind(kind: string): string {
  return kinds[kind] ?? kind
}
