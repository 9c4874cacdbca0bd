import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  translateCause,
  translateExample,
  translateFeature,
  translateJudge,
  translateKind,
} from './judge-texts.ts'

const sentences: readonly (readonly [string, string])[] = [
  ['120 exchanges compared (at least 100)', '已比对 120 个请求（至少需要 100 个）'],
  ['1 confirmed, 0 suspected, 2 accepted', '已确认 1，疑似 0，已接受 2'],
  [
    '0.5 % were lost before they could be compared (at most 5.0 %)',
    '0.5 % 在比对之前丢失（上限 5.0 %）',
  ],
  ['9 of 10 exchanges show it; e-value 10^6', '10 个请求中有 9 个出现；e 值 10^6'],
  [
    '× 1.30 (1.20 to 1.40; 90 pairs in 9 blocks of time); at most × 1.1 is put up with',
    '× 1.30（1.20 至 1.40；9 个时段内 90 对应答）；最多容忍 × 1.1',
  ],
  [
    'looks slower: GET /a; GET /b; replay 2 minutes or more',
    '看起来变慢：GET /a; GET /b；请至少重放 2 分钟',
  ],
  [
    '9.0 % were lost before they could be compared (at most 5.0 %): the ledger says where',
    '9.0 % 在比对之前丢失（上限 5.0 %）：账本说明丢在何处',
  ],
  [
    'replay 1.5 × as much: seen fewer than 30 times: GET /a 20; GET /b 22 and 2 more',
    '请重放 1.5 倍的流量：以下接口出现不足 30 次：GET /a 20; GET /b 22 and 2 more',
  ],
  [
    '0 confirmed, 2 suspected, 0 accepted; ask the baseline twice (--baseline-repeat 10%) to tell',
    '已确认 0，疑似 2，已接受 0；重复请求基线（--baseline-repeat 10%）才能判断',
  ],
  ['slower: GET /search × 1.28, 3.9 ms more', '变慢：GET /search × 1.28，多 3.9 ms'],
  [
    'other sizes, which fail nothing: GET /a × 0.70, 310 bytes fewer',
    '大小不同（不影响裁决）：GET /a × 0.70，少 310 字节',
  ],
  [
    '× 1.60 in the largest twentieth (1.50 to 1.70; 90 pairs in 9 blocks of time); ' +
      '× 1.2 either way is not worth telling',
    '最大的二十分之一 × 1.60（1.50 至 1.70；9 个时段内 90 对应答）；增减在 × 1.2 以内不予提示',
  ],
  ['hides what would be confirmed without it at 2 places', '掩盖了 2 处若无此规则即可确认的差异'],
  ['something else', 'something else'],
]

for (const [english, chinese] of sentences) {
  test(`'${english}' reads '${chinese}'`, () => {
    assert.equal(translateJudge(english), chinese)
  })
}

test('titles of causes and kinds of differences are told in Chinese', () => {
  assert.equal(
    translateCause('3 endpoints $.price value: 1 → 2, only with query.currency=JPY'),
    '3 个接口 $.price 值：1 → 2，仅出现在 query.currency=JPY',
  )
  assert.equal(translateCause('GET /a $.b missing: 1 → absent'), 'GET /a $.b 缺失：1 → 缺失')
  assert.equal(
    translateCause('GET /a $.b value: 1 → absent (and 1 more place)'),
    'GET /a $.b 值：1 → 缺失（另有 1 处）',
  )
  assert.equal(translateCause('GET /search latency: × 1.31'), 'GET /search 延迟：× 1.31')
  assert.equal(
    translateFeature('a=b (9 of 10 with it, 0 of 90 without)'),
    'a=b （有此特征的 10 个中占 9 个，其余 90 个中占 0 个）',
  )
  assert.equal(
    translateExample('× 1.28, 3.9 ms more at the slowest twentieth'),
    '× 1.28，多 3.9 ms（最慢的二十分之一）',
  )
  assert.deepEqual(['absent', 'absentee'].map(translateExample), ['缺失', 'absentee'])
  assert.equal(translateKind('header-missing'), '首部缺失')
  assert.equal(translateKind('other'), 'other')
})
