import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import type { Message } from '../model/message.ts'
import { createCopy, ExchangeLimiter, originalConnection, originalId } from './exchange-limiter.ts'
import { createLimiter } from './limit.ts'

const exchanges = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const parts = { connection: index >> 2, sequence: index & 3 }
    const request = createRequest(parts)
    const response = createRequest({ ...parts, kind: 'response' })
    return { request, response }
  })

test('a response has the fate of its request, whatever the limit goes by', () => {
  for (const limiter of [
    createLimiter({ kind: 'percent', percent: 50 }, 'request', 'x'),
    createLimiter({ kind: 'percent', percent: 250 }, 'connection', 'x'),
    createLimiter({ kind: 'rate', perSecond: 20 }, 'request', 'x'),
  ]) {
    const limit = new ExchangeLimiter(limiter)
    const seen = exchanges(200).map(({ request, response }) => {
      return { asked: limit.copies(request, 1), answered: limit.copies(response, 1) }
    })
    assert.ok(new Set(seen.map(({ asked }) => asked)).size > 1)
    for (const { asked, answered } of seen) assert.equal(answered, asked)
  }
})

test('responses take nothing of a rate, and pass where no request of theirs was seen', () => {
  const limit = new ExchangeLimiter(createLimiter({ kind: 'rate', perSecond: 2 }, 'request', 'x'))
  const [first, second, third] = exchanges(3)
  assert.equal(limit.copies(third!.response, 0), 1)
  assert.equal(limit.copies(first!.request, 0), 1)
  assert.equal(limit.copies(first!.response, 0), 1)
  assert.equal(limit.copies(second!.request, 500_000), 1)
})

test('a request of an id that was seen before, as in a loop, is decided anew with its response', () => {
  let copies = 0
  const limit = new ExchangeLimiter(() => copies)
  const [exchange] = exchanges(1)
  for (copies of [0, 1, 3, 1]) {
    assert.equal(limit.copies(exchange!.request, 0), copies)
    assert.equal(limit.copies(exchange!.response, 0), copies)
  }
})

test('what a copy was answered has the fate of the request it was made of, and is not multiplied', () => {
  const limit = new ExchangeLimiter((message) => (message.sequence === 0 ? 0 : 3))
  const replayed = (request: Message, copy: number): Message => ({
    ...createCopy(request, copy),
    kind: 'replayed',
  })
  const [dropped, tripled] = exchanges(2).map(({ request }) => request)
  assert.deepEqual([limit.copies(dropped!, 0), limit.copies(tripled!, 0)], [0, 3])
  assert.equal(limit.copies(replayed(dropped!, 1), 0), 0)
  assert.equal(limit.copies(replayed(tripled!, 2), 0), 1)
})

test('what follows an upgrade has the fate of the request that asked for it', () => {
  let next = 0
  const limit = new ExchangeLimiter(() => next++ % 2)
  for (const [connection, fate] of [0, 1, 0].entries()) {
    const frames = [1, 2].map((sequence): Message => {
      return { ...createRequest({ connection, sequence }), raw: true }
    })
    const copies = [createRequest({ connection }), ...frames].map((part) => limit.copies(part, 0))
    assert.deepEqual(copies, [fate, fate, fate])
  }
})

test('a connection that ends does so in all its copies, once', () => {
  const limit = new ExchangeLimiter(() => 3)
  const request = createRequest({})
  limit.copies(request, 0)
  const { connection } = request
  const names = [connection, createCopy(request, 1).connection, createCopy(request, 2).connection]
  assert.deepEqual(limit.ended(connection), names)
  assert.deepEqual(limit.ended(connection), [connection])
})

test('a copy tells what it was made of', () => {
  const request = createRequest({ connection: 7 })
  const copy = createCopy(request, 12)
  assert.notEqual(copy.id, request.id)
  assert.equal(originalId(copy), request.id)
  assert.equal(originalConnection(copy), request.connection)
  assert.equal(originalId(request), request.id)
  assert.equal(originalConnection(request), request.connection)
})
