import assert from 'node:assert/strict'
import { test } from 'node:test'
import { streamEvents } from './event-stream.ts'

async function* tick(count: number): AsyncGenerator<void> {
  for (let index = 0; index < count; index++) yield
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<string> {
  return await new Response(stream).text()
}

test('a page is told what there is, and then only what is new', async () => {
  const states = [{ a: 1 }, { a: 1 }, { a: 2 }]
  let ended = 0
  const stream = streamEvents({
    ticks: tick(2),
    read: async () => states.shift(),
    onEnd: () => {
      ended += 1
    },
  })
  assert.equal(await readAll(stream), 'data: {"a":1}\n\ndata: {"a":2}\n\n')
  assert.equal(ended, 1)
})

test('a long time without news is bridged', async () => {
  const stream = streamEvents({ ticks: tick(20), read: async () => 1, onEnd: () => {} })
  assert.equal(await readAll(stream), 'data: 1\n\n: still here\n\n')
})

test('nothing is read for a page that does not read', async () => {
  let reads = 0
  const read = async () => {
    reads += 1
    return reads
  }
  const stream = streamEvents({ ticks: tick(100), read, onEnd: () => {} })
  const reader = stream.getReader()
  await reader.read()
  assert.equal(reads, 1)
  await reader.cancel()
})

test('a page that is closed ends its ticks', async () => {
  let ended = 0
  const ticks = tick(100)
  const stream = streamEvents({
    ticks,
    read: async () => 1,
    onEnd: () => {
      ended += 1
    },
  })
  const reader = stream.getReader()
  await reader.read()
  await reader.cancel()
  assert.equal(ended, 1)
  assert.deepEqual(await ticks.next(), { done: true, value: undefined })
})
