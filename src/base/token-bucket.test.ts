import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { TokenBucket } from './token-bucket.ts'

function taken(bucket: TokenBucket, times: readonly number[]): number {
  return times.filter((time) => bucket.take(time)).length
}

test('a steady stream passes at the rate', () => {
  const times = Array.from({ length: 10_000 }, (_, index) => index * 1_000)
  const passed = taken(new TokenBucket(50), times)
  assert.ok(passed >= 500 && passed <= 505, `${passed} of 10 s at 50/s`)
})

test('a pause saves up a tenth of a second and no more', () => {
  const bucket = new TokenBucket(100)
  assert.equal(taken(bucket, Array(50).fill(0)), 10)
  assert.equal(taken(bucket, Array(50).fill(60_000_000)), 10)
})

test('no second ever sees more than the rate and one burst', () => {
  const arrivals = fc.array(fc.integer({ min: 0, max: 3_000_000 }), { maxLength: 400 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), arrivals, (rate, unsorted) => {
      const times = unsorted.sort((a, b) => a - b)
      const bucket = new TokenBucket(rate)
      const passed = times.filter((time) => bucket.take(time))
      for (const start of passed) {
        const within = passed.filter((time) => time >= start && time < start + 1_000_000).length
        assert.ok(within <= rate + Math.max(1, rate / 10) + 1)
      }
    }),
  )
})

test('time that goes back takes nothing away', () => {
  const bucket = new TokenBucket(10)
  assert.equal(bucket.take(1_000_000), true)
  assert.equal(bucket.take(0), false)
  assert.equal(bucket.take(1_100_000), true)
})
