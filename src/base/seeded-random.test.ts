import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from './seeded-random.ts'

test('the same seed gives the same numbers, another seed others', () => {
  const take = (seed: number) => {
    const random = createRandom(seed)
    return Array.from({ length: 5 }, random)
  }
  assert.deepEqual(take(7), take(7))
  assert.notDeepEqual(take(7), take(8))
})

test('numbers fill the range evenly', () => {
  const random = createRandom(1)
  const tenths = Array<number>(10).fill(0)
  for (let index = 0; index < 10_000; index++) tenths[Math.floor(random() * 10)]! += 1
  for (const count of tenths) assert.ok(Math.abs(count - 1_000) < 150, `${tenths}`)
})
