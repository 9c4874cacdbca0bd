import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { createCountingAccount } from '../../test/support/counting-account.ts'
import { createRequest } from '../../test/support/messages.ts'
import { createEnd, writeGorRecord } from '../protocol/gor/gor-writer.ts'
import type { Chunk } from './chunk-plan.ts'
import { FileOutput, type FileOutputOptions } from './file-output.ts'

const message = createRequest({})
const record = Buffer.from(writeGorRecord(message))

/** A recording to a disk that can be full or slow, and the counts of its account. */
function createBench(options: Partial<FileOutputOptions> = {}) {
  const written = new Map<Chunk, Buffer>()
  const closed: Chunk[] = []
  const errors: string[] = []
  const { account, counts, drops } = createCountingAccount()
  const disk = { full: false, ready: Promise.resolve() }
  const clock = { now: 1_700_000_000_000_000 }
  const output = new FileOutput({
    name: '--output-file a.gor',
    account,
    files: {
      async append(chunk, bytes) {
        await disk.ready
        if (disk.full) throw new Error('no space')
        written.set(chunk, Buffer.concat([written.get(chunk) ?? Buffer.alloc(0), bytes]))
      },
      async close(chunk) {
        closed.push(chunk)
      },
    },
    now: () => clock.now,
    pattern: 'a.gor',
    instance: 'abcdefgh',
    chunkBytesMax: 1 << 20,
    chunkRecordsMax: Number.POSITIVE_INFINITY,
    queueBytesMax: 1 << 20,
    totalBytesMax: 1 << 30,
    flushInterval: 1_000_000,
    onError: (error) => errors.push(error.message),
    ...options,
  })
  return { output, written, closed, errors, counts, drops, disk, clock }
}

test('records are written together, within the flush interval', async () => {
  const { output, written, counts } = createBench()
  output.tick(5_000_000)
  output.write([message, message])
  output.write([message])
  output.tick(5_900_000)
  await turn()
  assert.equal(written.size, 0)
  output.tick(6_000_000)
  assert.equal(output.idle(), false)
  await turn()
  assert.deepEqual([...written.values()], [Buffer.concat([record, record, record])])
  assert.deepEqual(counts, { accepted: 3, delivered: 3 })
  assert.equal(output.idle(), true)
})

test('what is gathered at the end is written, and every chunk closed', async () => {
  const { output, written, closed, counts } = createBench({ chunkRecordsMax: 2 })
  output.write([message, message, message])
  await turn()
  await output.close()
  assert.deepEqual(
    [...written.values()].map(({ length }) => length),
    [record.length * 2, record.length],
  )
  assert.deepEqual(closed, [...written.keys()])
  assert.equal(counts.delivered, 3)
})

test('a full disk costs what comes meanwhile, says so once each time, and is used again', async () => {
  const { output, written, errors, counts, drops, disk } = createBench()
  for (const [second, full] of [true, true, false, true].entries()) {
    disk.full = full
    output.write([message, message])
    output.tick((second + 1) * 1_000_000)
    await turn()
  }
  assert.deepEqual(errors, ['no space', 'no space'])
  assert.deepEqual([...drops], [['write-failed', 6]])
  assert.deepEqual(counts, { accepted: 8, delivered: 2 })
  assert.deepEqual([...written.values()], [Buffer.concat([record, record])])
})

test('what a slow disk leaves no room for is dropped as queue-full', async () => {
  const { output, counts, drops } = createBench({ queueBytesMax: record.length * 2 })
  output.write([message, message, message])
  assert.deepEqual([...drops], [['queue-full', 1]])
  output.tick(1_000_000)
  await turn()
  output.write([message])
  await output.close()
  assert.deepEqual(counts, { accepted: 3, delivered: 3 })
})

test('beyond the size of the whole recording messages are dropped, and the run goes on', async () => {
  const { output, counts, drops } = createBench({ totalBytesMax: record.length * 2 })
  output.write([message, message, message])
  output.write([message])
  await output.close()
  assert.deepEqual([...drops], [['size-limit', 2]])
  assert.equal(counts.delivered, 2)
})

test('a disk that hangs at the end is not waited for, and the rest counts as exit', async () => {
  const { output, counts, drops, disk, clock } = createBench({ chunkRecordsMax: 2 })
  disk.ready = Promise.withResolvers<void>().promise
  output.write([message, message, message, message, message])
  clock.now += 5_000_000
  await output.close()
  assert.deepEqual(counts, { accepted: 5, delivered: 0 })
  assert.deepEqual([...drops], [['exit', 5]])
})

test('what is on its way to the disk at the end is awaited', async () => {
  const { output, counts, disk } = createBench({ chunkRecordsMax: 2 })
  const { promise, resolve } = Promise.withResolvers<void>()
  disk.ready = promise
  output.write([message, message, message])
  const closed = output.close()
  await turn()
  resolve()
  await closed
  assert.deepEqual(counts, { accepted: 3, delivered: 3 })
})

test('the end of a connection is recorded behind its messages, at their time, and counts as none', async () => {
  const { output, written, counts } = createBench()
  const later = createRequest({ at: 7_000 })
  output.write([later])
  output.ended([later.connection])
  await output.close()
  const end = writeGorRecord(createEnd(later.connection, 7_000))
  assert.deepEqual([...written.values()], [Buffer.concat([writeGorRecord(later), end])])
  assert.deepEqual(counts, { accepted: 1, delivered: 1 })
})

test('where each message has a file of its own, the end of a connection has none', async () => {
  const { output, written } = createBench({ pattern: '%r.gor' })
  output.write([message])
  output.ended([message.connection])
  await output.close()
  assert.equal(written.size, 1)
})
