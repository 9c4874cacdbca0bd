import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createMetricsSnapshot,
  createOutputSnapshot,
} from '../../test/support/metrics-snapshots.ts'
import type { ComparisonProgress, MetricsSnapshot } from '../model/metrics-snapshot.ts'
import { formatStatusBlock } from './status-block.ts'

const quantiles = (p50: number, p99: number) => ({ p50, p99, max: p99 })

const candidate = createOutputSnapshot({
  ...{ output: 'http://127.0.0.1:5000', delivered: 2_300, pending: 12 },
  ...{ dropped: { 'queue-full': 15, kind: 900 }, unanswered: { timeout: 3 } },
  ...{ latency: quantiles(1_200, 25_000), schedule: quantiles(100, 2_000) },
})

const comparison: ComparisonProgress = {
  exchanges: { baseline: 100_000, incomparable: 230 },
  labels: { same: 900, unstable: 99_000, drift: 210, changed: 120 },
  verdict: 'fail',
  findings: { confirmed: 1, suspected: 2 },
}

const before = createMetricsSnapshot({
  at: 3_660_000_000,
  ledger: { captured: 101_097, outputs: [{ ...candidate, delivered: 1_070 }] },
})

const after = createMetricsSnapshot({
  at: 3_661_000_000,
  ledger: {
    captured: 102_331,
    sources: [{ source: '--input-raw :80', messages: 102_331, dropped: { gap: 2 } }],
    outputs: [candidate],
  },
})

const format = (from: MetricsSnapshot, to: MetricsSnapshot, columns = 100) =>
  formatStatusBlock(from, to, columns).map((line) => line.map(({ text }) => text).join(''))

test('a copy shows its rates, its losses by reason, latency and lateness', () => {
  assert.deepEqual(format(before, after), [
    'rehearsal  01:01:01',
    '  captured      1,234/s   102,331 in all   lost: gap 2',
    '  to         http://127.0.0.1:5000',
    '                1,230/s   2,300 delivered   12 waiting   p50 1.2ms p99 25ms   late p99 2.0ms',
    '                dropped: queue-full 15   without an answer: timeout 3',
  ])
})

test('a comparison shows the verdict so far, who is who, and what differs', () => {
  const distribution = { bounds: [], counts: [], count: 1, sum: 0 }
  const times = { latency: distribution, latencyFromDue: null, schedule: null }
  const role = { role: 'candidate' as const, target: 'http://127.0.0.1:5000', ...times }
  const lines = format(before, { ...after, comparison, answerTimes: [role] })
  assert.equal(lines[0], 'rehearsal  01:01:01   verdict so far: FAIL')
  assert.equal(lines[2], '  candidate  http://127.0.0.1:5000')
  assert.equal(
    lines.at(-1),
    '  compared      100,230   99,900 alike   drift 210, changed 120   2 suspected   1 confirmed',
  )
})

test('an output that is named after its role is not named twice', () => {
  const baseline = { ...candidate, output: 'baseline http://127.0.0.1:5001' }
  const distribution = { bounds: [], counts: [], count: 1, sum: 0 }
  const times = { latency: distribution, latencyFromDue: null, schedule: null }
  const role = { role: 'baseline' as const, target: baseline.output, ...times }
  const ledger = { ...after.ledger, outputs: [baseline] }
  const lines = format(before, { ...after, ledger, comparison, answerTimes: [role] })
  assert.equal(lines[2], '  baseline   http://127.0.0.1:5001')
})

test('what is lost and what is confirmed stands out', () => {
  const marked = formatStatusBlock(before, { ...after, comparison }, 100)
    .flat()
    .filter(({ tone }) => tone === 'bad')
    .map(({ text }) => text.trim())
  assert.deepEqual(marked, [
    'FAIL',
    'lost: gap 2',
    'dropped: queue-full 15',
    'without an answer: timeout 3',
    '1 confirmed',
  ])
})

test('no line is longer than the terminal, whatever an output is called', () => {
  const output = { ...candidate, output: `http://${'staging.'.repeat(30)}example` }
  const long = { ...after, comparison, ledger: { ...after.ledger, outputs: [output] } }
  for (const columns of [20, 79, 99]) {
    const lines = format(before, long, columns)
    assert.ok(lines.every((line) => line.length <= columns))
    assert.ok(lines.some((line) => line.length === columns))
  }
})
