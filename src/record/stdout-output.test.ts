import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCountingAccount } from '../../test/support/counting-account.ts'
import { createRequest } from '../../test/support/messages.ts'
import { writeGorRecord } from '../protocol/gor/gor-writer.ts'
import { formatReadable } from './readable.ts'
import { createStdoutOutput, type StdoutOutputOptions } from './stdout-output.ts'

const message = createRequest({})
const recordBytes = writeGorRecord(message).length

/** Standard output whose reader takes bytes when told to, and the counts of the account. */
function createBench(options: Partial<StdoutOutputOptions> = {}) {
  const written: Uint8Array[] = []
  const { account, counts, drops } = createCountingAccount()
  const reader = { takes: true, pendingBytes: 0, isGone: false }
  const output = createStdoutOutput({
    name: '--output-stdout',
    write: (bytes) => {
      written.push(bytes)
      if (!reader.takes) reader.pendingBytes += bytes.length
      return reader.takes
    },
    pendingBytes: () => reader.pendingBytes,
    isBroken: () => reader.isGone,
    format: 'gor',
    account,
    queueBytesMax: recordBytes * 5,
    ...options,
  })
  return { output, written, counts, drops, reader }
}

test('both formats are written, one write a batch', () => {
  const gor = createBench()
  gor.output.write([message, message])
  const record = writeGorRecord(message)
  assert.deepEqual(gor.written, [Buffer.concat([record, record])])
  const readable = createBench({ format: 'readable', queueBytesMax: 1 << 20 })
  readable.output.write([message, message])
  assert.deepEqual(readable.written, [Buffer.from(formatReadable(message).repeat(2))])
})

test('messages of every kind are shown', () => {
  const { output, counts } = createBench()
  output.write(
    (['request', 'response', 'replayed'] as const).map((kind) => createRequest({ kind })),
  )
  assert.deepEqual(counts, { accepted: 3, delivered: 3 })
})

test('a slow reader costs the messages that find no room, and they are counted', () => {
  const { output, written, counts, drops, reader } = createBench()
  reader.takes = false
  output.write([message, message, message])
  output.write([message, message, message])
  output.write([message])
  assert.equal(written.length, 2)
  assert.equal(output.queuedBytes!(), reader.pendingBytes)
  assert.deepEqual(counts, { accepted: 5, delivered: 0 })
  assert.deepEqual([...drops], [['queue-full', 2]])
  assert.equal(output.idle(), false)
  reader.pendingBytes = 0
  output.tick(0)
  assert.equal(counts.delivered, 5)
  assert.equal(output.idle(), true)
})

test('what is still pending at the end is counted as lost by it', async () => {
  const { output, counts, drops, reader } = createBench()
  output.write([message])
  reader.takes = false
  output.write([message, message])
  await output.close()
  assert.equal(counts.delivered, 1)
  assert.deepEqual([...drops], [['exit', 2]])
})

test('what a reader that is gone did not take is not waited for, and not delivered', async () => {
  const { output, counts, drops, reader } = createBench()
  reader.takes = false
  output.write([message, message])
  assert.equal(output.idle(), false)
  reader.isGone = true
  output.tick(0)
  assert.equal(output.idle(), true)
  await output.close()
  assert.deepEqual([counts.delivered, [...drops]], [0, [['exit', 2]]])
})
