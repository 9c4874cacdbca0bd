import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Wire } from '../model/world.ts'
import { EndingWires } from './ending-wires.ts'

function createWire(): Wire & { readonly calls: string[] } {
  const calls: string[] = []
  const call = (name: string) => () => void calls.push(name)
  return {
    calls,
    write: () => true,
    pendingBytes: () => 0,
    end: call('end'),
    destroy: call('destroy'),
  }
}

test('a wire ends at once, and is closed where its peer takes too long', () => {
  const ending = new EndingWires()
  const [first, second] = [createWire(), createWire()]
  ending.end(first, 10)
  ending.end(second, 20)
  ending.expire(9)
  assert.deepEqual([first.calls, second.calls], [['end'], ['end']])
  ending.expire(10)
  assert.deepEqual([first.calls, second.calls], [['end', 'destroy'], ['end']])
  ending.closed(second)
  ending.expire(30)
  assert.deepEqual(second.calls, ['end'])
  assert.equal(ending.isEmpty(), true)
})

test('of too many the oldest is closed', () => {
  const ending = new EndingWires()
  const wires = Array.from({ length: 4_097 }, createWire)
  for (const wire of wires) ending.end(wire, 1)
  assert.deepEqual(
    wires.filter(({ calls }) => calls.includes('destroy')),
    [wires[0]],
  )
})
