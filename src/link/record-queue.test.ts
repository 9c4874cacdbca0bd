import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { fc } from '../../test/support/properties.ts'
import { createEnd, writeGorRecord } from '../protocol/gor/gor-writer.ts'
import { RecordQueue } from './record-queue.ts'

function createMessage(sequence: number, payloadBytes = 10) {
  return createRequest({ sequence, payload: Buffer.alloc(payloadBytes, sequence) })
}

const recordBytes = writeGorRecord(createMessage(0)).length

function takeAll(queue: RecordQueue): { bytes: Buffer; messages: number; runs: number } {
  const parts: Uint8Array[] = []
  let messages = 0
  for (let run = queue.take(); run !== null; run = queue.take()) {
    parts.push(run.bytes)
    messages += run.messages
  }
  assert.equal(queue.isEmpty(), true)
  return { bytes: Buffer.concat(parts), messages, runs: parts.length }
}

test('many small messages leave as one run', () => {
  const queue = new RecordQueue(1 << 20)
  for (let sequence = 0; sequence < 100; sequence++) queue.append(createMessage(sequence))
  const taken = takeAll(queue)
  assert.equal(taken.runs, 1)
  assert.equal(taken.messages, 100)
})

test('records leave whole and in order, whatever their sizes and when they are taken', () => {
  const sizes = fc.array(fc.oneof(fc.nat(300), fc.nat(70_000)), { maxLength: 30 })
  fc.assert(
    fc.property(sizes, fc.array(fc.nat(30)), (payloadSizes, takenAfter) => {
      const queue = new RecordQueue(1 << 30)
      const expected: Uint8Array[] = []
      const parts: Uint8Array[] = []
      let messages = 0
      payloadSizes.forEach((payloadBytes, sequence) => {
        const message = createMessage(sequence, payloadBytes)
        expected.push(writeGorRecord(message))
        assert.equal(queue.append(message), 0)
        const run = takenAfter.includes(sequence) ? queue.take() : null
        if (run !== null) parts.push(run.bytes)
        messages += run?.messages ?? 0
      })
      const rest = takeAll(queue)
      assert.deepEqual(Buffer.concat([...parts, rest.bytes]), Buffer.concat(expected))
      assert.equal(messages + rest.messages, expected.length)
    }),
  )
})

test('beyond the ceiling the oldest go, and each is told once', () => {
  const sizes = fc.array(fc.oneof(fc.nat(300), fc.nat(70_000)), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(sizes, fc.integer({ min: 200, max: 200_000 }), (payloadSizes, bytesMax) => {
      const queue = new RecordQueue(bytesMax)
      let shed = 0
      payloadSizes.forEach((payloadBytes, sequence) => {
        shed += queue.append(createMessage(sequence, payloadBytes))
      })
      const kept = takeAll(queue)
      assert.ok(kept.bytes.length <= bytesMax)
      assert.equal(kept.messages + shed, payloadSizes.length)
      const last = writeGorRecord(createMessage(payloadSizes.length - 1, payloadSizes.at(-1)!))
      if (last.length <= bytesMax) assert.deepEqual(kept.bytes.subarray(-last.length), last)
    }),
  )
})

test('a message that is longer than the whole queue costs itself and no other', () => {
  const queue = new RecordQueue(recordBytes * 2)
  queue.append(createMessage(0))
  assert.equal(queue.append(createMessage(1, 1_000)), 1)
  assert.deepEqual(takeAll(queue).bytes, writeGorRecord(createMessage(0)))
})

test('clearing tells how many messages were left', () => {
  const queue = new RecordQueue(1 << 20)
  for (const payloadBytes of [10, 50_000, 10]) queue.append(createMessage(0, payloadBytes))
  assert.equal(queue.clear(), 3)
  assert.equal(queue.clear(), 0)
  assert.equal(queue.take(), null)
})

test('the end of a connection is a record in its place, and counts as no message', () => {
  const queue = new RecordQueue(1 << 20)
  const end = createEnd(createMessage(0).connection, 7)
  for (const message of [createMessage(0), end]) assert.equal(queue.append(message), 0)
  const first = takeAll(queue)
  const expected = [writeGorRecord(createMessage(0)), writeGorRecord(end)]
  assert.deepEqual([first.messages, first.bytes], [1, Buffer.concat(expected)])
  queue.append(end)
  const second = takeAll(queue)
  assert.deepEqual([second.messages, second.bytes], [0, Buffer.from(writeGorRecord(end))])
  assert.equal(new RecordQueue(10).append(end), 0)
})
