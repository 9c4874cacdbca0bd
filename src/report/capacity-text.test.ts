import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReport, createTrial } from '../../test/support/capacity.ts'
import type { CapacityAnswer, TargetCapacity } from '../model/capacity.ts'
import {
  formatAnswer,
  formatGenerator,
  formatLevel,
  formatLost,
  formatMillis,
  formatPercent,
  formatReport,
  formatTrial,
} from './capacity-text.ts'

test('numbers are as long as they are sure', () => {
  assert.deepEqual([1, 1.044, 3.36, 12.24, 41.5].map(formatLevel), [
    '1×',
    '1.04×',
    '3.4×',
    '12.2×',
    '42×',
  ])
  assert.deepEqual([0, 4_240, 920_400].map(formatMillis), ['0.0', '4.2', '920'])
  assert.deepEqual([0, 0.012, 0.92].map(formatPercent), ['0.0%', '1.2%', '92%'])
})

type Parts = Partial<Omit<TargetCapacity, 'answer'>> & { readonly answer?: Partial<CapacityAnswer> }

const answers: readonly (readonly [Parts, string])[] = [
  [
    {},
    'bears 3.4× of normal (812 req/s; bracket 3.4 to 3.6, 2 × 40 s); at 3.6× p99 went from 41 to ' +
      '920 ms; first to give way: POST /orders; recovered in 4 s',
  ],
  [
    {
      gaveWay: {
        ...{ endpoint: null, reasons: ['errors'], level: 3.6 },
        ...{ p99: [41_000, 42_000], errors: [0.001, 0.08] },
      },
      recovery: { level: 3.6, seconds: null, metastable: true },
    },
    'bears 3.4× of normal (812 req/s; bracket 3.4 to 3.6, 2 × 40 s); at 3.6× errors from 0.1% to ' +
      '8.0%; first to give way: all endpoints alike; after 3.6× it did not recover under normal ' +
      'load (metastable)',
  ],
  [
    {
      answer: { kind: 'at-least', level: 50, bracket: [50, null] },
      ...{ gaveWay: null, recovery: null },
    },
    'bears ≥ 50× of normal (812 req/s, 2 × 40 s); more was not tried',
  ],
  [
    {
      answer: {
        ...{ kind: 'at-least', level: 2, bracket: [2, null], ended: 'trouble' },
        ...{ endedWhy: 'the capture lost 3 packets', confirmedBy: { trials: 0, seconds: 40 } },
      },
      ...{ gaveWay: null, recovery: null },
    },
    'bears ≥ 2× of normal (812 req/s, not confirmed); more was not tried; ended early: ' +
      "production's own trouble, the capture lost 3 packets",
  ],
  [
    {
      answer: { kind: 'generator-bound', level: 12 },
      trials: [
        createTrial({
          ...{ level: 13, verdict: 'limited', reasons: ['p99'] },
          generator: { lateP99: 8_000, loopLagP99: 12_000, busy: 0.93, exhausted: 0 },
        }),
      ],
      recovery: null,
    },
    '≥ 12×, generator-bound (812 req/s, 2 × 40 s): above that it sent 8.0 ms late (p99), its ' +
      'event loop lagged 12 ms, it was busy 93%; more --workers, or another host for it',
  ],
  [
    {
      answer: { kind: 'none', level: 0, bracket: [0, 1] },
      trials: [createTrial({ verdict: 'breaks', reasons: ['p99'] })],
      limits: { p99: 20_000, errors: 0.01, differing: 0 },
      ...{ gaveWay: null, recovery: null },
    },
    'does not bear normal traffic: at 1× p99 is 41 of at most 20 ms, errors 0.0% (too slow)',
  ],
]
for (const [{ answer, ...candidate }, expected] of answers) {
  test(`an answer reads: ${expected.slice(0, 60)}`, () => {
    const report = createReport({ ...(answer === undefined ? {} : { answer }) })
    assert.equal(formatAnswer({ ...report.candidate, ...candidate }), expected)
  })
}

test('a trial is a line, with why it broke', () => {
  const trial = createTrial({
    level: 3.6,
    errors: 8,
    verdict: 'breaks',
    reasons: ['p99', 'backlog'],
  })
  assert.equal(
    formatTrial(trial),
    '  3.6×    100 req/s  p99 41 ms  errors 1.0%  first breaks: too slow, backlog',
  )
  const short = createTrial({ kind: 'short', level: 12 })
  assert.equal(formatTrial(short), '   12×    100 req/s  p99 41 ms  errors 0.0%  holds')
})

test('the report has the load, the curve and the answers of both targets', () => {
  const { candidate } = createReport()
  const baseline = { ...candidate, target: 'http://baseline' }
  const expectation = { expected: '>=2x', expectation: 'holds' } as const
  const lines = formatReport(
    createReport({ report: { baseline, ratio: 1, ...expectation } }),
  ).split('\n')
  assert.equal(
    lines[0],
    'normal: 100 req/s (60000 requests of 9000 sessions in 600 s); more of it superposed, ' +
      'distinct entities 92%, writes as at 1×',
  )
  assert.deepEqual(lines.slice(1, 4), [
    'http://candidate, milliseconds from when requests were due',
    '  level  req/s  answers/s  p50  p95  p99  service p99  errors',
    '     1×    100        100   10   20   41           41    0.0%   holds',
  ])
  const bound = formatReport(createReport({ report: { baseline, ratio: null } }))
  assert.match(bound, /^no ratio: one of the two/m)
  assert.match(lines.at(-5)!, /^candidate http:\/\/candidate bears 3.4×/)
  assert.match(lines.at(-4)!, /^baseline http:\/\/baseline bears 3.4×/)
  assert.deepEqual(lines.slice(-3), [
    'the candidate bears 1.00 of what the baseline does',
    'generator headroom: it could send 30000 req/s, 37× what the answer took',
    'expected >=2x: holds',
  ])
})

const ceilings = [
  [{ rate: 30_123, reached: true, headroom: 37.1 }, '30000 req/s, 37× what the answer took'],
  [{ rate: 8_460, reached: false, headroom: 1.25 }, '≥ 8500 req/s, 1.25× what the answer took'],
  [{ rate: 8_460, reached: true, headroom: null }, '8500 req/s'],
] as const
for (const [ceiling, words] of ceilings) {
  test(`what the generator could send reads: ${words}`, () => {
    assert.equal(formatGenerator(ceiling), `generator headroom: it could send ${words}`)
    const lines = formatReport(createReport({ report: { generator: ceiling } })).split('\n')
    assert.ok(lines.includes(`generator headroom: it could send ${words}`))
  })
}

test('what the recording misses is told with its reasons, and nothing where nothing is missing', () => {
  const line =
    'lost while recording: gap 12, kernel-packet 3 (docs/ledger.md); normal is less for it'
  assert.deepEqual(formatLost({ lost: { gap: 12, 'kernel-packet': 3 } }), [line])
  assert.deepEqual([formatLost({ lost: {} }), formatLost({})], [[], []])
  const report = createReport()
  const normal = { ...report.normal, lost: { gap: 12, 'kernel-packet': 3 } }
  assert.ok(
    formatReport({ ...report, normal })
      .split('\n')
      .includes(line),
  )
})
