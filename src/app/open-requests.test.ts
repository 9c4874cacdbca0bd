import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { OpenRequests } from './open-requests.ts'

const ask = (sequence: number, connection = 0) =>
  createRequest({ connection, sequence, at: 1_000 + sequence })

test('each answer finds when its request was sent, once', () => {
  const open = new OpenRequests()
  for (const sequence of [0, 1]) open.asked(ask(sequence))
  open.asked(ask(5, 1))
  assert.deepEqual(
    [0, 1, 1].map((sequence) => open.answered(ask(sequence))),
    [1_000, 1_001, null],
  )
  assert.equal(open.answered(ask(5, 1)), 1_005)
})

test('an answer passes over requests without one, and one to nothing takes none of them', () => {
  const open = new OpenRequests()
  for (const sequence of [0, 1, 2]) open.asked(ask(sequence))
  assert.equal(open.answered(ask(9)), null)
  assert.equal(open.answered(ask(1)), 1_001)
  assert.equal(open.answered(ask(0)), null)
  assert.equal(open.answered(ask(2)), 1_002)
})

test('what never comes to an end is forgotten: connections, and requests of one', () => {
  const open = new OpenRequests()
  for (let sequence = 0; sequence < 100; sequence++) open.asked(ask(sequence))
  assert.equal(open.answered(ask(0)), null)
  assert.equal(open.answered(ask(99)), 1_099)
  open.asked(ask(100))
  open.ended(ask(100).connection)
  assert.equal(open.answered(ask(100)), null)
  for (let connection = 0; connection < 40_000; connection++) open.asked(ask(0, connection))
  assert.equal(open.answered(ask(0, 0)), null)
  assert.equal(open.answered(ask(0, 39_999)), 1_000)
})
