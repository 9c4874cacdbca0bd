import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { World } from '../model/world.ts'
import { createDummySource } from './dummy-source.ts'

async function countAfter(seconds: number, perSecond: number): Promise<number> {
  let now = 0
  const stopped = new AbortController()
  const world: World = {
    now: () => now,
    random: () => 0,
    async sleep(duration) {
      now += duration
      if (now >= seconds * 1e6) stopped.abort()
    },
  }
  let count = 0
  const source = createDummySource({ world, perSecond, stopped: stopped.signal })
  for await (const batch of source) count += batch.length
  return count
}

test('the rate is kept, with the first request at once', async () => {
  assert.equal(await countAfter(10, 1), 10)
  assert.equal(await countAfter(2, 100), 200)
})

test('a high rate comes in batches without falling behind', async () => {
  assert.equal(await countAfter(1, 200_000), 199_201)
})

test('a rate that nothing can keep leaves others a turn behind each batch', async () => {
  assert.equal(await countAfter(0.1, 1e11), 90_001)
})
