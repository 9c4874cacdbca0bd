import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  countLateness,
  createTrialLog,
  isSampled,
  latenessQuantile,
  sampleEvery,
} from './trial-log.ts'

test('lateness is counted in steps, and told rounded up', () => {
  const log = createTrialLog(0, 1)
  assert.equal(latenessQuantile(log, 0.99), 0)
  for (let index = 0; index < 99; index++) countLateness(log, 100)
  countLateness(log, 4_900)
  assert.equal(latenessQuantile(log, 0.99), 250)
  assert.equal(latenessQuantile(log, 1), 5_000)
  countLateness(log, -5)
  countLateness(log, 1e9)
  assert.equal(latenessQuantile(log, 1), 100_000)
})

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
    [10, 200, 201, 900, 25_000].map((rate) => sampleEvery(rate, 200)),
    [1, 1, 2, 8, 128],
  )
})
