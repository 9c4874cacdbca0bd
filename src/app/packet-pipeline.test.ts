import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  buildEthernetFrame,
  etherTypeOf,
  TcpConversation,
  type TimedPacket,
} from '../../test/support/packets.ts'
import { fc } from '../../test/support/properties.ts'
import { MemoryBudget } from '../base/memory-budget.ts'
import { findNetworkHeader, linkTypes } from '../capture/link-decoder.ts'
import { writePcap } from '../capture/pcap-file.ts'
import { PcapReader } from '../capture/pcap-reader.ts'
import type { SourceDropReason } from '../model/ledger.ts'
import type { Message } from '../model/message.ts'
import { MessageBatchReader, MessageBatchWriter } from '../protocol/frame/message-batch.ts'
import { type CaptureSettings, defaultCaptureSettings, PacketPipeline } from './packet-pipeline.ts'

const server = '10.0.0.2:80'

interface Captured {
  readonly messages: readonly Message[]
  readonly closed: readonly Message[]
  readonly texts: readonly string[]
  readonly drops: Readonly<Partial<Record<SourceDropReason, number>>>
  readonly bufferedBytes: number
}

interface CapturedPacket extends TimedPacket {
  /** Where the network header begins, and what it is; at 0, and as its version says. */
  readonly offset?: number
  readonly etherType?: number
}

/** Runs packets through a pipeline that captures port 80. */
function capture(
  packets: readonly CapturedPacket[],
  settings: Partial<CaptureSettings> = {},
): Captured {
  const drops: Partial<Record<SourceDropReason, number>> = {}
  const out = new MessageBatchWriter()
  const budget = new MemoryBudget(1 << 26)
  const pipeline = new PacketPipeline({
    isCaptured: (_addresses, _offset, port) => port === 80,
    settings: { ...defaultCaptureSettings, ...settings },
    instance: '5f3a9c01',
    limits: { headBytesMax: 65_536, messageBytesMax: 1 << 20 },
    budget,
    account: {
      dropped: (reason, count) => {
        drops[reason] = (drops[reason] ?? 0) + count
      },
    },
    out,
    hashSeed: 1,
  })
  for (const { at, bytes, offset = 0, etherType = etherTypeOf(bytes) } of packets) {
    // The ring's memory is used again: what is kept must be a copy.
    const memory = Uint8Array.from(bytes)
    pipeline.push(memory, offset, memory.length, memory.length - offset, etherType, at)
    memory.fill(0xaa)
  }
  pipeline.finish(packets.at(-1)?.at ?? 0)
  const batch = out.take()
  const all = batch === null ? [] : new MessageBatchReader().read(batch)
  const messages = all.filter(({ kind }) => kind !== 'closed')
  const closed = all.filter(({ kind }) => kind === 'closed')
  const texts = messages.map(({ payload }) => Buffer.from(payload).toString('latin1'))
  return { messages, closed, texts, drops, bufferedBytes: budget.used() }
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: shop\r\n\r\n`
const post = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: shop\r\nContent-Length: ${body.length}\r\n\r\n${body}`

const connect = (client = '10.0.0.1:4711') => new TcpConversation({ client, server, at: 1_000_000 })

test('requests of a connection come out as they were sent, numbered in order', () => {
  const { packets } = connect()
    .open()
    .request(get('/a'))
    .response('x')
    .request(post('/b', 'body'))
    .close()
  const { messages, texts, drops } = capture(packets)
  assert.deepEqual(texts, [get('/a'), post('/b', 'body')])
  assert.deepEqual(
    messages.map(({ id }) => id),
    ['5f3a9c010000000000000000', '5f3a9c010000000000000001'],
  )
  assert.deepEqual(
    messages.map(({ kind }) => kind),
    ['request', 'request'],
  )
  assert.deepEqual(drops, {})
})

test('the time of a message is that of its first packet, and it lasts until its last', () => {
  const { packets } = connect()
    .open()
    .request(post('/', 'a'.repeat(100)), [30, 30])
    .close()
  const { messages } = capture(packets)
  assert.equal(messages[0]!.at, 1_000_300)
  assert.equal(messages[0]!.duration, 200)
})

test('connections of different clients have different names', () => {
  const one = connect('10.0.0.1:4711').open().request(get('/1'))
  const two = connect('10.0.0.3:4711').open().request(get('/2'))
  const { messages } = capture([...one.packets, ...two.packets])
  assert.equal(new Set(messages.map(({ connection }) => connection)).size, 2)
})

test('a marked request is counted and not captured again', () => {
  const marked = `GET / HTTP/1.1\r\nHost: shop\r\nx-rehearsal: 1\r\n\r\n`
  const { texts, drops } = capture(connect().open().request(marked).request(get('/b')).packets)
  assert.deepEqual(texts, [get('/b')])
  assert.deepEqual(drops, { marked: 1 })
})

test('a connection that was open before the capture is joined at its next request', () => {
  const { packets } = connect().open().request('rest of a body').request(get('/next'))
  const { texts, drops } = capture(packets.slice(3))
  assert.deepEqual(texts, [get('/next')])
  assert.deepEqual(drops, {})
})

test('a packet that never came costs the message it belongs to, and is counted', () => {
  const { packets } = connect()
    .open()
    .request(post('/a', 'b'.repeat(50)), [80])
    .request(get('/next'))
    .close()
  const lost = packets.filter((_, index) => index !== 4)
  const { texts, drops } = capture(lost)
  assert.deepEqual(texts, [get('/next')])
  assert.deepEqual(drops, { gap: 1 })
})

test('a message whose connection ends before it is whole is counted as truncated', () => {
  const cut = post('/a', 'body').slice(0, -2)
  const { texts, drops } = capture(connect().open().request(cut).close().packets)
  assert.deepEqual(texts, [])
  assert.deepEqual(drops, { truncated: 1 })
})

test('another protocol on the port is counted once', () => {
  const { packets } = connect()
    .open()
    .request('\x16\x03\x01\x00\xa5')
    .request('\x14\x03\x03')
    .close()
  assert.deepEqual(capture(packets).drops, { 'not-http': 1 })
})

test('a capture file built of tagged, IPv6 and IPv4 frames gives the messages in it', () => {
  const four = connect().open().request(get('/four')).close().packets
  const six = new TcpConversation({
    client: '[fd00::1]:4711',
    server: '[fd00::2]:80',
    at: 1_000_000,
  })
  const frames = [
    ...four.map(({ at, bytes }) => ({ at, bytes: buildEthernetFrame(bytes, [100]) })),
    ...six
      .open()
      .request(post('/six', 'b'.repeat(3_000)), [1_440])
      .close()
      .packets.map(({ at, bytes }) => ({ at, bytes: buildEthernetFrame(bytes) })),
  ]
  const file = writePcap(
    linkTypes.ethernet,
    frames.map((frame) => ({ ...frame, wireLength: frame.bytes.length })),
  )
  const read = new PcapReader().push(file).map(({ linkType, at, bytes }) => {
    const header = findNetworkHeader(linkType, bytes)!
    return { at, bytes: Buffer.from(bytes), ...header }
  })
  const { texts, drops } = capture(read)
  assert.deepEqual(texts, [get('/four'), post('/six', 'b'.repeat(3_000))])
  assert.deepEqual(drops, {})
})

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const followed = { responses: true }

test('responses are captured where they are followed, with times of their own', () => {
  const { packets } = connect().open().request(get('/a')).response(ok, [10, 10]).close()
  const { messages, texts, drops } = capture(packets, followed)
  assert.deepEqual(texts, [get('/a'), ok])
  assert.equal(messages[0]!.id, messages[1]!.id)
  assert.deepEqual(
    messages.map(({ kind, at, duration }) => [kind, at, duration]),
    [
      ['request', 1_000_300, 0],
      ['response', 1_000_400, 200],
    ],
  )
  assert.deepEqual(drops, {})
})

test('a request that is sent before an answer was read is told as pipelined', () => {
  const { packets } = connect()
    .open()
    .request(get('/a') + get('/b'))
    .request(get('/c'))
    .response(ok)
    .request(get('/d'))
  const { messages } = capture(packets)
  assert.deepEqual(
    messages.map(({ pipelined }) => pipelined ?? false),
    [false, true, true, false],
  )
})

test('the end of a connection is told behind its last message, where it gave one', () => {
  const one = connect('10.0.0.1:4711').open().request(get('/1')).request(get('/2')).close()
  const two = connect('10.0.0.3:4711').open().close()
  const { closed, messages } = capture([...one.packets, ...two.packets])
  assert.deepEqual(
    closed.map(({ connection, sequence, payload }) => [connection, sequence, payload.length]),
    [[messages[0]!.connection, 2, 0]],
  )
  const open = connect().open().request(get('/1'))
  assert.deepEqual(capture(open.packets).closed, [])
  assert.equal(capture(open.reset().packets).closed.length, 1)
})

test("a request can be given its client's address", () => {
  const named = 'GET / HTTP/1.1\r\nX-Real-Ip: 1.2.3.4\r\n\r\n'
  const { packets } = connect().open().request(get('/')).response(ok).request(named)
  const { texts } = capture(packets, { ...followed, realIpHeader: 'X-Real-IP' })
  assert.deepEqual(texts, [
    'GET / HTTP/1.1\r\nX-Real-IP: 10.0.0.1\r\nHost: shop\r\n\r\n',
    ok,
    'GET / HTTP/1.1\r\nX-Real-Ip: 10.0.0.1\r\n\r\n',
  ])
})

test('connections of another protocol are captured as they are, in what is sent between reads', () => {
  const { packets } = connect()
    .open()
    .request('*1\r\n$4\r\nPING\r\n', [4])
    .response('+PONG\r\n')
    .request('QUIT\r\n')
    .response('+OK\r\n')
    .close()
  const both = capture(packets, { ...followed, protocol: 'binary' })
  assert.deepEqual(both.texts, ['*1\r\n$4\r\nPING\r\n', '+PONG\r\n', 'QUIT\r\n', '+OK\r\n'])
  assert.ok(both.messages.every(({ raw }) => raw))
  const requests = capture(packets, { protocol: 'binary' })
  assert.deepEqual(requests.texts, ['*1\r\n$4\r\nPING\r\n', 'QUIT\r\n'])
})

/** How a network treats the packets of one connection after its SYN. */
const disturbance = fc.record({
  cuts: fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 30 }),
  order: fc.array(fc.nat(), { maxLength: 60 }),
  doubled: fc.array(fc.nat(), { maxLength: 10 }),
  isn: fc.oneof(
    fc.integer({ min: 0, max: 0xffffffff }),
    fc.integer({ min: 0xffffff00, max: 0xffffffff }),
  ),
})

test('however segments are cut, moved and doubled, the same messages come out', () => {
  const body = fc.string({ maxLength: 120 }).map((text) => text.replace(/[^ -~]/g, '.'))
  const message = fc.oneof(
    body.map((text) => post('/p', text)),
    fc.constant(get('/g')),
  )
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 6 }), disturbance, (sent, network) => {
      const conversation = new TcpConversation({
        client: '10.0.0.1:4711',
        server,
        clientSequence: network.isn,
      })
      const { packets } = conversation.open().request(sent.join(''), network.cuts).close()
      const [opening, rest] = [packets.slice(0, 3), packets.slice(3)]
      const doubled = network.doubled.map((index) => rest[index % rest.length]!)
      const moved = [...rest, ...doubled]
        .map((packet, index) => ({ packet, key: network.order[index] ?? index * 1_000 }))
        .sort((a, b) => a.key - b.key)
        .map(({ packet }, index) => ({ ...packet, at: 1_000 + index }))
      const { texts, drops, bufferedBytes } = capture([...opening, ...moved])
      assert.deepEqual(texts, sent)
      assert.deepEqual(drops, {})
      assert.equal(bufferedBytes, 0)
    }),
    { numRuns: 300 },
  )
})
