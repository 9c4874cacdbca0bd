// One TCP segment in an Ethernet frame, as a pcap record (RFC 9293, 3.1; RFC 791, 3.1; the file
// format of libpcap).
import type { Micros } from '../../model/message.ts'
import { tcpFlags } from '../../model/segment.ts'

export interface PacketParts {
  readonly at: Micros
  /** IPv4 addresses as numbers. */
  readonly source: number
  readonly sourcePort: number
  readonly destination: number
  readonly destinationPort: number
  readonly sequence: number
  readonly acknowledgement: number
  readonly flags: number
  readonly payload: Uint8Array
}

/** What a pcap file of Ethernet frames with times in microseconds begins with. */
export const pcapFileHead: Buffer = Buffer.from(
  'd4c3b2a1020004000000000000000000ffff000001000000',
  'hex',
)

const recordBytes = 16
const ethernetBytes = 14
const ipBytes = 20
const tcpBytes = 20
const ipStart = recordBytes + ethernetBytes
const tcpStart = ipStart + ipBytes
const payloadStart = tcpStart + tcpBytes
const tcpProtocol = 6
const window = 65_535

/** Locally administered addresses, of nobody. */
const ethernetHead = Buffer.from('0200000000010200000000020800', 'hex')

/** The record, with right lengths and checksums. */
export function writeTcpPacket(parts: PacketParts): Buffer {
  const { payload } = parts
  const packet = Buffer.alloc(payloadStart + payload.length)
  const frameLength = packet.length - recordBytes
  packet.writeUInt32LE(Math.floor(parts.at / 1e6), 0)
  packet.writeUInt32LE(parts.at % 1e6, 4)
  packet.writeUInt32LE(frameLength, 8)
  packet.writeUInt32LE(frameLength, 12)
  packet.set(ethernetHead, recordBytes)
  packet.set(payload, payloadStart)
  writeIpHeader(packet, parts)
  writeTcpHeader(packet, parts)
  return packet
}

function writeIpHeader(packet: Buffer, { source, destination }: PacketParts): void {
  packet.writeUInt8(0x45, ipStart)
  packet.writeUInt16BE(packet.length - ipStart, ipStart + 2)
  // Do not fragment.
  packet.writeUInt16BE(0x4000, ipStart + 6)
  packet.writeUInt8(64, ipStart + 8)
  packet.writeUInt8(tcpProtocol, ipStart + 9)
  packet.writeUInt32BE(source, ipStart + 12)
  packet.writeUInt32BE(destination, ipStart + 16)
  packet.writeUInt16BE(foldSum(addWords(packet, ipStart, tcpStart)), ipStart + 10)
}

function writeTcpHeader(packet: Buffer, parts: PacketParts): void {
  packet.writeUInt16BE(parts.sourcePort, tcpStart)
  packet.writeUInt16BE(parts.destinationPort, tcpStart + 2)
  packet.writeUInt32BE(parts.sequence >>> 0, tcpStart + 4)
  const isAcknowledging = (parts.flags & tcpFlags.ack) !== 0
  packet.writeUInt32BE(isAcknowledging ? parts.acknowledgement >>> 0 : 0, tcpStart + 8)
  packet.writeUInt8((tcpBytes / 4) << 4, tcpStart + 12)
  packet.writeUInt8(parts.flags, tcpStart + 13)
  packet.writeUInt16BE(window, tcpStart + 14)
  // The pseudo-header: both addresses, the protocol and the length of the segment.
  const pseudo = addWords(packet, ipStart + 12, tcpStart) + tcpProtocol + packet.length - tcpStart
  packet.writeUInt16BE(foldSum(pseudo + addWords(packet, tcpStart, packet.length)), tcpStart + 16)
}

/** RFC 1071: the sum of 16-bit words, an odd last byte as the high half of one. */
function addWords(bytes: Buffer, start: number, end: number): number {
  let sum = 0
  for (let at = start; at + 1 < end; at += 2) sum += (bytes[at]! << 8) | bytes[at + 1]!
  return (end - start) % 2 === 0 ? sum : sum + (bytes[end - 1]! << 8)
}

function foldSum(sum: number): number {
  let folded = sum
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000)
  return ~folded & 0xffff
}
