import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPoint } from '../../test/support/run-folders.ts'
import type { MetricsSnapshot } from '../model/metrics-snapshot.ts'
import { chooseSeries, RunSeries } from './run-series.ts'

const bounds = [1_000, 10_000, 100_000]

/** After so many seconds: ten answers in each, nine below 10 ms, and one time-out. */
function snapshotAfter(seconds: number): MetricsSnapshot {
  const answered = seconds * 10
  const counts = [0, seconds * 9, answered]
  const latency = { bounds, counts, count: answered, sum: 0 }
  const output = {
    ...{ output: 'http://c', accepted: 0, amplified: 0, delivered: 0, answered, pending: 0 },
    ...{ unanswered: { timeout: seconds }, dropped: {}, connections: 0, redirects: 0 },
    statuses: { '200': seconds * 8, '503': seconds * 2 },
    ...{ latency: null, latencyFromDue: null, schedule: null },
  }
  return {
    at: seconds * 1_000_000,
    startedAt: 0,
    ledger: { at: '', captured: 0, sources: [], outputs: [output] },
    arrivals: [],
    queuedBytes: [],
    answerTimes: [
      { role: 'candidate', target: 'http://c', latency, latencyFromDue: null, schedule: null },
    ],
    comparison: null,
  }
}

test('a point is what came since the last one', () => {
  const series = new RunSeries()
  for (const seconds of [0, 1, 2]) series.push(snapshotAfter(seconds))
  const [first, second] = series.points(0)
  const { p99, ...plain } = second!
  assert.deepEqual(plain, {
    ...{ at: 1_000_000, seconds: 1, role: 'candidate', requests: 11, errors: 3 },
    ...{ p50: 6_000, p95: 55_000 },
  })
  assert.ok(p99! > 90_000 && p99! <= 100_000)
  assert.equal(first?.requests, 11)
  assert.equal(series.points(1_000_000).length, 1)
})

test('where nothing was answered, there is no latency', () => {
  const series = new RunSeries()
  series.push(snapshotAfter(1))
  series.push({ ...snapshotAfter(1), at: 2_000_000 })
  assert.deepEqual(
    series.points(0).map(({ requests, p50 }) => [requests, p50]),
    [[0, null]],
  )
})

test('a day is held in few points, and no request is lost', () => {
  const series = new RunSeries()
  for (let seconds = 0; seconds <= 86_400; seconds++) series.push(snapshotAfter(seconds))
  const points = series.points(0)
  assert.ok(points.length <= 2_400)
  const requests = points.reduce((sum, point) => sum + point.requests, 0)
  assert.ok(requests > 86_000 * 11)
  assert.ok(points.every(({ p50 }) => p50 === 6_000))
})

test('what targets took is drawn until what is compared makes a line', () => {
  const measured = [createPoint({ at: 1 }), createPoint({ at: 2 })]
  const first = [createPoint({ at: 1, role: 'production' }), createPoint({ at: 1 })]
  const line = [...first, createPoint({ at: 2, role: 'production' })]
  assert.equal(chooseSeries([], measured), measured)
  assert.equal(chooseSeries(first, measured), measured)
  assert.equal(chooseSeries(line, measured), line)
  assert.equal(chooseSeries(first, []), first)
})
