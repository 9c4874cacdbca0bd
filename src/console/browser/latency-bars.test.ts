import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinBuckets } from './latency-bars.ts'

test('bars hold all answers, whatever the buckets are', () => {
  const buckets = Array.from({ length: 500 }, (_, index) => {
    const from = 1_000 * 1.02 ** index
    return { from, to: from * 1.02, count: index % 7 }
  })
  const bars = joinBuckets(buckets, buckets[0]!.from, buckets.at(-1)!.to)
  assert.ok(Math.abs(bars.reduce((sum, share) => sum + share, 0) - 1) < 1e-9)
})

test('answers that all took the same time are one bar', () => {
  const bars = joinBuckets([{ from: 990, to: 1_010, count: 5 }], 990, 1_010)
  assert.deepEqual(
    bars.filter((share) => share > 0),
    [1],
  )
})
