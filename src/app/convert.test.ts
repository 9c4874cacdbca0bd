import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { fc } from '../../test/support/properties.ts'
import { MemoryBudget } from '../base/memory-budget.ts'
import { PcapReader } from '../capture/pcap-reader.ts'
import type { Message, Source } from '../model/message.ts'
import { MessageBatchReader, MessageBatchWriter } from '../protocol/frame/message-batch.ts'
import { GorReader } from '../protocol/gor/gor-reader.ts'
import { PcapWriter } from '../protocol/pcap/pcap-writer.ts'
import { convert, gorWriter, type RecordingWriter } from './convert.ts'
import { PacketIntake } from './packet-intake.ts'
import { defaultCaptureSettings } from './packet-pipeline.ts'

async function* inBatches(messages: readonly Message[], size = 3): Source<Message> {
  for (let from = 0; from < messages.length; from += size) yield messages.slice(from, from + size)
}

async function write(sources: readonly Source<Message>[], writer: RecordingWriter) {
  const pieces: Uint8Array[] = []
  const messages = await convert({
    sources,
    writer,
    write: async (bytes) => void pieces.push(bytes),
  })
  return { messages, bytes: Buffer.concat(pieces) }
}

function readGor(bytes: Uint8Array): Message[] {
  const budget = new MemoryBudget(1 << 24)
  const reader = new GorReader({ payloadBytesMax: 1 << 20, budget, origin: '' })
  return [...reader.push(bytes), ...reader.finish()].map((event) => {
    assert.equal(event.kind, 'message')
    return (event as { readonly message: Message }).message
  })
}

/** As our own capture reads it. */
function readPcap(bytes: Uint8Array): Message[] {
  const out = new MessageBatchWriter()
  const intake = new PacketIntake({
    isCaptured: () => true,
    findServices: true,
    settings: { ...defaultCaptureSettings, responses: true },
    vlanIds: [],
    acceptsFrame: null,
    instance: '00000000',
    limits: { headBytesMax: 1 << 16, messageBytesMax: 1 << 20 },
    budget: new MemoryBudget(1 << 24),
    account: { dropped: (reason) => assert.equal(reason, 'no-response') },
    out,
    hashSeed: 7,
  })
  const reader = new PcapReader()
  let now = 0
  for (const { linkType, bytes: frame, wireLength, at } of reader.push(bytes)) {
    now = at
    intake.frame(linkType, frame, wireLength, at)
  }
  intake.finish(now)
  const batch = out.take()
  return batch === null
    ? []
    : new MessageBatchReader().read(batch).filter(({ kind }) => kind !== 'closed')
}

/** What no format may change: what was said on each connection, when, and in which order. */
function conversations(messages: readonly Message[]): readonly string[] {
  const byConnection = new Map<string, string[]>()
  for (const { kind, connection, at, duration, payload } of messages) {
    const said = byConnection.get(connection) ?? []
    said.push(`${kind} ${at} ${duration} ${Buffer.from(payload).toString('latin1')}`)
    byConnection.set(connection, said)
  }
  return [...byConnection.values()].map((said) => said.sort().join('\n')).sort()
}

const start = 1_767_323_045_000_000
const exchange = fc.record({
  connection: fc.nat({ max: 4 }),
  pause: fc.nat({ max: 5_000 }),
  upload: fc.nat({ max: 300 }),
  wait: fc.integer({ min: 1, max: 900 }),
  download: fc.nat({ max: 300 }),
  sent: fc.uint8Array({ maxLength: 5_000, size: 'max' }),
  answered: fc.option(fc.uint8Array({ maxLength: 5_000, size: 'max' })),
})

function assemble(line: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${line}\r\nContent-Length: ${body.length}\r\n\r\n`), body])
}

const traffic = fc.array(exchange, { maxLength: 12 }).map((exchanges) => {
  const ends = new Map<number, number>()
  const silent = new Set<number>()
  const sequences = new Map<number, number>()
  const messages: Message[] = []
  for (const { connection, pause, upload, wait, download, sent, answered } of exchanges) {
    // Behind a request that is never answered, answers would go to the wrong one.
    if (silent.has(connection)) continue
    const sequence = sequences.get(connection) ?? 0
    sequences.set(connection, sequence + 1)
    const at = (ends.get(connection) ?? start) + pause + 1
    const request = assemble(`POST /${connection}/${sequence} HTTP/1.1\r\nHost: shop`, sent)
    const common = { connection, sequence }
    messages.push({ ...createRequest({ ...common, at, payload: request }), duration: upload })
    ends.set(connection, at + upload)
    if (answered === null) silent.add(connection)
    else {
      const answeredAt = at + upload + wait
      const payload = assemble('HTTP/1.1 200 OK', answered)
      const response = createRequest({ ...common, kind: 'response', at: answeredAt, payload })
      messages.push({ ...response, duration: download })
      ends.set(connection, answeredAt + download)
    }
  }
  return messages.sort((a, b) => a.at - b.at)
})

test('what goes from a recording to a capture file and back is the same traffic', async () => {
  const check = fc.asyncProperty(traffic, async (messages) => {
    const writer = new PcapWriter()
    const pcap = await write([inBatches(messages)], writer)
    assert.equal(writer.leftOut().size, 0)
    const gor = await write([inBatches(readPcap(pcap.bytes))], gorWriter)
    assert.deepEqual(conversations(readGor(gor.bytes)), conversations(messages))
  })
  await fc.assert(check)
})

test('sources are merged by time, and those of one time stay in the order of the sources', async () => {
  const source = (connection: number, times: readonly number[], size: number) =>
    inBatches(
      times.map((at) => createRequest({ connection, at, payload: `${connection}` })),
      size,
    )
  const sources = [source(0, [1, 4, 4, 9], 2), source(1, [], 1), source(2, [2, 4, 20], 1)]
  const { messages, bytes } = await write(sources, gorWriter)
  assert.equal(messages, 7)
  const order = readGor(bytes).map(({ at, payload }) => `${at}:${Buffer.from(payload)}`)
  assert.deepEqual(order, ['1:0', '2:2', '4:0', '4:0', '4:2', '9:0', '20:2'])
})

test('the end of a connection is no message of a recording', async () => {
  const closed = createRequest({ kind: 'closed', payload: '' })
  const { messages, bytes } = await write([inBatches([createRequest({}), closed])], gorWriter)
  assert.deepEqual([messages, readGor(bytes).length], [1, 1])
})
