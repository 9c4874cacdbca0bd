import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../../test/support/properties.ts'
import type { ConnectionId, ExchangeId, Message } from '../../model/message.ts'
import {
  batchFlags,
  encodeConnection,
  MessageBatchReader,
  MessageBatchWriter,
} from './message-batch.ts'

const connection = encodeConnection('5f3a9c0100000001')

function add(writer: MessageBatchWriter, message: Omit<Message, 'id'>): void {
  const { kind, sequence, at, duration, payload } = message
  writer.add(kind, encodeConnection(message.connection), sequence, at, duration, payload)
}

function addRequest(writer: MessageBatchWriter, payload: string): void {
  writer.add('request', connection, 0, 0, 0, Buffer.from(payload))
}

function takePayloads(writer: MessageBatchWriter): string[] {
  const batch = writer.take()
  assert.ok(batch !== null)
  return new MessageBatchReader()
    .read(batch)
    .map((message) => Buffer.from(message.payload).toString())
}

test('an id is the connection and eight hex digits of the sequence', () => {
  const writer = new MessageBatchWriter()
  writer.add('request', connection, 255, 0, 0, new Uint8Array(0))
  const [message] = new MessageBatchReader().read(writer.take()!)
  assert.equal(message?.id, '5f3a9c0100000001000000ff')
})

test('what is known beside comes out as it went in', () => {
  const writer = new MessageBatchWriter()
  const all = batchFlags.pipelined | batchFlags.raw
  for (const flags of [0, batchFlags.pipelined, batchFlags.raw, all])
    writer.add('closed', connection, 0, 0, 0, new Uint8Array(0), flags)
  const messages = new MessageBatchReader().read(writer.take()!)
  assert.deepEqual(
    messages.map(({ pipelined, raw }) => [pipelined, raw]),
    [
      [undefined, undefined],
      [true, undefined],
      [undefined, true],
      [true, true],
    ],
  )
})

test('names and ids are right however many connections take turns', () => {
  const writer = new MessageBatchWriter()
  const reader = new MessageBatchReader()
  const others = Array.from({ length: 10_000 }, (_, index) => String(index).padStart(16, '0'))
  for (const name of ['request 00000001', ...others, 'request 00000001']) {
    writer.add('request', encodeConnection(name), 7, 0, 0, new Uint8Array(0))
    const [message] = reader.read(writer.take()!)
    assert.equal(message?.connection, name)
    assert.equal(message.id, `${name}00000007`)
  }
})

test('messages come out of a batch as they went in', () => {
  const message = fc.record({
    kind: fc.constantFrom('request' as const, 'response' as const, 'replayed' as const),
    connection: fc.stringMatching(/^[!-~]{16}$/).map((text) => text as ConnectionId),
    sequence: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    at: fc.maxSafeInteger(),
    duration: fc.maxSafeNat(),
    payload: fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.nat(200_000).map((length) => new Uint8Array(length).fill(length)),
    ),
  })
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 20 }), (written) => {
      const writer = new MessageBatchWriter()
      for (const each of written) add(writer, each)
      assert.equal(writer.count(), written.length)
      const given = new MessageBatchReader().read(writer.take()!)
      const expected = written.map((each) => ({
        ...each,
        id: `${each.connection}${each.sequence.toString(16).padStart(8, '0')}` as ExchangeId,
        payload: Buffer.from(each.payload),
      }))
      assert.deepEqual(given, expected)
    }),
  )
})

test('a batch that was taken is left alone, and the next begins empty', () => {
  const writer = new MessageBatchWriter()
  assert.equal(writer.take(), null)
  addRequest(writer, 'first')
  const first = writer.take()!
  assert.equal(writer.count(), 0)
  assert.equal(writer.take(), null)
  addRequest(writer, 'second')
  assert.deepEqual(takePayloads(writer), ['second'])
  assert.equal(Buffer.from(new MessageBatchReader().read(first)[0]!.payload).toString(), 'first')
})

test('a batch that was transferred away does not disturb the next one', () => {
  const writer = new MessageBatchWriter()
  addRequest(writer, 'gone')
  const gone = writer.take()!
  structuredClone(gone, { transfer: [gone] })
  addRequest(writer, 'here')
  assert.deepEqual(takePayloads(writer), ['here'])
})

test('payloads are views of the batch, copied once when they are added', () => {
  const writer = new MessageBatchWriter()
  const payload = Buffer.from('payload')
  writer.add('request', connection, 0, 0, 0, payload)
  payload.fill(0)
  const batch = writer.take()!
  const [message] = new MessageBatchReader().read(batch)
  assert.equal(message?.payload.buffer, batch)
  assert.equal(Buffer.from(message!.payload).toString(), 'payload')
})

test('one huge message does not make every later batch huge', () => {
  const writer = new MessageBatchWriter()
  writer.add('request', connection, 0, 0, 0, new Uint8Array(8 << 20))
  writer.take()
  addRequest(writer, 'small')
  assert.ok(writer.take()!.byteLength <= 1 << 20)
  addRequest(writer, 'small')
  assert.equal(writer.take()!.byteLength, 4 * 1024)
})

test('the size of a batch is known while it grows', () => {
  const writer = new MessageBatchWriter()
  const before = writer.bytes()
  addRequest(writer, 'x'.repeat(1000))
  assert.ok(writer.bytes() - before >= 1000 && writer.bytes() - before < 1100)
  writer.take()
  assert.equal(writer.bytes(), before)
})
