import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchChannel } from './batch-channel.ts'

async function read(channel: BatchChannel<number>): Promise<number[]> {
  const all: number[] = []
  for await (const batch of channel) all.push(...batch)
  return all
}

test('batches are read in the order they were pushed, before and while the reader waits', async () => {
  const channel = new BatchChannel<number>()
  channel.push([1, 2])
  const reading = read(channel)
  await Promise.resolve()
  channel.push([3])
  channel.push([4])
  channel.end()
  assert.deepEqual(await reading, [1, 2, 3, 4])
})

test('a reader meets an error after all that was pushed before it', async () => {
  const channel = new BatchChannel<number>()
  channel.push([1])
  channel.fail(new Error('gone'))
  const seen: number[] = []
  const reading = async () => {
    for await (const batch of channel) seen.push(...batch)
  }
  await assert.rejects(reading(), { message: 'gone' })
  assert.deepEqual(seen, [1])
})

test('what was pushed before the end is still read, and nothing after it', async () => {
  const channel = new BatchChannel<number>()
  channel.push([1])
  channel.end()
  channel.push([2])
  assert.deepEqual(await read(channel), [1])
})
