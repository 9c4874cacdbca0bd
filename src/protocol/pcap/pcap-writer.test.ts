import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../../test/support/messages.ts'
import type { Message } from '../../model/message.ts'
import { PcapWriter } from './pcap-writer.ts'

interface Packet {
  readonly at: number
  /** `C` of a client, `S` of the server. */
  readonly from: 'C' | 'S'
  readonly flags: string
  readonly sequence: number
  readonly acknowledgement: number
  readonly text: string
}

/** The packets of the file that the batches make, and what was left out. */
function write(batches: readonly (readonly Message[])[]) {
  const writer = new PcapWriter()
  const pieces = [writer.begin(), ...batches.map((batch) => writer.push(batch)), writer.finish()]
  const file = Buffer.concat(pieces)
  const packets: Packet[] = []
  for (let at = 24; at < file.length; ) {
    const end = at + 16 + file.readUInt32LE(at + 8)
    packets.push(readPacket(file.subarray(at, end)))
    at = end
  }
  return { packets, leftOut: Object.fromEntries(writer.leftOut()) }
}

function readPacket(record: Buffer): Packet {
  const names = ['F', 'S', 'R', 'P', 'A']
  const flags = record[63]!
  return {
    at: record.readUInt32LE(0) * 1e6 + record.readUInt32LE(4),
    from: record.readUInt16BE(50) === 80 ? 'S' : 'C',
    flags: names.filter((_, bit) => (flags & (1 << bit)) !== 0).join(''),
    sequence: record.readUInt32BE(54),
    acknowledgement: record.readUInt32BE(58),
    text: record.toString('latin1', 70),
  }
}

const at = 1_767_323_045_000_000
const get = (sequence: number, later = 0) =>
  createRequest({ sequence, at: at + later, payload: `GET /${sequence} HTTP/1.1\r\n\r\n` })
const ok = (sequence: number, later = 0) =>
  createRequest({
    kind: 'response',
    sequence,
    at: at + later,
    payload: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  })

test('a connection has its handshake, its exchanges in order, and its end', () => {
  const { packets, leftOut } = write([[get(0), ok(0, 50)], [get(1, 90)]])
  assert.deepEqual(
    packets.map(({ from, flags, at: time }) => `${from} ${flags} ${time - at}`),
    [
      ...['C S 0', 'S SA 0', 'C A 0', 'C PA 0', 'S PA 50', 'C PA 90'],
      ...['S FA 90', 'C FA 90', 'S A 90'],
    ],
  )
  assert.deepEqual(leftOut, {})
})

test('each side goes on where its last segment ended, and acknowledges the other', () => {
  const long = createRequest({ payload: 'x'.repeat(4_000) })
  const { packets } = write([[long, ok(0)]])
  const next = { C: 1_000, S: 2_000 }
  for (const { from, flags, sequence, acknowledgement, text } of packets) {
    assert.equal(sequence, next[from])
    if (flags.includes('A')) assert.equal(acknowledgement, next[from === 'C' ? 'S' : 'C'])
    next[from] += text.length + (/[FS]/.test(flags) ? 1 : 0)
    assert.ok(text.length <= 1_460)
  }
  assert.equal(packets.map(({ text }) => text).join('').length, 4_000 + ok(0).payload.length)
})

test('a message takes the time that it took, and messages that overlap are in order of time', () => {
  const slow = { ...createRequest({ at, payload: 'x'.repeat(2_000) }), duration: 100 }
  const other = createRequest({ connection: 1, at: at + 40, payload: 'y' })
  const { packets } = write([[slow], [other]])
  const times = packets.map((packet) => packet.at - at)
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  )
  const data = packets.filter(({ text }) => text !== '')
  assert.deepEqual(
    data.map((packet) => [packet.text[0], packet.at - at]),
    [
      ['x', 0],
      ['y', 40],
      ['x', 100],
    ],
  )
})

test('a response without a length is ended by its connection, and the next request begins anew', () => {
  const endless = createRequest({
    kind: 'response',
    at: at + 5,
    payload: 'HTTP/1.0 200 OK\r\n\r\nx',
  })
  const { packets } = write([[get(0), endless, get(1, 9)]])
  assert.deepEqual(
    packets.filter(({ flags }) => /[SF]/.test(flags)).map(({ flags }) => flags),
    ['S', 'SA', 'FA', 'FA', 'S', 'SA', 'FA', 'FA'],
  )
})

test('what would be paired wrongly, or has no place, is left out and counted', () => {
  const replayed = { ...ok(0), kind: 'replayed' as const }
  const foreign = createRequest({ kind: 'response', connection: 9 })
  const { packets, leftOut } = write([[get(0), get(1), ok(1), ok(0), replayed, foreign]])
  assert.equal(packets.filter(({ text }) => text.startsWith('HTTP')).length, 0)
  assert.deepEqual(leftOut, {
    'responses behind one that is missing': 1,
    'responses without a request': 2,
    'answers of targets': 1,
  })
})

test('the end of the client connection ends it', () => {
  const closed = createRequest({ kind: 'closed', at: at + 7, payload: '' })
  const { packets } = write([[get(0), closed, get(1, 9)]])
  assert.equal(packets.filter(({ flags }) => flags === 'S').length, 2)
  assert.equal(packets.find(({ flags }) => flags === 'FA')!.at, at + 7)
})
