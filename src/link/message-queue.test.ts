import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { formatGorMeta } from '../protocol/gor/gor-meta.ts'
import { MessageQueue } from './message-queue.ts'

const message = createRequest({ payload: 'GET / HTTP/1.1\r\n\r\n' })
const record = `${formatGorMeta(message)}GET / HTTP/1.1\r\n\r\n`

test('each message is taken by itself, without a separator, in order', () => {
  const queue = new MessageQueue(1_000)
  const second = createRequest({ sequence: 1, payload: 'two' })
  assert.equal(queue.append(message) + queue.append(second), 0)
  assert.equal(Buffer.from(queue.take()!.bytes).toString('latin1'), record)
  assert.equal(Buffer.from(queue.take()!.bytes).toString('latin1'), `${formatGorMeta(second)}two`)
  assert.equal(queue.take(), null)
  assert.equal(queue.isEmpty(), true)
})

test('beyond the ceiling the oldest go, and what alone is longer goes itself', () => {
  const queue = new MessageQueue(record.length * 2)
  assert.deepEqual(
    [1, 2, 3, 4].map(() => queue.append(message)),
    [0, 0, 1, 1],
  )
  assert.equal(queue.append(createRequest({ payload: 'x'.repeat(500) })), 1)
  assert.equal(queue.clear(), 2)
  assert.equal(queue.isEmpty(), true)
})

test('the end of a connection is sent in its place, and counts as no message', () => {
  const queue = new MessageQueue(1 << 20)
  queue.append({ ...createRequest({ kind: 'closed' }), payload: Buffer.alloc(0) })
  assert.equal(queue.take()!.messages, 0)
})
