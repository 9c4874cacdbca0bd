import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { Queue } from '../base/queue.ts'
import type { ConnectionId } from '../model/message.ts'
import { RequestQueue } from './request-queue.ts'
import { createTargetConnection, isAsleep, mayRetry, requestMethod } from './target-connection.ts'

interface Situation {
  readonly method?: string
  readonly retried?: boolean
  readonly answering?: boolean
  readonly answers?: number
}

/** Whether a request may be sent again, on a connection that has answered before. */
function retries(situation: Situation): boolean {
  const { method = 'GET', retried = false, answering = false, answers = 1 } = situation
  const connection = { ...createTargetConnection('c' as ConnectionId), answers }
  const message = createRequest({ payload: `${method} / HTTP/1.1\r\n\r\n` })
  const entry = { ...new RequestQueue(1_000).append(message, 0, 0), retried }
  return mayRetry(connection, { entry, bytes: message.payload, sentAt: 0, answering })
}

for (const method of ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']) {
  test(`${method} may be sent again`, () => assert.equal(retries({ method }), true))
}

for (const method of ['POST', 'PATCH', 'GETX', 'get']) {
  test(`${method} is not sent again`, () => assert.equal(retries({ method }), false))
}

test('nothing is sent a third time, nor after a part of its answer, nor on a fresh connection', () => {
  assert.equal(retries({ retried: true }), false)
  assert.equal(retries({ answering: true }), false)
  assert.equal(retries({ answers: 0 }), false)
})

test('HEAD and CONNECT are told apart from all others, whose answers have bodies', () => {
  const methodOf = (text: string) => requestMethod(Buffer.from(text))
  assert.equal(methodOf('HEAD / HTTP/1.1\r\n'), 'HEAD')
  assert.equal(methodOf('CONNECT a:1 HTTP/1.1\r\n'), 'CONNECT')
  assert.equal(methodOf('HEADER / HTTP/1.1\r\n'), 'GET')
  assert.equal(methodOf('HE'), 'GET')
})

test('with a wire, and to be woken for a request that is not due, a connection is asleep', () => {
  const entry = new RequestQueue(1_000).append(createRequest({}), 0, 9_000)
  const wire = { write: () => true, pendingBytes: () => 0, end() {}, destroy() {} }
  const fresh = createTargetConnection('c' as ConnectionId)
  fresh.queue.push(entry)
  const asleep = { ...fresh, heapIndex: 0, wire }
  assert.equal(isAsleep(asleep, 5_000), true)
  assert.equal(isAsleep(asleep, 8_000), false)
  assert.equal(isAsleep({ ...asleep, heapIndex: -1 }, 5_000), false)
  assert.equal(isAsleep({ ...asleep, wire: null }, 5_000), false)
  assert.equal(isAsleep({ ...asleep, queue: new Queue() }, 5_000), false)
})
