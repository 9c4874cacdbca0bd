import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LedgerSnapshot, OutputSnapshot } from '../model/ledger-snapshot.ts'
import { formatStatsLine, formatSummary } from './ledger-text.ts'

const output: OutputSnapshot = {
  output: 'http://staging',
  accepted: 90,
  amplified: 0,
  delivered: 88,
  answered: 80,
  unanswered: { timeout: 8 },
  dropped: { 'queue-full': 12 },
  pending: 0,
  statuses: { 200: 79, 404: 1 },
  latency: { p50: 1_230, p99: 25_000, max: 1_500_000 },
  latencyFromDue: { p50: 2_230, p99: 55_000, max: 2_500_000 },
  schedule: { p50: 130, p99: 2_000, max: 4_000 },
  connections: 7,
  redirects: 2,
}

const before: LedgerSnapshot = {
  at: '2026-01-02T03:04:05.000Z',
  captured: 0,
  sources: [{ source: '--input-raw :80', messages: 0, dropped: {} }],
  outputs: [{ ...output, delivered: 0, answered: 0, dropped: {} }],
}

const after: LedgerSnapshot = {
  at: '2026-01-02T03:04:07.000Z',
  captured: 100,
  sources: [{ source: '--input-raw :80', messages: 100, dropped: { gap: 2 } }],
  outputs: [output],
}

test('the line of a second gives rates, and what was dropped since the start', () => {
  assert.equal(
    formatStatsLine(before, after),
    '03:04:07 captured 50/s | lost gap 2 | http://staging delivered 44/s answered 40/s ' +
      'p50 1.2ms p99 25ms max 1.5s off schedule p50 0.1ms p99 2.0ms max 4.0ms ' +
      'dropped queue-full 12',
  )
})

test('the line of a second tells how many messages wait', () => {
  const quiet = { ...output, latency: null, schedule: null, dropped: {} }
  const waiting = { ...after, outputs: [{ ...quiet, pending: 8 }] }
  assert.match(formatStatsLine(before, waiting), /delivered 44\/s answered 40\/s waiting 8$/)
})

test('the summary shows the sum that has to balance, and why each message was lost', () => {
  assert.equal(
    formatSummary(after),
    [
      'captured 100 messages',
      '  from --input-raw :80: 100; lost before: gap 2',
      '  to http://staging: 100 = 88 delivered + 12 dropped',
      '    dropped: queue-full 12',
      '    answered: 80; without an answer: timeout 8',
      '    status 200 79, 404 1; latency p50 1.2ms p99 25ms max 1.5s',
      '    latency from when it was due: p50 2.2ms p99 55ms max 2.5s',
      '    sent off schedule by: p50 0.1ms p99 2.0ms max 4.0ms',
      '    connections opened: 7; redirects followed: 2',
    ].join('\n'),
  )
})

test('copies and what still pends are part of the sum', () => {
  const pending = { ...output, amplified: 200, delivered: 280, pending: 8 }
  const summary = formatSummary({ ...after, outputs: [pending] })
  assert.match(summary, /100 \+ 200 copies = 280 delivered \+ 12 dropped \+ 8 pending/)
})

test('what a target is not meant to get is told apart from what it lost', () => {
  const dropped = { kind: 30, 'queue-full': 12 }
  const summary = formatSummary({ ...after, captured: 130, outputs: [{ ...output, dropped }] })
  assert.match(summary, /: 130 = 88 delivered \+ 30 of kinds not for it \+ 12 dropped\n/)
  assert.match(summary, /\n {4}dropped: queue-full 12\n/)
  assert.doesNotMatch(
    formatStatsLine(before, { ...after, outputs: [{ ...output, dropped }] }),
    /kind/,
  )
})
