import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import type { Message } from '../model/message.ts'
import { TimeOrder } from './time-order.ts'

const second = 1_000_000

function at(messages: readonly Message[]): readonly number[] {
  return messages.map((message) => message.at / second)
}

function begunAt(...seconds: readonly number[]): Message[] {
  return seconds.map((time) => createRequest({ at: time * second }))
}

test('messages come in the order in which they began, a while after', () => {
  const order = new TimeOrder()
  assert.deepEqual(at(order.push(begunAt(3, 1, 2), 5 * second)), [])
  assert.deepEqual(at(order.push(begunAt(1.5), 6.5 * second)), [1, 1.5])
  assert.deepEqual(at(order.push([], 7 * second)), [2])
  assert.deepEqual(at(order.finish()), [3])
  assert.deepEqual(order.finish(), [])
})

test('messages of one time stay as they came', () => {
  const order = new TimeOrder()
  const messages = [0, 1, 2].map((sequence) => createRequest({ sequence }))
  order.push(messages, 0)
  assert.deepEqual(order.finish(), messages)
})

test('more than is held goes on in time, the earliest first', () => {
  const order = new TimeOrder()
  const times = Array.from({ length: 5_000 }, (_, index) => index / 5_000)
  const early = at(order.push(begunAt(...times), second))
  assert.deepEqual(early, times.slice(0, 904))
  const large = new TimeOrder()
  const payload = Buffer.alloc(6 * 1024 * 1024)
  const held = [0, 1, 2].map((time) => createRequest({ at: time, payload }))
  assert.deepEqual(large.push(held, 3), held.slice(0, 1))
  assert.deepEqual(large.finish(), held.slice(1))
})
