import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  buildTcpPacket,
  etherTypeOf,
  TcpConversation,
  type TcpPacketParts,
  tagPacket,
} from '../../test/support/packets.ts'
import { fc } from '../../test/support/properties.ts'
import { createSegment, tcpFlags } from '../model/segment.ts'
import { formatIpAddress } from './capture-address.ts'
import { decodeSegment } from './packet-decoder.ts'

const ipv4 = { source: '192.168.1.7:40000', destination: '10.0.0.5:80' } as const
const ipv6 = { source: '[fd00::7]:40000', destination: '[fd00::5]:80' } as const

interface Captured {
  readonly etherType?: number
  /** Bytes that arrived; the rest of the packet was cut. */
  readonly capturedBytes?: number
  readonly wireLength?: number
}

/** What the decoder says of a packet that lies somewhere in a larger memory, or null. */
function decode(packet: Uint8Array, captured: Captured = {}) {
  const start = 48
  const end = start + (captured.capturedBytes ?? packet.length)
  const memory = Buffer.alloc(start + packet.length + 64, 0xee)
  memory.set(packet, start)
  memory.fill(0xee, end)
  const wireLength = captured.wireLength ?? packet.length
  const segment = createSegment()
  const etherType = captured.etherType ?? etherTypeOf(packet)
  if (!decodeSegment(memory, start, end, wireLength, etherType, segment)) return null
  assert.equal(segment.bytes, memory)
  assert.ok(segment.payloadEnd <= Math.max(end, segment.payloadStart))
  return {
    source: `${formatIpAddress(segment.addresses, 0)} ${segment.sourcePort}`,
    destination: `${formatIpAddress(segment.addresses, 4)} ${segment.destinationPort}`,
    sequence: segment.sequence,
    acknowledgement: segment.acknowledgement,
    flags: segment.flags,
    payload: memory.toString('latin1', segment.payloadStart, segment.payloadEnd),
    cutBytes: segment.cutBytes,
  }
}

function checkPayload(parts: Partial<TcpPacketParts>, family: typeof ipv4 | typeof ipv6): void {
  const packet = buildTcpPacket({ ...family, payload: 'GET /', ...parts })
  const decoded = decode(packet)
  assert.equal(decoded?.payload, 'GET /')
  assert.equal(decoded?.cutBytes, 0)
}

test('all fields of a segment are read from IPv4', () => {
  const flags = tcpFlags.psh | tcpFlags.ack
  const packet = buildTcpPacket({ ...ipv4, sequence: -2, ack: 0x80000001, flags, payload: 'GET /' })
  assert.deepEqual(decode(packet), {
    source: '192.168.1.7 40000',
    destination: '10.0.0.5 80',
    sequence: -2,
    acknowledgement: 0x80000001 | 0,
    flags,
    payload: 'GET /',
    cutBytes: 0,
  })
})

test('all fields of a segment are read from IPv6', () => {
  const packet = buildTcpPacket({ ...ipv6, sequence: 7, ack: 9, payload: 'GET /' })
  assert.deepEqual(decode(packet), {
    source: 'fd00::7 40000',
    destination: 'fd00::5 80',
    sequence: 7,
    acknowledgement: 9,
    flags: tcpFlags.ack,
    payload: 'GET /',
    cutBytes: 0,
  })
})

test('a segment is filled again wholly by the next packet of another family', () => {
  const segment = createSegment()
  for (const parts of [ipv6, ipv4]) {
    const packet = buildTcpPacket(parts)
    decodeSegment(packet, 0, packet.length, packet.length, etherTypeOf(packet), segment)
  }
  assert.equal(formatIpAddress(segment.addresses, 0), '192.168.1.7')
  assert.equal(formatIpAddress(segment.addresses, 4), '10.0.0.5')
})

test('options of TCP and IPv4 are stepped over', () => {
  checkPayload({ tcpOptions: Buffer.alloc(12, 1) }, ipv4)
  checkPayload({ tcpOptions: Buffer.alloc(40, 1) }, ipv6)
  checkPayload({ ipOptions: Buffer.alloc(40, 1) }, ipv4)
  checkPayload({ ipOptions: Buffer.alloc(4, 1), tcpOptions: Buffer.alloc(4, 1) }, ipv4)
})

test('extension headers of IPv6 are stepped over', () => {
  const eight = (lengthField: number, bytes: number) =>
    Buffer.concat([Buffer.of(lengthField), Buffer.alloc(bytes - 2)])
  checkPayload({ extensions: [[0, eight(0, 8)]] }, ipv6)
  checkPayload(
    {
      extensions: [
        [0, eight(1, 16)],
        [60, eight(0, 8)],
        [43, eight(2, 24)],
      ],
    },
    ipv6,
  )
  // The authentication header counts in words of four bytes, less two.
  checkPayload({ extensions: [[51, eight(4, 24)]] }, ipv6)
})

test('what is no whole TCP header is refused', () => {
  const change = (family: typeof ipv4 | typeof ipv6, offset: number, value: number) => {
    const packet = buildTcpPacket({ ...family, payload: 'GET /' })
    packet[offset] = value
    return decode(packet)
  }
  assert.equal(change(ipv4, 0, 0x55), null, 'version')
  assert.equal(change(ipv4, 0, 0x44), null, 'IPv4 header shorter than its minimum')
  assert.equal(change(ipv4, 6, 0x20), null, 'first fragment')
  assert.equal(change(ipv4, 7, 0x01), null, 'later fragment')
  assert.equal(change(ipv4, 9, 17), null, 'UDP')
  assert.equal(change(ipv4, 2, 1), null, 'longer than on the wire')
  assert.equal(change(ipv4, 3, 39), null, 'ends within the TCP header')
  assert.equal(change(ipv4, 32, 0x40), null, 'TCP header shorter than its minimum')
  assert.equal(change(ipv4, 32, 0xf0), null, 'TCP options beyond the packet')
  assert.equal(change(ipv6, 6, 17), null, 'UDP')
  assert.equal(change(ipv6, 6, 44), null, 'fragment')
  assert.equal(change(ipv6, 6, 50), null, 'encrypted')
  assert.notEqual(change(ipv4, 6, 0x40), null, 'must not be fragmented, and is not')
  assert.equal(decode(buildTcpPacket(ipv4), { etherType: 0x0806 }), null, 'ARP')
  assert.equal(decode(buildTcpPacket(ipv4), { etherType: 0x86dd }), null, 'type and version')
})

test('padding behind the packet is no payload', () => {
  const packet = Buffer.concat([buildTcpPacket(ipv4), Buffer.alloc(6)])
  const decoded = decode(packet)
  assert.equal(decoded?.payload, '')
  assert.equal(decoded?.cutBytes, 0)
})

test('a packet without a length is as long as it was on the wire', () => {
  const big4 = buildTcpPacket({ ...ipv4, payload: 'x'.repeat(70_000).slice(0, 60_000) })
  big4.writeUInt16BE(0, 2)
  assert.equal(decode(big4)?.payload.length, 60_000)
  const jumbo = Buffer.from([0, 0xc2, 4, 0, 1, 0x11, 0x70])
  const big6 = buildTcpPacket({ ...ipv6, payload: 'x'.repeat(60_000), extensions: [[0, jumbo]] })
  big6.writeUInt16BE(0, 4)
  assert.equal(decode(big6)?.payload.length, 60_000)
})

test('what was cut off the end of a packet is counted', () => {
  const packet = buildTcpPacket({ ...ipv4, tcpOptions: Buffer.alloc(8, 1), payload: '0123456789' })
  const cutAt = (capturedBytes: number) => {
    const decoded = decode(packet, { capturedBytes })
    return decoded === null ? null : [decoded.payload, decoded.cutBytes]
  }
  assert.deepEqual(cutAt(packet.length), ['0123456789', 0])
  assert.deepEqual(cutAt(packet.length - 3), ['0123456', 3])
  assert.deepEqual(cutAt(packet.length - 10), ['', 10])
  assert.deepEqual(cutAt(packet.length - 12), ['', 10], 'within the TCP options')
  assert.equal(cutAt(packet.length - 19), null, 'within the TCP header')
  assert.equal(cutAt(3), null)
  assert.equal(cutAt(0), null)
})

test('a packet cut within its extension headers is refused, even at the end of memory', () => {
  const options = Buffer.alloc(15, 1)
  options[0] = 1
  const packet = buildTcpPacket({ ...ipv6, extensions: [[0, options]], payload: 'GET /' })
  for (let bytes = 0; bytes < packet.length - 5; bytes++) {
    const cut = Buffer.from(Uint8Array.from(packet.subarray(0, bytes)))
    const segment = createSegment()
    assert.equal(decodeSegment(cut, 0, bytes, packet.length, 0x86dd, segment), false, `${bytes}`)
  }
})

test('up to two VLAN tags in the packet are looked through', () => {
  for (const family of [ipv4, ipv6]) {
    const packet = buildTcpPacket({ ...family, payload: 'GET /' })
    // Priority 2 makes a tag's first digit that of an IPv4 header, priority 3 that of IPv6.
    for (const tags of [[], [10], [0x4014], [0x6014], [10, 20], [0x4014, 0x6014]]) {
      const tagged = tagPacket(packet, tags)
      for (const etherType of [tagged.etherType, etherTypeOf(packet)]) {
        assert.equal(decode(tagged.bytes, { etherType })?.payload, 'GET /', `${tags} ${etherType}`)
      }
    }
    const tagged = tagPacket(packet, [1, 2, 3])
    assert.equal(decode(tagged.bytes, { etherType: tagged.etherType }), null)
  }
})

test('a tag type without a tag in the packet leaves the version to decide', () => {
  for (const family of [ipv4, ipv6]) {
    const packet = buildTcpPacket({ ...family, payload: 'GET /' })
    for (const etherType of [0x8100, 0x88a8, 0x9100]) {
      assert.equal(decode(packet, { etherType })?.payload, 'GET /')
    }
  }
})

test('a packet whose length field looks like a type is no tag', () => {
  const packet = buildTcpPacket({ ...ipv4, payload: 'x'.repeat(2048 - 40) })
  packet[4] = 0x45
  assert.equal(decode(packet)?.payload.length, 2008)
  assert.equal(decode(packet, { etherType: 0x8100 })?.payload.length, 2008)
})

test('no bytes make the decoder throw or reach beyond the packet', () => {
  const packets = new TcpConversation({ client: ipv4.source, server: ipv4.destination })
    .open()
    .request('GET / HTTP/1.1\r\n\r\n', [3])
    .packets.map(({ bytes }) => bytes)
  packets.push(buildTcpPacket({ ...ipv6, payload: 'x', extensions: [[0, Buffer.alloc(7)]] }))
  const changed = fc
    .tuple(
      fc.constantFrom(...packets),
      fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 6 }),
    )
    .map(([packet, changes]) => {
      const copy = Buffer.from(packet)
      for (const [offset, value] of changes) if (offset < copy.length) copy[offset] = value
      return copy
    })
  const types = fc.constantFrom(0x0800, 0x86dd, 0x8100, 0x88a8, 0x0806)
  fc.assert(
    fc.property(
      fc.oneof(changed, fc.uint8Array({ maxLength: 90 })),
      types,
      fc.nat(90),
      (bytes, etherType, cut) => {
        const capturedBytes = Math.max(0, bytes.length - cut)
        const decoded = decode(bytes, { etherType, capturedBytes })
        if (decoded === null) return
        assert.ok(decoded.payload.length + decoded.cutBytes + 40 <= bytes.length)
      },
    ),
    { numRuns: 2000 },
  )
})
