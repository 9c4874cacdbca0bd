import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  buildEthernetFrame,
  buildTcpPacket,
  etherTypeOf,
  tagPacket,
} from '../../test/support/packets.ts'
import { fc } from '../../test/support/properties.ts'
import { MemoryBudget } from '../base/memory-budget.ts'
import { createSegment } from '../model/segment.ts'
import { FragmentTable } from './fragment-table.ts'
import { decodeSegment } from './packet-decoder.ts'
import { PacketUnwrapper, type PacketView } from './packet-unwrapper.ts'

const payload = 'GET / HTTP/1.1\r\nHost: unwrapped.example\r\n\r\n'
const tcp4 = buildTcpPacket({ source: '10.0.0.9:4000', destination: '10.0.0.1:80', payload })
const tcp6 = buildTcpPacket({ source: '[fd00::9]:4000', destination: '[fd00::1]:80', payload })
const frame4 = buildEthernetFrame(tcp4, [7])

interface Wrapped {
  readonly etherType: number
  readonly bytes: Buffer
}

function createUnwrapper(): PacketUnwrapper {
  return new PacketUnwrapper(new FragmentTable({ budget: new MemoryBudget(1 << 20) }))
}

/** The payloads of the TCP packets that are found. */
function unwrap(packets: readonly Wrapped[], unwrapper = createUnwrapper()): readonly string[] {
  return packets.flatMap(({ etherType, bytes }) => {
    const memory = Buffer.concat([Buffer.alloc(5, 0xee), bytes])
    const view: PacketView = {
      bytes: memory,
      start: 5,
      end: memory.length,
      wireEnd: memory.length,
      etherType,
    }
    if (!unwrapper.unwrap(view, 0)) return []
    const { start, end, wireEnd } = view
    const segment = createSegment()
    assert.ok(decodeSegment(view.bytes, start, end, wireEnd - start, view.etherType, segment))
    const found = view.bytes.subarray(segment.payloadStart, segment.payloadEnd)
    return [Buffer.from(found).toString('latin1')]
  })
}

function checkFound(wrapped: Wrapped, found: readonly string[] = [payload]): void {
  assert.deepEqual(unwrap([wrapped]), found)
}

/** The packet's TCP part replaced by another protocol's bytes. */
function carry(outer: Buffer, protocol: number, ...parts: readonly Buffer[]): Wrapped {
  const isIpv4 = etherTypeOf(outer) === 0x0800
  const header = Buffer.from(outer.subarray(0, isIpv4 ? 20 : 40))
  const bytes = Buffer.concat([header, ...parts])
  bytes[isIpv4 ? 9 : 6] = protocol
  bytes.writeUInt16BE(isIpv4 ? bytes.length : bytes.length - 40, isIpv4 ? 2 : 4)
  return { etherType: etherTypeOf(outer), bytes }
}

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex')
}

function udp(port: number, ...parts: readonly Buffer[]): Buffer {
  const head = hex('c000 0000 0000 0000')
  head.writeUInt16BE(port, 2)
  return Buffer.concat([head, ...parts])
}

test('a TCP packet without a wrapping is found as it is', () => {
  checkFound({ etherType: 0x0800, bytes: tcp4 })
  checkFound({ etherType: 0x86dd, bytes: tcp6 })
})

test('tags, labels and PPPoE are looked through', () => {
  checkFound(tagPacket(tcp4, [1, 2, 3]))
  checkFound({ etherType: 0x8847, bytes: Buffer.concat([hex('00010040 00020140'), tcp4]) })
  checkFound({ etherType: 0x8848, bytes: Buffer.concat([hex('00020140'), tcp6]) })
  checkFound({ etherType: 0x8847, bytes: Buffer.concat([hex('00020140 00000000'), frame4]) })
  checkFound({ etherType: 0x8864, bytes: Buffer.concat([hex('11000001 0050 0021'), tcp4]) })
  checkFound({ etherType: 0x8864, bytes: Buffer.concat([hex('11000001 0050 0057'), tcp6]) })
  checkFound({ etherType: 90, bytes: Buffer.concat([hex('aaaa03 000000 0800'), tcp4]) })
})

test('IP is looked for inside IP, of either version', () => {
  for (const outer of [tcp4, tcp6]) {
    checkFound(carry(outer, 4, tcp4))
    checkFound(carry(outer, 41, tcp6))
    checkFound(carry(outer, 41, carry(tcp6, 4, tcp4).bytes))
  }
})

test('GRE is looked through with any of its fields', () => {
  checkFound(carry(tcp4, 47, hex('0000 0800'), tcp4))
  checkFound(carry(tcp6, 47, hex('0000 86dd'), tcp6))
  checkFound(carry(tcp4, 47, hex('b000 0800 00000000 00000001 00000002'), tcp4))
  checkFound(carry(tcp4, 47, hex('2000 6558 00000001'), frame4))
  checkFound(carry(tcp4, 47, hex('3081 880b 00000001 00000002 00000003 ff03 0021'), tcp4))
  checkFound(carry(tcp4, 47, hex('3001 880b 00000001 00000002 21'), tcp4))
  checkFound(carry(tcp4, 47, hex('4000 0800'), tcp4), [])
  checkFound(carry(tcp4, 17, udp(4754, hex('0000 0800'), tcp4)))
})

test('VXLAN and Geneve are looked through', () => {
  for (const port of [4789, 8472]) {
    checkFound(carry(tcp4, 17, udp(port, hex('08000000 00000700'), frame4)))
    checkFound(carry(tcp4, 17, udp(port, hex('00000000 00000700'), frame4)), [])
  }
  checkFound(carry(tcp6, 17, udp(6081, hex('0000 6558 00000700'), frame4)))
  checkFound(carry(tcp4, 17, udp(6081, hex('0200 0800 00000700 0102 8001 00000000'), tcp4)))
  checkFound(carry(tcp4, 17, udp(6081, hex('0080 6558 00000700'), frame4)), [])
  checkFound(carry(tcp4, 17, udp(53, hex('08000000 00000700'), frame4)), [])
})

test('GTP-U is looked through, with its options and extension headers', () => {
  const gtp = (header: string, inner = tcp4) => carry(tcp4, 17, udp(2152, hex(header), inner))
  checkFound(gtp('30ff 0034 00000001'))
  checkFound(gtp('30ff 0034 00000001', tcp6))
  checkFound(gtp('32ff 0034 00000001 0007 00 00'))
  checkFound(gtp('36ff 0034 00000001 0000 00 85 01 1000 c0 02 000000000000 00'))
  checkFound(gtp('36ff 0034 00000001 0000 00 85 00 1000 00'), [])
  checkFound(gtp('30fe 0034 00000001'), [])
  checkFound(gtp('10ff 0034 00000001'), [])
  checkFound(gtp('30ff 0034 00000001', hex('0000 0000')), [])
})

test('AYIYA is looked through in both directions, without regard to its signature', () => {
  const signature = '00'.repeat(20)
  const ayiya = (start: string) =>
    udp(5072, hex(`${start} 4af64bfd ${'20'.repeat(16)} ${signature}`), tcp6)
  const down = ayiya('41521129')
  down.writeUInt16BE(5072, 0)
  down.writeUInt16BE(53_859, 2)
  checkFound(carry(tcp4, 17, ayiya('41521129')))
  checkFound(carry(tcp4, 17, down))
  checkFound(carry(tcp4, 17, ayiya('4152103b')), [])
})

test('Teredo is known by its addresses, on whatever port', () => {
  const inner = Buffer.from(tcp6)
  inner.writeUInt32BE(0x2001_0000, 24)
  const origin = hex('0000 1234 0a000001')
  const authentication = hex('0001 0200 abcd 0102030405060708 00')
  checkFound(carry(tcp4, 17, udp(32_900, inner)))
  checkFound(carry(tcp4, 17, udp(32_900, authentication, origin, inner)))
  checkFound(carry(tcp4, 17, udp(32_900, tcp6)), [])
  checkFound(carry(tcp4, 17, udp(32_900, inner, hex('00'))), [])
})

test('data frames of wireless access points are looked through, where one packet is to be read', () => {
  const wlan = (kind: string, rest = '') => {
    const addresses = '00'.repeat(18)
    const header = hex(`0000 8200 ${kind} 0000 ${addresses} 8070 ${rest} aaaa03 000000 0800`)
    return carry(tcp4, 47, header, tcp4)
  }
  checkFound(wlan('0801'))
  checkFound(wlan('8801', '0000'))
  checkFound(wlan('8881', '0000 00000000'))
  checkFound(wlan('8803', '000000000000 0000'))
  const [encrypted, aggregate, fragment, empty, management] = [
    wlan('8841', '0000'),
    wlan('8801', '8000'),
    wlan('0805'),
    wlan('4801'),
    wlan('8001'),
  ]
  for (const none of [encrypted, aggregate, fragment, empty, management]) checkFound(none, [])
})

test('what holds no TCP packet gives nothing', () => {
  checkFound({ etherType: 0x0806, bytes: tcp4 }, [])
  checkFound({ etherType: 0x0800, bytes: tcp6 }, [])
  checkFound(carry(tcp4, 1, tcp4), [])
  checkFound(carry(tcp6, 59, tcp6), [])
})

test('packets inside one another are followed to a depth', () => {
  const nest = (depth: number): Wrapped => {
    let wrapped: Wrapped = { etherType: 0x0800, bytes: tcp4 }
    for (let layer = 0; layer < depth; layer++) wrapped = carry(tcp4, 4, wrapped.bytes)
    return wrapped
  }
  checkFound(nest(15))
  checkFound(nest(16), [])
})

function fragment4(packet: Buffer, from: number, to: number): Wrapped {
  const bytes = Buffer.concat([packet.subarray(0, 20), packet.subarray(20 + from, 20 + to)])
  bytes.writeUInt16BE(bytes.length, 2)
  bytes.writeUInt16BE(0x1234, 4)
  bytes.writeUInt16BE((20 + to < packet.length ? 0x2000 : 0) | (from / 8), 6)
  return { etherType: 0x0800, bytes }
}

function fragment6(packet: Buffer, from: number, to: number): Wrapped {
  const header = hex('0600 0000 00001234')
  header.writeUInt16BE(from | (40 + to < packet.length ? 1 : 0), 2)
  return carry(tcp6, 44, header, packet.subarray(40 + from, 40 + to))
}

test('fragments are put together, in any order, and give the packet once', () => {
  for (const parts of [
    [fragment4(tcp4, 0, 24), fragment4(tcp4, 24, 40), fragment4(tcp4, 40, 100)],
    [fragment6(tcp6, 0, 24), fragment6(tcp6, 24, 40), fragment6(tcp6, 40, 100)],
  ]) {
    assert.deepEqual(unwrap(parts), [payload])
    assert.deepEqual(unwrap(parts.toReversed()), [payload])
    assert.deepEqual(unwrap(parts.slice(1)), [])
  }
})

test('fragments of different packets are kept apart', () => {
  const other = fragment4(tcp4, 24, 100)
  other.bytes.writeUInt16BE(0x1235, 4)
  assert.deepEqual(unwrap([fragment4(tcp4, 0, 24), other]), [])
  const elsewhere = fragment6(tcp6, 24, 100)
  elsewhere.bytes[39] = 2
  assert.deepEqual(unwrap([fragment6(tcp6, 0, 24), elsewhere]), [])
})

test('fragments that overlap are put together in IPv4 and given up in IPv6', () => {
  assert.deepEqual(unwrap([fragment4(tcp4, 0, 32), fragment4(tcp4, 24, 100)]), [payload])
  assert.deepEqual(unwrap([fragment6(tcp6, 0, 32), fragment6(tcp6, 24, 100)]), [])
})

test('a fragment of its own is a whole packet', () => {
  checkFound(fragment6(tcp6, 0, 100))
})

test('an IPv6 fragment behind an extension header is put together with it', () => {
  const extended = (part: Wrapped): Wrapped => {
    const inner = part.bytes.subarray(40)
    return carry(tcp6, 0, hex('2c00 0104 00000000'), inner)
  }
  const parts = [fragment6(tcp6, 0, 24), fragment6(tcp6, 24, 100)].map(extended)
  assert.deepEqual(unwrap(parts), [payload])
})

test('a tunnel in fragments is looked through once it is whole', () => {
  const outer = carry(tcp4, 17, udp(4789, hex('08000000 00000700'), frame4)).bytes
  assert.deepEqual(unwrap([fragment4(outer, 0, 40), fragment4(outer, 40, 200)]), [payload])
})

test('a fragment that the capture has cut is left out', () => {
  const last = fragment4(tcp4, 24, 100)
  const shorter = { ...last, bytes: last.bytes.subarray(0, last.bytes.length - 3) }
  assert.deepEqual(unwrap([fragment4(tcp4, 0, 24), shorter]), [])
})

test('no bytes make the unwrapper throw, or reach beyond what is there', () => {
  const seeds = [
    carry(tcp4, 47, hex('b000 0800 00000000 00000001 00000002'), tcp4),
    carry(tcp6, 17, udp(6081, hex('0200 6558 00000700 0102 8001 00000000'), frame4)),
    carry(tcp4, 17, udp(2152, hex('36ff 0034 00000001 00000085 011000c0 02000000 00000000'), tcp4)),
    carry(tcp4, 17, udp(5072, hex('01521129 4af64bfd 20'), tcp6)),
    carry(
      tcp4,
      47,
      hex(`0000 8200 8801 0000 ${'00'.repeat(18)} 8070 0000 aaaa03 000000 0800`),
      tcp4,
    ),
    fragment6(tcp6, 0, 24),
    { etherType: 0x8847, bytes: Buffer.concat([hex('00010040 00020140'), tcp4]) },
    { etherType: 0x8864, bytes: Buffer.concat([hex('11000001 0050 0021'), tcp4]) },
  ]
  const changes = fc.array(fc.tuple(fc.nat(100), fc.nat(255)), { maxLength: 6 })
  const unwrapper = createUnwrapper()
  fc.assert(
    fc.property(fc.constantFrom(...seeds), changes, fc.nat(120), (seed, changed, length) => {
      const bytes = Buffer.from(seed.bytes.subarray(0, length))
      for (const [offset, value] of changed) if (offset < bytes.length) bytes[offset] = value
      const view = { bytes, start: 0, end: bytes.length, wireEnd: bytes.length }
      const moved: PacketView = { ...view, etherType: seed.etherType }
      if (!unwrapper.unwrap(moved, 0)) return
      assert.ok(moved.start < moved.end && moved.end <= moved.bytes.length)
    }),
    { numRuns: 3000 },
  )
})
