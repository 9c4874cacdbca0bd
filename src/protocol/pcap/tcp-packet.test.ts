import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tcpFlags } from '../../model/segment.ts'
import { pcapFileHead, writeTcpPacket } from './tcp-packet.ts'

test('a file begins with the magic number of microseconds, and Ethernet', () => {
  assert.equal(pcapFileHead.readUInt32LE(0), 0xa1b2c3d4)
  assert.equal(pcapFileHead.readUInt32LE(20), 1)
})

test('a segment has the lengths, numbers and checksums that tcpdump expects', () => {
  const packet = writeTcpPacket({
    at: 1_767_323_045_000_007,
    source: 0x0a000001,
    sourcePort: 40_000,
    destination: 0xc0000201,
    destinationPort: 80,
    sequence: 0xfffffffe,
    acknowledgement: 7,
    flags: tcpFlags.ack | tcpFlags.psh,
    payload: Buffer.from('odd'),
  })
  assert.equal(packet.readUInt32LE(0), 1_767_323_045)
  assert.equal(packet.readUInt32LE(4), 7)
  assert.equal(packet.readUInt32LE(8), packet.length - 16)
  assert.equal(packet.subarray(30, 40).toString('hex'), '4500002b000040004006')
  assert.equal(sumOf(packet.subarray(30, 50)), 0xffff)
  const pseudo = Buffer.alloc(12)
  packet.copy(pseudo, 0, 42, 50)
  pseudo.writeUInt16BE(6, 8)
  pseudo.writeUInt16BE(23, 10)
  assert.equal(sumOf(Buffer.concat([pseudo, packet.subarray(50), Buffer.alloc(1)])), 0xffff)
  assert.equal(packet.subarray(50, 66).toString('hex'), '9c400050fffffffe000000075018ffff')
})

/** All ones where the checksum among the words is right (RFC 1071). */
function sumOf(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return sum
}
