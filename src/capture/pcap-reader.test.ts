import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { OperatorError } from '../model/operator-error.ts'
import { writePcap } from './pcap-file.ts'
import { type PcapPacket, PcapReader } from './pcap-reader.ts'

function read(...pieces: readonly Uint8Array[]): readonly PcapPacket[] {
  const reader = new PcapReader()
  const packets = pieces.flatMap((piece) => reader.push(piece))
  reader.finish()
  return packets.map((packet) => ({ ...packet, bytes: Buffer.from(packet.bytes) }))
}

/** Whole, and cut in two at every byte. */
function checkRead(file: Buffer, expected: readonly PcapPacket[]): void {
  assert.deepEqual(read(file), expected)
  for (let at = 0; at <= file.length; at++) {
    assert.deepEqual(read(file.subarray(0, at), file.subarray(at)), expected, `cut at ${at}`)
  }
}

function words(littleEndian: boolean, ...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [index, value] of values.entries()) {
    if (littleEndian) bytes.writeUInt32LE(value, 4 * index)
    else bytes.writeUInt32BE(value, 4 * index)
  }
  return bytes
}

function halves(littleEndian: boolean, ...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length)
  for (const [index, value] of values.entries()) {
    if (littleEndian) bytes.writeUInt16LE(value, 2 * index)
    else bytes.writeUInt16BE(value, 2 * index)
  }
  return bytes
}

/** A file with one packet of three bytes, captured at 2.000005 s, five bytes on the wire. */
function buildClassic(magic: string, fraction: number, littleEndian: boolean): Buffer {
  const body = words(littleEndian, 0, 0, 0, 0x40000, 101, 2, fraction, 3, 5)
  return Buffer.concat([Buffer.from(magic, 'hex'), body, Buffer.of(7, 8, 9)])
}

function block(littleEndian: boolean, type: number, ...parts: readonly Buffer[]): Buffer {
  const joined = Buffer.concat(parts)
  const body = Buffer.concat([joined, Buffer.alloc(-joined.length & 3)])
  const length = words(littleEndian, body.length + 12)
  return Buffer.concat([words(littleEndian, type), length, body, length])
}

function section(littleEndian: boolean): Buffer {
  const versionAndLength = [halves(littleEndian, 1, 0), words(littleEndian, 0xffffffff, 0xffffffff)]
  return block(littleEndian, 0x0a0d0d0a, words(littleEndian, 0x1a2b3c4d), ...versionAndLength)
}

function captureInterface(
  littleEndian: boolean,
  linkType: number,
  options: readonly Buffer[] = [],
  packetBytesMax = 0,
): Buffer {
  const fixed = [halves(littleEndian, linkType, 0), words(littleEndian, packetBytesMax)]
  return block(littleEndian, 1, ...fixed, ...options)
}

function enhanced(littleEndian: boolean, number: number, time: bigint, payload: Buffer): Buffer {
  const [high, low] = [Number(time >> 32n), Number(time & 0xffff_ffffn)]
  const head = words(littleEndian, number, high, low, payload.length, payload.length + 2)
  return block(littleEndian, 6, head, payload)
}

const payload = Buffer.of(7, 8, 9)
const packet = { linkType: 101, at: 2_000_005, bytes: payload, wireLength: 5 }

test('both byte orders and both units of time of pcap are read', () => {
  checkRead(buildClassic('d4c3b2a1', 5, true), [packet])
  checkRead(buildClassic('a1b2c3d4', 5, false), [packet])
  checkRead(buildClassic('4d3cb2a1', 5_999, true), [packet])
  checkRead(buildClassic('a1b23c4d', 5_999, false), [packet])
})

for (const littleEndian of [true, false]) {
  const resolution = (value: number) =>
    Buffer.concat([halves(littleEndian, 9, 1), Buffer.of(value, 0, 0, 0)])

  test(`pcapng is read, ${littleEndian ? 'little' : 'big'}-endian, each interface with its own unit`, () => {
    const offset = Buffer.concat([
      halves(littleEndian, 14, 8),
      words(littleEndian, ...(littleEndian ? [100, 0] : [0, 100])),
    ])
    const at = 1_700_000_000_123_456
    const file = Buffer.concat([
      section(littleEndian),
      captureInterface(littleEndian, 101),
      captureInterface(littleEndian, 1, [resolution(9), halves(littleEndian, 0, 0)]),
      block(littleEndian, 0x0bad, payload),
      enhanced(littleEndian, 0, BigInt(at), payload),
      enhanced(littleEndian, 1, BigInt(at) * 1000n + 999n, payload),
      captureInterface(littleEndian, 113, [offset, resolution(0x80 | 10)]),
      enhanced(littleEndian, 2, 5n * 1024n + 512n, payload),
    ])
    checkRead(file, [
      { ...packet, at },
      { ...packet, at, linkType: 1 },
      { ...packet, at: 105_500_000, linkType: 113 },
    ])
  })
}

test('a simple packet has the time of the one before, and the length that was kept', () => {
  const file = Buffer.concat([
    section(true),
    captureInterface(true, 101, [], 3),
    enhanced(true, 0, 2_000_005n, payload),
    block(true, 3, words(true, 5), payload),
  ])
  checkRead(file, [packet, packet])
})

test('the packet block of old files is read', () => {
  const head = [halves(true, 0, 0), words(true, 0, 2_000_005, 3, 5)]
  const old = block(true, 2, ...head, payload)
  checkRead(Buffer.concat([section(true), captureInterface(true, 101), old]), [packet])
})

test('a section begins anew, with another byte order and its own interfaces', () => {
  const part = (littleEndian: boolean, linkType: number) => [
    section(littleEndian),
    captureInterface(littleEndian, linkType),
    enhanced(littleEndian, 0, 2_000_005n, payload),
  ]
  const file = Buffer.concat([...part(true, 101), ...part(false, 1)])
  checkRead(file, [packet, { ...packet, linkType: 1 }])
})

test('a file cut anywhere gives the whole packets before the cut', () => {
  const packets = [1, 2, 3].map((at) => ({ at, bytes: new Uint8Array(10), wireLength: 10 }))
  const file = writePcap(1, packets)
  for (let bytes = 24; bytes <= file.length; bytes++) {
    assert.equal(read(file.subarray(0, bytes)).length, Math.floor((bytes - 24) / 26))
  }
})

test('what is no capture file is refused with a hint', () => {
  for (const bytes of [Buffer.alloc(100), Buffer.from('GET / HTTP/1.1\r\n'), Buffer.of(1)]) {
    assert.throws(
      () => read(bytes),
      (error) => error instanceof OperatorError && error.hint.includes('tcpdump'),
    )
  }
  assert.deepEqual(read(Buffer.alloc(0)), [])
})

test('packets ahead of damage are handed over before it is told', () => {
  const good = buildClassic('d4c3b2a1', 5, true)
  const damaged = Buffer.concat([good, words(true, 0, 0, 0x7fffffff, 0)])
  const reader = new PcapReader()
  assert.equal(reader.push(damaged).length, 1)
  assert.throws(() => reader.push(Buffer.alloc(1)), { code: 'bad-pcap' })
  assert.throws(() => reader.finish(), { code: 'bad-pcap' })
})

test('a packet that is longer than its block is damage', () => {
  const file = [section(true), captureInterface(true, 101), enhanced(true, 0, 0n, payload)]
  file[2]!.writeUInt32LE(5, 20)
  assert.throws(() => read(Buffer.concat([...file, section(true)])), { code: 'bad-pcap' })
})

test('a packet of an interface that was not described is damage', () => {
  const file = Buffer.concat([section(true), enhanced(true, 0, 0n, payload)])
  assert.throws(() => read(file), { code: 'bad-pcap' })
})

test('more interfaces than packets can name are damage', () => {
  const many = Buffer.alloc(65_537 * 20, captureInterface(true, 1))
  assert.throws(() => read(section(true), many), { code: 'bad-pcap' })
})

const sound = [
  ...[true, false].map((littleEndian) =>
    Buffer.concat([
      section(littleEndian),
      captureInterface(littleEndian, 101),
      captureInterface(littleEndian, 1, [halves(littleEndian, 9, 1), Buffer.of(9, 0, 0, 0)]),
      ...[0, 1, 0].map((number) => enhanced(littleEndian, number, 2_000_005n, payload)),
      block(littleEndian, 3, words(littleEndian, 5), payload),
    ]),
  ),
  Buffer.concat([buildClassic('d4c3b2a1', 5, true), buildClassic('00000000', 5, true)]),
  buildClassic('a1b23c4d', 5, false),
]

/** A sound file with some bytes changed, and perhaps cut. */
const damaged = fc
  .record({
    file: fc.constantFrom(...sound),
    changes: fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 }),
    keptBytes: fc.nat(400),
  })
  .map(({ file, changes, keptBytes }) => {
    const copy = Buffer.from(file)
    for (const [at, value] of changes) copy[at % copy.length] = value
    return copy.subarray(0, Math.max(4, keptBytes))
  })

test('a damaged file gives packets that lie within it, and then is told or ends', () => {
  fc.assert(
    fc.property(damaged, fc.nat(400), (file, cut) => {
      const reader = new PcapReader()
      const packets: PcapPacket[] = []
      try {
        for (const piece of [file.subarray(0, cut), file.subarray(cut)]) {
          packets.push(...reader.push(piece))
        }
        reader.finish()
      } catch (error) {
        assert.ok(error instanceof OperatorError, `${error}`)
      }
      for (const { bytes, at } of packets) {
        assert.ok(bytes.length <= file.length && Number.isFinite(at))
      }
    }),
    { numRuns: 2_000 },
  )
})
