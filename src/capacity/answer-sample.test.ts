import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSampled, sampleEvery } from './answer-sample.ts'

test('a sample of fewer requests is part of one of more', () => {
  const sample = (every: number) =>
    Array.from({ length: 10_000 }, (_, index) => index).filter((index) => isSampled(index, every))
  assert.equal(sample(1).length, 10_000)
  const [some, few] = [new Set(sample(4)), sample(32)]
  assert.ok(Math.abs(some.size / 2_500 - 1) < 0.1)
  assert.ok(few.length > 200 && few.every((index) => some.has(index)))
})

test('so few requests are looked at that it is about the most a second', () => {
  assert.deepEqual(
    [10, 200, 201, 900, 25_000].map((rate) => sampleEvery(rate)),
    [1, 1, 2, 8, 128],
  )
})
