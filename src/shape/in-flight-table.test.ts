import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import type { Message } from '../model/message.ts'
import { InFlightTable } from './in-flight-table.ts'

const account = { captured: () => {}, dropped: () => {} }

function fill(messages: readonly (readonly [key: string, message: Message])[]): InFlightTable {
  const table = new InFlightTable()
  for (const [key, message] of messages) table.add(key, message, account, 0)
  return table
}

const sequences = (table: InFlightTable, take: () => ReturnType<InFlightTable['take']>) =>
  Array.from({ length: table.size + 1 }, () => take()?.message.sequence ?? null)

const numbered = [0, 1, 2].map((sequence) => createRequest({ sequence, connection: sequence }))

test('what is taken by its key is the first of that key, and then gone', () => {
  const table = fill([
    ['a', numbered[0]!],
    ['b', numbered[1]!],
    ['a', numbered[2]!],
  ])
  assert.deepEqual(
    sequences(table, () => table.take('a', undefined)),
    [0, 2, null, null],
  )
  assert.equal(table.size, 1)
  assert.equal(table.oldest()!.message.sequence, 1)
})

test('answers of several targets to one request are told apart by the target', () => {
  const of = (index: number, target: string): readonly [string, Message] => {
    return ['3 a', { ...numbered[index]!, kind: 'replayed', target }]
  }
  const table = fill([of(0, 'http://a'), of(1, 'http://b')])
  assert.equal(table.take('3 a', 'http://b')!.message.target, 'http://b')
  assert.equal(table.take('3 a', undefined)!.message.target, 'http://a')
})

test('the oldest is the one that was added first, whatever its key', () => {
  const table = fill(numbered.map((message) => ['a', message]))
  assert.deepEqual(
    sequences(table, () => table.takeOldest()),
    [0, 1, 2, null],
  )
})

test('payloads are not held', () => {
  assert.equal(fill([['a', numbered[0]!]]).takeOldest()!.message.payload.length, 0)
})

test('the end of a connection waits for the last of its messages', () => {
  const [first, second] = [0, 1].map((sequence) => createRequest({ sequence }))
  const table = fill([
    ['a', first!],
    ['b', second!],
  ])
  const closed = createRequest({ kind: 'closed' })
  assert.equal(table.close(closed, account), true)
  assert.equal(table.takeEnd(table.take('b', undefined)!), null)
  assert.equal(table.takeEnd(table.take('a', undefined)!)!.message, closed)
  assert.equal(table.close(closed, account), false)
})
