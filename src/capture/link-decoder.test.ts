import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildEthernetFrame, buildTcpPacket } from '../../test/support/packets.ts'
import { findNetworkHeader, linkTypes } from './link-decoder.ts'

const ipv4 = buildTcpPacket({ source: '10.0.0.9:4000', destination: '10.0.0.1:80' })
const ipv6 = buildTcpPacket({ source: '[fd00::9]:4000', destination: '[fd00::1]:80' })

function checkHeader(
  linkType: number,
  header: string,
  packet: Buffer,
  expected: readonly [number, number] | null,
): void {
  const frame = Buffer.concat([Buffer.from(header, 'hex'), packet])
  const found = findNetworkHeader(linkType, frame)
  assert.deepEqual(found === null ? null : [found.offset, found.etherType], expected)
}

test('the network header is found behind each kind of link header', () => {
  checkHeader(linkTypes.raw, '', ipv4, [0, 0x0800])
  checkHeader(linkTypes.raw, '', ipv6, [0, 0x86dd])
  checkHeader(linkTypes.ipv4, '', ipv4, [0, 0x0800])
  checkHeader(linkTypes.ipv6, '', ipv6, [0, 0x86dd])
  checkHeader(linkTypes.null, '02000000', ipv4, [4, 0x0800])
  checkHeader(linkTypes.null, '1e000000', ipv6, [4, 0x86dd])
  checkHeader(linkTypes.loop, '00000002', ipv4, [4, 0x0800])
  checkHeader(linkTypes.cooked, '00000001000602000000000200000800', ipv4, [16, 0x0800])
  checkHeader(linkTypes.cooked2, `86dd${'00'.repeat(18)}`, ipv6, [20, 0x86dd])
  checkHeader(linkTypes.bsdRaw, '', ipv4, [0, 0x0800])
  checkHeader(linkTypes.openBsdRaw, '', ipv6, [0, 0x86dd])
  checkHeader(linkTypes.ethernet, `${'00'.repeat(12)}0800`, ipv4, [14, 0x0800])
})

test('the packet of an NFLOG frame is found behind its other attributes', () => {
  const prefix = '05000a0000000000'
  checkHeader(linkTypes.nflog, `02000000${prefix}08000900`, ipv4, [16, 0x0800])
  checkHeader(linkTypes.nflog, `0a000000${prefix}08000900`, ipv6, [16, 0x86dd])
  checkHeader(linkTypes.nflog, '0200000000000100', ipv4, null)
  checkHeader(linkTypes.nflog, '02000000ffff0100', ipv4, null)
})

test('a VLAN tag of an Ethernet frame is left to the packet decoder', () => {
  const frame = buildEthernetFrame(ipv4, [10])
  assert.deepEqual(findNetworkHeader(linkTypes.ethernet, frame), { offset: 14, etherType: 0x8100 })
})

test('an unknown link type or a frame without a network header gives nothing', () => {
  checkHeader(147, '', ipv4, null)
  checkHeader(linkTypes.ethernet, '00'.repeat(14), Buffer.alloc(0), null)
  checkHeader(linkTypes.raw, '', Buffer.alloc(0), null)
  checkHeader(linkTypes.null, '02000000', Buffer.of(0x10), null)
})
