import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fnv1a, hashFraction } from './hash.ts'

test('the published vectors of FNV-1a hold', () => {
  assert.equal(fnv1a(''), 0x811c9dc5)
  assert.equal(fnv1a('a'), 0xe40c292c)
  assert.equal(fnv1a('foobar'), 0xbf9cf968)
})

test('fractions of consecutive counters are spread evenly', () => {
  const buckets = Array<number>(10).fill(0)
  for (let counter = 0; counter < 20_000; counter++) {
    const id = `5f3a9c01${counter.toString(16).padStart(8, '0')}`
    buckets[Math.floor(hashFraction(id) * 10)]! += 1
  }
  for (const count of buckets) assert.ok(Math.abs(count - 2_000) < 200, `${buckets}`)
})
