import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import type { Message } from '../model/message.ts'
import { ExchangeMemory } from './exchange-memory.ts'

const request = (sequence: number, bytes = 10): Message =>
  createRequest({ sequence, payload: 'x'.repeat(bytes) })

function keep(memory: ExchangeMemory, message: Message): void {
  memory.keep(memory.find(message.id), message.id, message)
}

test('an exchange is found with what was put into it', () => {
  const memory = new ExchangeMemory({ exchangesMax: 10, bytesMax: 1_000 })
  const message = request(0)
  const exchange = memory.find(message.id)
  exchange.notes.set('a', 1)
  memory.keep(exchange, message.id, message)
  keep(memory, { ...message, kind: 'response' })
  const found = memory.find(message.id)
  assert.deepEqual(
    [found.notes.get('a'), found.request, found.response],
    [1, message.payload, message.payload],
  )
  assert.equal(memory.find(request(1).id).request, null)
})

test('beyond either limit the oldest exchange is forgotten', () => {
  for (const limits of [
    { exchangesMax: 2, bytesMax: 1_000 },
    { exchangesMax: 10, bytesMax: 25 },
  ]) {
    const memory = new ExchangeMemory(limits)
    for (const sequence of [0, 1, 2]) keep(memory, request(sequence))
    const found = [0, 1, 2].map((sequence) => memory.find(request(sequence).id).request !== null)
    assert.deepEqual(found, [false, true, true])
  }
})

test('what is replaced or forgotten takes no room', () => {
  const memory = new ExchangeMemory({ exchangesMax: 10, bytesMax: 30 })
  for (let round = 0; round < 10; round++) keep(memory, request(0, 10))
  keep(memory, request(1))
  memory.forget(request(1).id)
  keep(memory, request(2))
  keep(memory, request(3))
  assert.notEqual(memory.find(request(0).id).request, null)
})

test('a payload longer than all the room is not kept', () => {
  const memory = new ExchangeMemory({ exchangesMax: 10, bytesMax: 30 })
  keep(memory, request(0, 31))
  assert.equal(memory.find(request(0).id).request, null)
})
