import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import type { SourceDropReason } from '../model/ledger.ts'
import type { Message } from '../model/message.ts'
import type { Wire } from '../model/world.ts'
import { writeGorRecord } from '../protocol/gor/gor-writer.ts'
import { createLinkReceiver, type LinkReceiver } from './link-receiver.ts'

interface FakeWire extends Wire {
  readonly destroyed: () => boolean
}

function createWire(): FakeWire {
  let destroyed = false
  return {
    write: () => assert.fail('a receiver says nothing'),
    pendingBytes: () => 0,
    end: () => assert.fail('not ended'),
    destroy: () => {
      destroyed = true
    },
    destroyed: () => destroyed,
  }
}

interface Received {
  readonly receiver: LinkReceiver
  readonly batches: (readonly Message[])[]
  readonly drops: SourceDropReason[]
  readonly strangers: string[]
}

function createReceiver(bufferedBytesMax = 1 << 20): Received {
  const batches: (readonly Message[])[] = []
  const drops: SourceDropReason[] = []
  const strangers: string[] = []
  const receiver = createLinkReceiver({
    account: { dropped: (reason, count) => drops.push(...Array(count).fill(reason)) },
    payloadBytesMax: 1_000,
    bufferedBytesMax,
    onMessages: (batch) => batches.push(batch),
    onStranger: (peer, { what }) => strangers.push(`${peer} ${what}`),
  })
  return { receiver, batches, drops, strangers }
}

const first = createRequest({ connection: 1, payload: 'GET /1 HTTP/1.1\r\n\r\n' })
const second = createRequest({ connection: 2, payload: 'GET /2 HTTP/1.1\r\n\r\n' })
const goreplayRecord = Buffer.from('1 9c4b1f900a00000c5f3a9c01 1000 0\nGET\n🐵🙈🙉\n')

test('wires are read each by itself, and what comes together is handed on together', () => {
  const { receiver, batches, drops } = createReceiver()
  const one = receiver.accept(createWire())
  const other = receiver.accept(createWire())
  const record = writeGorRecord(first)
  one.received(record.subarray(0, 30))
  other.received(Buffer.concat([writeGorRecord(second), writeGorRecord(first)]))
  one.received(record.subarray(30))
  assert.deepEqual(batches, [[second, first], [first]])
  assert.deepEqual(drops, [])
})

test('the same connection of two GoReplay hosts is two', () => {
  const { receiver, batches } = createReceiver()
  for (const peer of ['10.0.0.7', '10.0.0.8', '10.0.0.7']) {
    receiver.accept(createWire(), peer).received(goreplayRecord)
  }
  const connections = batches.flat().map(({ connection }) => connection)
  const name = '9c4b1f900a00000c'
  assert.deepEqual(connections, [`10.0.0.7/${name}`, `10.0.0.8/${name}`, `10.0.0.7/${name}`])
})

test('a record that cannot be read is counted, and the wire goes on', () => {
  const { receiver, batches, drops } = createReceiver()
  const handler = receiver.accept(createWire())
  handler.received(Buffer.concat([Buffer.from('junk\n\n🐵🙈🙉\n'), writeGorRecord(first)]))
  const long = writeGorRecord(createRequest({ payload: 'x'.repeat(2_000) }))
  handler.received(Buffer.concat([long, writeGorRecord(second)]))
  assert.deepEqual(batches, [[first], [second]])
  assert.deepEqual(drops, ['bad-record', 'message-too-long'])
})

test('a wire that closes inside a record has lost that record, and inside none nothing', () => {
  const { receiver, batches, drops } = createReceiver()
  const cut = receiver.accept(createWire())
  cut.received(goreplayRecord.subarray(0, -1))
  cut.closed('reset')
  const whole = receiver.accept(createWire())
  whole.received(goreplayRecord)
  whole.closed('ended')
  assert.equal(batches.length, 1)
  assert.deepEqual(drops, ['truncated'])
})

test('all wires share one ceiling for what came in part, and give back when they close', () => {
  const { receiver, batches, drops } = createReceiver(1_500)
  const record = writeGorRecord(createRequest({ payload: 'x'.repeat(1_000) }))
  const [one, other] = [receiver.accept(createWire()), receiver.accept(createWire())]
  one.received(record.subarray(0, 900))
  other.received(record.subarray(0, 900))
  assert.deepEqual(drops, ['memory'])
  one.closed('reset')
  other.received(record.subarray(900))
  other.received(record.subarray(0, 900))
  other.received(record.subarray(900))
  assert.equal(batches.length, 1)
  assert.deepEqual(drops, ['memory', 'truncated'])
})

test('a wire beyond the ceiling is closed at once, and one that closed makes room', () => {
  const { receiver } = createReceiver()
  const handlers = Array.from({ length: 1024 }, () => receiver.accept(createWire()))
  const refused = createWire()
  receiver.accept(refused).closed('ended')
  assert.equal(refused.destroyed(), true)
  handlers[0]!.closed('ended')
  const accepted = createWire()
  receiver.accept(accepted)
  assert.equal(accepted.destroyed(), false)
})

test('closing ends all wires, counts what came in part, and hears nothing more', () => {
  const { receiver, batches, drops } = createReceiver()
  const wires = [createWire(), createWire()]
  const handlers = wires.map((wire) => receiver.accept(wire))
  handlers[0]!.received(writeGorRecord(first).subarray(0, 30))
  receiver.close()
  assert.deepEqual(
    wires.map((wire) => wire.destroyed()),
    [true, true],
  )
  handlers[0]!.received(writeGorRecord(first).subarray(30))
  handlers[1]!.received(writeGorRecord(second))
  for (const handler of handlers) handler.closed('ended')
  assert.deepEqual(batches, [])
  assert.deepEqual(drops, ['exit'])
})

test('who sends no link at all is told and counted once, and its wire ended; others go on', () => {
  const { receiver, batches, drops, strangers } = createReceiver()
  const [wire, listener] = [createWire(), receiver.accept(createWire(), '10.0.0.8')]
  const handler = receiver.accept(wire, '10.0.0.9')
  handler.received(Buffer.from('GET / HTTP/1.1\r\n'))
  handler.received(Buffer.from('Host: a\r\n\r\n'))
  handler.closed('ended')
  assert.deepEqual(
    [strangers, drops, wire.destroyed()],
    [['10.0.0.9 speaks HTTP'], ['bad-record'], true],
  )
  listener.received(writeGorRecord(first))
  assert.deepEqual(batches, [[first]])
})
