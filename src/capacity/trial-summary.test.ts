import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeFromCompressedBase64 } from 'hdr-histogram-js'
import { createLog, createTraffic, plan } from '../../test/support/capacity.ts'
import {
  backlogSeries,
  createHistogram,
  encodeHistogram,
  measureLoad,
  recordLatency,
  summariseLatency,
} from './trial-summary.ts'

const traffic = createTraffic({ count: 1_000, perSecond: 100 })
const load = plan(traffic, 1)
const part = { from: 2_000_000, to: 10_000_000, now: 10_500_000 }

/** One in a hundred takes a second. */
const log = createLog(load, (event) => ({ latency: event % 100 === 0 ? 1_000_000 : 10_000 }))

function isNear(measured: number, expected: number): boolean {
  return Math.abs(measured / expected - 1) < 0.02
}

test('the unmeasured beginning of a trial does not count', () => {
  const { offered, answered, endpoints, statuses } = measureLoad(traffic, load, log, part, 300_000)
  assert.deepEqual([offered, answered, statuses], [800, 800, { 200: 800 }])
  const [even, odd] = endpoints
  assert.deepEqual([even!.endpoint, even!.offered, even!.slow], ['GET /even', 400, 8])
  assert.deepEqual([odd!.offered, odd!.slow, odd!.errors], [400, 0, 0])
  assert.ok(isNear(even!.latency.p99, 1_000_000) && isNear(odd!.latency.p99, 10_000))
})

test('latencies are from the due time beside those from sending', () => {
  const { fromDue, service } = measureLoad(traffic, load, log, part, 300_000)
  assert.ok(isNear(summariseLatency(fromDue).p50, 10_000))
  assert.ok(isNear(summariseLatency(service).p50, 5_000))
  assert.ok(isNear(summariseLatency(fromDue).max, 1_000_000))
})

test('what was not answered counts with its age', () => {
  const stuck = createLog(load, (event) => (event < 900 ? { latency: 10_000 } : null))
  const measured = measureLoad(traffic, load, stuck, part, 300_000)
  assert.deepEqual([measured.waiting, measured.answered, measured.errors], [100, 700, 0])
  assert.ok(isNear(summariseLatency(measured.fromDue).max, 1_500_000))
})

test('an error is no answer at all, or a status of 500 and above; a refusal is not quick', () => {
  const states = [200, 404, 500, 503, 1, 2]
  const failing = createLog(load, (event) => ({ state: states[event % 6]!, latency: 9_000 }))
  const { errors, answered, fromDue } = measureLoad(traffic, load, failing, part, 300_000)
  assert.ok(Math.abs(errors / 800 - 4 / 6) < 0.01)
  assert.ok(Math.abs(answered / 800 - 4 / 6) < 0.01)
  assert.ok(Math.abs(fromDue.totalCount / 800 - 5 / 6) < 0.01)
})

test('of a trial that was ended early only what was due counts', () => {
  assert.equal(measureLoad(traffic, load, log, { ...part, now: 3_000_000 }, 1).offered, 100)
})

test('the backlog is what was due and has neither answer nor failure', () => {
  const even = createLog(load, () => ({ latency: 200_000 }))
  for (const waiting of backlogSeries(load, even, part, 8)) assert.ok(Math.abs(waiting - 20) <= 20)
  const growing = createLog(load, (event) => (event % 2 === 0 ? { latency: 1 } : null))
  const series = backlogSeries(load, growing, part, 8)
  assert.equal(series.at(-1), 500)
  assert.ok(series.every((waiting, index) => index === 0 || waiting > series[index - 1]!))
})

test('a histogram is exact to 1 %, and can be read by others', () => {
  const histogram = createHistogram()
  for (const latency of [0, 3, 777, 123_456, 59_000_000, 1e12]) recordLatency(histogram, latency)
  const copy = decodeFromCompressedBase64(encodeHistogram(histogram))
  assert.equal(copy.totalCount, 6)
  assert.ok(isNear(copy.getValueAtPercentile(60), 123_456))
  assert.deepEqual(summariseLatency(createHistogram()), { p50: 0, p95: 0, p99: 0, max: 0 })
})
