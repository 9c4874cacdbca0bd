import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { createSegment, type Segment } from '../model/segment.ts'
import { ConnectionTable } from './connection-table.ts'

const server = [0, 0, 0xffff, 0x0a000002]

/** A segment between a client, told apart by number, and the service. */
function segmentOf(client: number, fromClient = true): Segment {
  const segment = createSegment()
  const address = [0x20010db8, 0, client >>> 16, 1]
  segment.addresses.set(fromClient ? [...address, ...server] : [...server, ...address])
  const port = client & 0xffff
  segment.sourcePort = fromClient ? port : 80
  segment.destinationPort = fromClient ? 80 : port
  segment.fromClient = fromClient
  return segment
}

test('both directions of a connection are one slot', () => {
  const table = new ConnectionTable(1)
  const slot = table.insert(segmentOf(5))
  assert.equal(table.find(segmentOf(5)), slot)
  assert.equal(table.find(segmentOf(5, false)), slot)
})

test('every word of the addresses and each port tells connections apart', () => {
  const table = new ConnectionTable(1)
  table.insert(segmentOf(5))
  for (let word = 0; word < 8; word++) {
    const other = segmentOf(5)
    other.addresses[word]! ^= 1
    assert.equal(table.find(other), -1, `address word ${word}`)
  }
  assert.equal(table.find({ ...segmentOf(5), sourcePort: 6 }), -1)
  assert.equal(table.find({ ...segmentOf(5), destinationPort: 81 }), -1)
})

test('client and service are not confused where their ports are exchanged', () => {
  const table = new ConnectionTable(1)
  table.insert(segmentOf(5))
  assert.equal(table.find({ ...segmentOf(5), fromClient: false }), -1)
})

test('connections with the same hash are told apart', () => {
  // These two have the same hash under this seed, all 32 bits of it.
  const table = new ConnectionTable(7)
  const slot = table.insert(segmentOf(8_262))
  assert.equal(table.find(segmentOf(66_056)), -1)
  const other = table.insert(segmentOf(66_056))
  assert.equal(table.find(segmentOf(8_262)), slot)
  assert.equal(table.find(segmentOf(66_056)), other)
})

test('slots are used again, so that numbers stay as small as the table was ever large', () => {
  const table = new ConnectionTable(1)
  for (let client = 0; client < 10_000; client++) {
    assert.ok(table.insert(segmentOf(client)) < 10)
    if (client >= 9) table.remove(table.find(segmentOf(client - 9)))
  }
  assert.equal(table.size(), 9)
})

test('a hundred thousand connections are all found, and none that was taken out', () => {
  const table = new ConnectionTable(1)
  const slots: number[] = []
  for (let client = 0; client < 100_000; client++) slots.push(table.insert(segmentOf(client)))
  assert.equal(new Set(slots).size, 100_000)
  for (let client = 0; client < 100_000; client += 2) table.remove(slots[client]!)
  for (let client = 0; client < 100_000; client++) {
    const expected = client % 2 === 0 ? -1 : slots[client]
    assert.equal(table.find(segmentOf(client)), expected)
  }
})

test('whatever is put in and taken out, the table says what a map would say', () => {
  const clients = fc.array(fc.nat(2_000), { maxLength: 4_000, size: 'max' })
  fc.assert(
    fc.property(fc.integer(), clients, (seed, used) => {
      const table = new ConnectionTable(seed)
      const model = new Map<number, number>()
      for (const client of used) {
        const slot = table.find(segmentOf(client))
        assert.equal(slot, model.get(client) ?? -1)
        if (slot === -1) model.set(client, table.insert(segmentOf(client)))
        else {
          table.remove(slot)
          model.delete(client)
        }
        assert.equal(table.size(), model.size)
      }
      for (const [client, slot] of model) assert.equal(table.find(segmentOf(client)), slot)
    }),
    { numRuns: 20 },
  )
})
