import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWorkerPool } from './worker-pool.ts'

test('so many works are done at a time, the others in the order in which they came', async () => {
  const sleepers: { readonly millis: number; readonly wake: () => void }[] = []
  const pool = createWorkerPool(2, (millis) => {
    return new Promise<void>((wake) => sleepers.push({ millis, wake }))
  })
  const wakeFirst = async () => {
    sleepers.shift()?.wake()
    await new Promise(setImmediate)
  }
  const underWay = () => sleepers.map(({ millis }) => millis)
  const works = [1, 2, 3, 4, 5].map((millis) => pool.work(millis))
  assert.deepEqual(underWay(), [1, 2])
  await wakeFirst()
  assert.deepEqual(underWay(), [2, 3])
  for (let count = 0; count < 4; count++) await wakeFirst()
  await Promise.all(works)
  void pool.work(6)
  void pool.work(7)
  void pool.work(8)
  assert.deepEqual(underWay(), [6, 7])
})
