import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SortedPackets } from './sorted-packets.ts'

test('packets are given in the order of time, up to a time, equal ones as they came', () => {
  const packets = new SortedPackets()
  for (const [at, text] of [
    [5, 'c'],
    [1, 'a'],
    [5, 'd'],
    [9, 'e'],
    [1, 'b'],
  ] as const) {
    packets.add(at, Buffer.from(text))
  }
  assert.equal(Buffer.from(packets.takeUntil(5)).toString(), 'abcd')
  assert.equal(packets.takeUntil(8).length, 0)
  assert.equal(Buffer.from(packets.takeUntil(Number.POSITIVE_INFINITY)).toString(), 'e')
})

test('beyond its memory the earliest go', () => {
  const packets = new SortedPackets()
  const record = new Uint8Array(40 * 1024 * 1024)
  packets.add(7, record)
  packets.add(8, record)
  assert.equal(packets.takeUntil(0).length, record.length)
})
