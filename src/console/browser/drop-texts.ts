// The ledger's reasons, in words; docs/ledger.md says more about each.
import type { OutputDropReason, SourceDropReason, UnansweredReason } from '../../model/ledger.ts'

type Reason = SourceDropReason | OutputDropReason | UnansweredReason | 'failed'

/** English and Chinese; the reason's own name stands beside it. */
export const dropTexts: Readonly<Record<Reason, readonly [en: string, zh: string]>> = {
  'kernel-packet': ['packets the kernel dropped: the ring was full', '内核丢包：环形缓冲区已满'],
  'packet-cut': ['packets longer than the ring holds', '数据包超出缓冲区长度'],
  gap: ['cut by bytes that never arrived', '中间有字节未到达'],
  truncated: ['connection ended before it was whole', '连接在消息完整之前结束'],
  'not-http': ['not HTTP/1', '不是 HTTP/1'],
  'bad-start-line': ['bad start line', '起始行不合法'],
  'bad-header': ['bad header', '首部不合法'],
  'conflicting-length': ['contradicting lengths', '长度声明相互矛盾'],
  'bad-chunk': ['bad chunk', '分块编码不合法'],
  'head-too-long': ['head too long', '首部过长'],
  'message-too-long': ['message too long', '消息过长'],
  memory: ['no room in memory', '内存上限已满'],
  marked: ['replayed requests that came back', '重放请求又回到生产'],
  'no-request': ['responses without their request', '应答找不到对应的请求'],
  'no-response': ['requests whose response never came', '请求一直没有应答'],
  limit: ['above the limit', '超过限速'],
  filter: ['kept out by a rule', '被过滤规则排除'],
  middleware: ['not passed on by the middleware', '中间件未放行'],
  'middleware-exit': ['were with a middleware that ended', '中间件退出时仍在处理'],
  'middleware-queue': ['middleware too slow', '中间件处理不过来'],
  script: ['dropped by the script', '被脚本丢弃'],
  'thread-queue': ['thread too slow', '线程处理不过来'],
  'bad-record': ['unreadable records', '记录无法读取'],
  exit: ['left at the end', '结束时尚未处理'],
  split: ["another output's share", '属于其他输出的份额'],
  route: ['routed elsewhere by the script', '被脚本分给其他输出'],
  'queue-full': ['queue full', '队列已满'],
  'queue-timeout': ['waited too long', '排队超时'],
  unreachable: ['target unreachable', '目标不可达'],
  reset: ['connection reset', '连接被重置'],
  'write-timeout': ['target reads too slowly', '写入超时'],
  'write-failed': ['could not be written', '写入失败'],
  'size-limit': ['recording at its size limit', '录制文件达到大小上限'],
  kind: ['not sent by this output', '该输出不发送这类消息'],
  'upgrade-refused': ['upgrade refused', '协议升级被拒绝'],
  timeout: ['no answer in time', '应答超时'],
  'bad-response': ['answer is no HTTP/1', '应答不是 HTTP/1'],
  raw: ['bytes behind an upgrade', '协议升级后的字节'],
  failed: ['failed', '失败'],
}

/** Reasons that an operator chose: no loss, and not shown as one. */
export const chosenReasons: ReadonlySet<string> = new Set([
  'limit',
  'filter',
  'middleware',
  'script',
  'split',
  'route',
  'kind',
  'marked',
  'size-limit',
  'raw',
])
