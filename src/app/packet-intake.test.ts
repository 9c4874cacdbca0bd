import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  buildEthernetFrame,
  etherTypeOf,
  TcpConversation,
  tagPacket,
} from '../../test/support/packets.ts'
import { MemoryBudget } from '../base/memory-budget.ts'
import { linkTypes } from '../capture/link-decoder.ts'
import { MessageBatchReader, MessageBatchWriter } from '../protocol/frame/message-batch.ts'
import { PacketIntake, type PacketIntakeOptions } from './packet-intake.ts'
import { defaultCaptureSettings } from './packet-pipeline.ts'

function createIntake(options: Partial<PacketIntakeOptions> = {}) {
  const out = new MessageBatchWriter()
  const drops: string[] = []
  const intake = new PacketIntake({
    isCaptured: (_addresses, _offset, port) => port === 80,
    findServices: false,
    settings: defaultCaptureSettings,
    vlanIds: [],
    acceptsFrame: null,
    instance: '00000001',
    limits: { headBytesMax: 65_536, messageBytesMax: 1 << 20 },
    budget: new MemoryBudget(1 << 20),
    account: { dropped: (reason, count) => void drops.push(`${reason} ${count}`) },
    out,
    hashSeed: 1,
    ...options,
  })
  const requests = () => {
    const batch = out.take()
    const messages = batch === null ? [] : new MessageBatchReader().read(batch)
    const texts = messages.map(({ payload }) => Buffer.from(payload).toString())
    return texts.map((text) => text.split(' ')[1]).filter((target) => target !== undefined)
  }
  return { intake, requests, drops }
}

function converse(path: string, server: string = '10.0.0.2:80', client: string = '10.0.0.9:5000') {
  const { packets } = new TcpConversation({ client, server })
    .open()
    .request(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`, [20])
  return packets
}

function pushPackets(intake: PacketIntake, packets: readonly Buffer[], etherType?: number): void {
  for (const bytes of packets) {
    const type = etherType ?? etherTypeOf(bytes)
    intake.packet(bytes, 0, bytes.length, bytes.length, type, 0)
  }
}

const ends = [
  ['10.0.0.2:80', '10.0.0.9:5000'],
  ['[fd00::2]:80', '[fd00::9]:5000'],
] as const

/** Around the packet: an outer IPv4 header of the protocol, and what stands behind it. */
function wrap(protocol: number, between: Uint8Array, packet: Buffer): Buffer {
  const header = Buffer.alloc(20)
  header[0] = 0x45
  header[8] = 64
  header[9] = protocol
  header.writeUInt16BE(20 + between.length + packet.length, 2)
  return Buffer.concat([header, between, packet])
}

/** A UDP header to the port, and what the tunnel adds. */
function udp(port: number, tunnel: string): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt16BE(port, 2)
  return Buffer.concat([header, Buffer.from(tunnel, 'hex')])
}

const tunnels = [
  [
    'IP in IP',
    (packet: Buffer) =>
      wrap(etherTypeOf(packet) === 0x86dd ? 41 : 4, udp(0, '').subarray(8), packet),
  ],
  [
    'GRE',
    (packet: Buffer) =>
      wrap(47, Buffer.from([0, 0, etherTypeOf(packet) >> 8, etherTypeOf(packet) & 255]), packet),
  ],
  [
    'VXLAN',
    (packet: Buffer) => wrap(17, udp(4789, '0800000000000700'), buildEthernetFrame(packet)),
  ],
  [
    'Geneve',
    (packet: Buffer) => wrap(17, udp(6081, '0000655800000700'), buildEthernetFrame(packet)),
  ],
] as const

for (const [server, client] of ends) {
  test(`requests to ${server} are found in packets as they are, tagged, and in tunnels`, () => {
    const packets = converse('/plain', server, client).map(({ bytes }) => bytes)
    const { intake, requests } = createIntake()
    pushPackets(intake, packets)
    assert.deepEqual(requests(), ['/plain'])
    const tagged = createIntake()
    for (const packet of packets) {
      const { etherType, bytes } = tagPacket(packet, [7, 0x4014])
      tagged.intake.packet(bytes, 0, bytes.length, bytes.length, etherType, 0)
    }
    assert.deepEqual(tagged.requests(), ['/plain'])
    for (const [name, enclose] of tunnels) {
      const tunnelled = createIntake()
      pushPackets(tunnelled.intake, packets.map(enclose), 0x0800)
      assert.deepEqual(tunnelled.requests(), ['/plain'], name)
    }
  })
}

test('fragments are put together, in any order', () => {
  const { intake, requests } = createIntake()
  const packets = converse('/fragments').map(({ bytes }) => bytes)
  for (const packet of packets) {
    const parts = [packet.subarray(20, 44), packet.subarray(44)].filter(({ length }) => length > 0)
    let offset = 0
    const fragments = parts.map((part, index) => {
      const header = Buffer.from(packet.subarray(0, 20))
      header.writeUInt16BE(20 + part.length, 2)
      const more = index < parts.length - 1 ? 0x2000 : 0
      header.writeUInt16BE(more | (offset / 8), 6)
      header.writeUInt16BE(packets.indexOf(packet), 4)
      offset += part.length
      return Buffer.concat([header, part])
    })
    pushPackets(intake, fragments.reverse())
  }
  assert.deepEqual(requests(), ['/fragments'])
})

test('where services are to be found, those that the packets show are captured', () => {
  const { intake, requests } = createIntake({
    isCaptured: (addresses) => addresses[7] !== 0x0a000004,
    findServices: true,
  })
  pushPackets(
    intake,
    converse('/a', '10.0.0.2:8080').map(({ bytes }) => bytes),
  )
  pushPackets(
    intake,
    converse('/b', '10.0.0.3:81').map(({ bytes }) => bytes),
  )
  pushPackets(
    intake,
    converse('/not-captured', '10.0.0.4:81').map(({ bytes }) => bytes),
  )
  assert.deepEqual(requests(), ['/a', '/b'])
})

test('frames pass the VLANs and the filter that the operator named', () => {
  const push = (options: Partial<PacketIntakeOptions>, tags: readonly number[]) => {
    const { intake, requests } = createIntake(options)
    for (const { bytes } of converse('/vlan')) {
      const frame = buildEthernetFrame(bytes, tags)
      intake.frame(linkTypes.ethernet, frame, frame.length, 0)
    }
    return requests().length
  }
  assert.equal(push({}, []), 1)
  assert.equal(push({ vlanIds: [7, 9] }, [0x2009, 5]), 1)
  assert.equal(push({ vlanIds: [5] }, [9, 5]), 0)
  assert.equal(push({ vlanIds: [5] }, []), 0)
  assert.equal(push({ acceptsFrame: () => false }, []), 0)
  assert.equal(
    push({ acceptsFrame: (type, frame, length) => type === 1 && frame.length === length }, []),
    1,
  )
})

test('a frame shorter than its headers say is counted as cut', () => {
  const { intake, drops } = createIntake()
  const frames = converse('/cut').map(({ bytes }) => buildEthernetFrame(bytes))
  for (const frame of frames) {
    const cut = frame.subarray(0, Math.min(frame.length, 70))
    intake.frame(linkTypes.ethernet, cut, 65_600, 0)
  }
  intake.finish(0)
  assert.ok(drops.includes('packet-cut 1'), `${drops}`)
})
