import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packCounts } from '../../base/packed-counts.ts'
import type { LatencyCounts } from '../../model/run-tally.ts'
import { bucketBounds, latencyBucket, latencyQuantile } from './latency-histogram.ts'

function count(latencies: readonly number[]): LatencyCounts {
  const counts: Record<string, number> = {}
  for (const latency of latencies) {
    const bucket = latencyBucket(latency)
    counts[bucket] = (counts[bucket] ?? 0) + 1
  }
  return packCounts(Object.entries(counts))
}

test('quantiles are exact to one per cent', () => {
  const counts = count(Array.from({ length: 10_000 }, (_, index) => (index + 1) * 17))
  for (const quantile of [0.01, 0.5, 0.95, 0.99, 1]) {
    const found = latencyQuantile(counts, quantile)!
    const truth = quantile * 10_000 * 17
    assert.ok(Math.abs(found / truth - 1) < 0.011, `${quantile}: ${found} for ${truth}`)
  }
})

test('nothing counted has no quantile, and no time at all is the shortest', () => {
  assert.equal(latencyQuantile([], 0.5), null)
  assert.equal(latencyQuantile(count([0]), 0.5), 1)
})

test('a latency lies in the bounds of its bucket, which are 2 % apart', () => {
  for (const latency of [1, 99, 12_345, 60_000_000]) {
    const { from, to } = bucketBounds(Number(latencyBucket(latency)))
    assert.ok(from <= latency && latency <= to)
    assert.ok(Math.abs(to / from - 1.02) < 1e-9)
  }
})
