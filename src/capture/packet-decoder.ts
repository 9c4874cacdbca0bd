// From a packet at its network header to a TCP segment, in place: IPv4 (RFC 791), IPv6 (RFC 8200),
// TCP (RFC 9293, section 3.1). Checksums are not looked at: offloads leave them unfinished.
import type { Segment } from '../model/segment.ts'

export const etherTypes = { ipv4: 0x0800, ipv6: 0x86dd } as const

/** What announces a VLAN tag: 802.1Q, 802.1ad and the form before that. */
export const vlanTypes = [0x8100, 0x88a8, 0x9100] as const

/** Tags looked through besides the one that the kernel takes off. */
export const vlanTagsMax = 2

/**
 * Decodes the packet in `bytes` from `start` to `end` into `segment`, all but `at` and
 * `fromClient`; `wireLength` counts from `start` too. False where it is no whole TCP header of an
 * unfragmented packet: `segment` is then undefined.
 */
export function decodeSegment(
  bytes: Uint8Array,
  start: number,
  end: number,
  wireLength: number,
  etherType: number,
  segment: Segment,
): boolean {
  const isIp = etherType === etherTypes.ipv4 || etherType === etherTypes.ipv6
  if (!isIp && !isVlanType(etherType)) return false
  const wireEnd = start + wireLength
  return decodeNetwork(bytes, start, end, wireEnd, etherType, vlanTagsMax, segment)
}

/** Whether the packet looks like a whole TCP segment right behind a plain IP header. */
export function isPlainSegment(
  bytes: Uint8Array,
  start: number,
  end: number,
  etherType: number,
): boolean {
  if (start + 20 > end) return false
  const version = bytes[start]! >> 4
  if (etherType === etherTypes.ipv4) {
    const isFragment = (readUint16(bytes, start + 6) & 0x3fff) !== 0
    return version === 4 && bytes[start + 9] === tcp && !isFragment
  }
  return etherType === etherTypes.ipv6 && version === 6 && bytes[start + 6] === tcp
}

const vlanTagBytes = 4
const tcp = 6
const hopByHop = 0
const routing = 43
const destinationOptions = 60
const authentication = 51
const extensionHeadersMax = 8

function decodeNetwork(
  bytes: Uint8Array,
  network: number,
  end: number,
  wireEnd: number,
  etherType: number,
  tagsMax: number,
  segment: Segment,
): boolean {
  if (network + 20 > end) return false
  // What the kernel says of the type is no help in finding tags: in front of an inner tag it may
  // name the packet's type, and in front of an IP header that of a tag further ahead.
  const inner = tagsMax === 0 ? 0 : innerType(bytes, network)
  if (inner !== 0) {
    const tagged = network + vlanTagBytes
    if (decodeNetwork(bytes, tagged, end, wireEnd, inner, tagsMax - 1, segment)) return true
  }
  const version = bytes[network]! >> 4
  if (!isVersionOf(etherType, version) && !isVlanType(etherType)) return false
  if (version === 4) return decodeIpv4(bytes, network, end, wireEnd, segment)
  return version === 6 && decodeIpv6(bytes, network, end, wireEnd, segment)
}

/** The type behind the VLAN tag at `offset`; 0 where the bytes there are no tag. */
function innerType(bytes: Uint8Array, offset: number): number {
  const type = readUint16(bytes, offset + 2)
  return isVlanType(type) || isVersionOf(type, bytes[offset + 4]! >> 4) ? type : 0
}

/** Whether a VLAN tag follows a header of this type. */
export function isVlanType(etherType: number): boolean {
  return etherType === vlanTypes[0] || etherType === vlanTypes[1] || etherType === vlanTypes[2]
}

function isVersionOf(etherType: number, version: number): boolean {
  if (etherType === etherTypes.ipv4) return version === 4
  return etherType === etherTypes.ipv6 && version === 6
}

function decodeIpv4(
  bytes: Uint8Array,
  network: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): boolean {
  const headerBytes = (bytes[network]! & 0x0f) * 4
  const isFragment = (readUint16(bytes, network + 6) & 0x3fff) !== 0
  if (headerBytes < 20 || isFragment || bytes[network + 9] !== tcp) return false
  const { addresses } = segment
  for (let side = 0; side < 2; side++) {
    addresses[4 * side] = 0
    addresses[4 * side + 1] = 0
    addresses[4 * side + 2] = 0xffff
    addresses[4 * side + 3] = readInt32(bytes, network + 12 + 4 * side)
  }
  const totalBytes = readUint16(bytes, network + 2)
  // No length: more than fits into 16 bits (BIG TCP).
  const packetEnd = totalBytes === 0 ? wireEnd : network + totalBytes
  return decodeTcp(bytes, network + headerBytes, end, packetEnd, wireEnd, segment)
}

function decodeIpv6(
  bytes: Uint8Array,
  network: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): boolean {
  if (network + 40 > end) return false
  const payloadBytes = readUint16(bytes, network + 4)
  // No length: more than fits into 16 bits; a jumbo option (RFC 2675) may hold it.
  const packetEnd = payloadBytes === 0 ? wireEnd : network + 40 + payloadBytes
  let header: number = bytes[network + 6]!
  let offset = network + 40
  for (let count = 0; header !== tcp; count++) {
    if (count === extensionHeadersMax || offset + 2 > end) return false
    const headerBytes = extensionBytes(header, bytes[offset + 1]!)
    if (headerBytes === 0) return false
    header = bytes[offset]!
    offset += headerBytes
  }
  for (let word = 0; word < 8; word++) {
    segment.addresses[word] = readInt32(bytes, network + 8 + 4 * word)
  }
  return decodeTcp(bytes, offset, end, packetEnd, wireEnd, segment)
}

/** The whole length of an IPv6 extension header; 0 where it is none that a segment can follow. */
export function extensionBytes(header: number, lengthField: number): number {
  if (header === authentication) return (lengthField + 2) * 4
  const isKnown = header === hopByHop || header === routing || header === destinationOptions
  return isKnown ? (lengthField + 1) * 8 : 0
}

function decodeTcp(
  bytes: Uint8Array,
  offset: number,
  end: number,
  packetEnd: number,
  wireEnd: number,
  segment: Segment,
): boolean {
  if (offset + 20 > end || packetEnd > wireEnd) return false
  const payloadStart = offset + (bytes[offset + 12]! >> 4) * 4
  if (payloadStart < offset + 20 || payloadStart > packetEnd) return false
  segment.sourcePort = readUint16(bytes, offset)
  segment.destinationPort = readUint16(bytes, offset + 2)
  segment.sequence = readInt32(bytes, offset + 4)
  segment.acknowledgement = readInt32(bytes, offset + 8)
  segment.flags = bytes[offset + 13]!
  segment.bytes = bytes
  // Where even the options are cut, nothing of the payload is here.
  const capturedEnd = Math.max(payloadStart, Math.min(packetEnd, end))
  segment.payloadStart = payloadStart
  segment.payloadEnd = capturedEnd
  segment.cutBytes = packetEnd - capturedEnd
  return true
}

function readUint16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!
}

function readInt32(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset]! << 24) |
    (bytes[offset + 1]! << 16) |
    (bytes[offset + 2]! << 8) |
    bytes[offset + 3]!
  )
}
