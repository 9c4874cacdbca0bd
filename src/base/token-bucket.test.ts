import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { TokenBucket } from './token-bucket.ts'

function taken(bucket: TokenBucket, times: readonly number[]): number {
  return times.filter((time) => bucket.take(time)).length
}

test('a steady stream passes at the rate', () => {
  const times = Array.from({ length: 10_000 }, (_, index) => index * 1_000)
  for (const rate of [50, 2.5, 0.5]) {
    const passed = taken(new TokenBucket(rate), times)
    assert.ok(Math.abs(passed - rate * 10) <= rate + 1, `${passed} of 10 s at ${rate}/s`)
  }
})

test('what comes all at once passes whole where it is within the rate, and once a second', () => {
  const bucket = new TokenBucket(10)
  assert.equal(taken(bucket, Array(8).fill(0)), 8)
  assert.equal(taken(bucket, Array(50).fill(500_000)), 2)
  assert.equal(taken(bucket, Array(50).fill(999_999)), 0)
  assert.equal(taken(bucket, Array(50).fill(1_000_000)), 8)
})

test('no second ever sees more than the rate', () => {
  const arrivals = fc.array(fc.integer({ min: 0, max: 3_000_000 }), { maxLength: 400 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), arrivals, (rate, unsorted) => {
      const times = unsorted.sort((a, b) => a - b)
      const bucket = new TokenBucket(rate)
      const passed = times.filter((time) => bucket.take(time))
      for (const start of passed) {
        const within = passed.filter((time) => time >= start && time < start + 1_000_000).length
        assert.ok(within <= rate)
      }
    }),
  )
})

test('a rate of millions is kept within a part in ten thousand', () => {
  const bucket = new TokenBucket(1_000_000)
  const passed = taken(bucket, Array(1_100_000).fill(0))
  assert.ok(passed <= 1_000_000 && passed >= 999_000, `${passed}`)
})

test('time that goes back takes nothing away', () => {
  const bucket = new TokenBucket(1)
  assert.equal(bucket.take(1_000_000), true)
  assert.equal(bucket.take(0), false)
  assert.equal(bucket.take(2_000_000), true)
})
