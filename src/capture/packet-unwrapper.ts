// Looks for the TCP packet inside tags, labels and tunnels, and puts fragments together; for
// packets of a file, whose types are as they were on the wire. VLAN (802.1Q), MPLS (RFC 3032),
// PPPoE (RFC 2516), GRE (RFC 2784, 2890, 2637; in UDP 8086), IP in IP (RFC 2003, 2473, 4213),
// VXLAN (RFC 7348), Geneve (RFC 8926), SNAP (RFC 1042), GTP-U (3GPP TS 29.281), AYIYA
// (draft-massar-v6ops-ayiya-02), Teredo (RFC 4380), frames of wireless access points (IEEE 802.11,
// section 9.2).
import type { Micros } from '../model/message.ts'
import type { FragmentTable } from './fragment-table.ts'
import { etherTypes, extensionBytes, isVlanType } from './packet-decoder.ts'

/** A packet from its network header on; `unwrap` moves it inwards. */
export interface PacketView {
  bytes: Uint8Array
  start: number
  end: number
  /** Where the packet ended on the wire. */
  wireEnd: number
  etherType: number
}

export class PacketUnwrapper {
  readonly #fragments: FragmentTable

  constructor(fragments: FragmentTable) {
    this.#fragments = fragments
  }

  /** Moves `view` to the innermost IP packet, and says whether that is a whole one of TCP. */
  unwrap(view: PacketView, at: Micros): boolean {
    for (let layer = 0; layer < layersMax; layer++) {
      const isIp = view.etherType === etherTypes.ipv4 || view.etherType === etherTypes.ipv6
      if (!isIp) {
        if (!enterLayer(view)) return false
        continue
      }
      const payload = view.etherType === etherTypes.ipv4 ? readIpv4(view) : readIpv6(view)
      if (payload === null) return false
      if (payload.fragment !== null) {
        if (!this.#assemble(view, payload, payload.fragment, at)) return false
      } else if (payload.protocol === protocols.tcp) return true
      else if (!enterProtocol(view, payload)) return false
    }
    return false
  }

  #assemble(view: PacketView, payload: IpPayload, fragment: FragmentPart, at: Micros): boolean {
    const isIpv6 = view.etherType === etherTypes.ipv6
    // What the capture has cut cannot be put together.
    if (payload.end > view.end) return false
    const whole = this.#fragments.push(
      {
        key: fragment.key,
        headers: fragment.offset === 0 ? fragment.headers() : new Uint8Array(0),
        offset: fragment.offset,
        bytes: view.bytes.subarray(payload.offset, payload.end),
        isLast: fragment.isLast,
        refusesOverlap: isIpv6,
      },
      at,
    )
    if (whole === null || whole.length > ipBytesMax) return false
    const length = isIpv6 ? whole.length - ipv6HeaderBytes : whole.length
    whole[isIpv6 ? 4 : 2] = length >> 8
    whole[isIpv6 ? 5 : 3] = length & 0xff
    view.bytes = whole
    view.start = 0
    view.end = whole.length
    view.wireEnd = whole.length
    return true
  }
}

/** Tags, labels, tunnels and fragments inside one another; beyond, a packet is left out. */
const layersMax = 16

const ipBytesMax = 65_535
const ipv6HeaderBytes = 40
const protocols = { ipv4: 4, tcp: 6, udp: 17, ipv6: 41, fragment: 44, gre: 47 } as const
const layerTypes = {
  mpls: 0x8847,
  mplsMulticast: 0x8848,
  pppoe: 0x8864,
  ppp: 0x880b,
  ethernet: 0x6558,
} as const
const pppIpv4 = 0x0021
const pppIpv6 = 0x0057
/** 8472 is what Linux took before the port was assigned, and still takes by default. */
const vxlanPorts = [4789, 8472] as const
const genevePort = 6081
const greInUdpPort = 4754
const gtpPort = 2152
/** Out of use since 2017, so that it is in files only. */
const ayiyaPort = 5072
/** What access points of Aruba send to their controller, as GRE's type. */
const arubaWlan = 0x8200

/** In the place of a type (IEEE 802.3): the length of what follows, as a SNAP header (RFC 1042). */
const frameLengthMax = 1500

/** Types of what may hold a packet inside, but for VLAN tags. */
export const tunnelTypes: readonly number[] = Object.values(layerTypes)

/** IP protocols of what may hold a packet inside, but for UDP. */
export const tunnelProtocols: readonly number[] = [protocols.ipv4, protocols.ipv6, protocols.gre]

/** UDP ports of what may hold a packet inside. */
export const tunnelPorts: readonly number[] = [...vxlanPorts, genevePort, greInUdpPort, gtpPort]

interface IpPayload {
  readonly protocol: number
  readonly offset: number
  /** On the wire; perhaps beyond what was captured. */
  readonly end: number
  readonly fragment: FragmentPart | null
}

interface FragmentPart {
  readonly key: string
  readonly offset: number
  readonly isLast: boolean
  /** A copy of the headers, as they are without fragmentation but for the length. */
  readonly headers: () => Uint8Array
}

function readIpv4({ bytes, start, end, wireEnd }: PacketView): IpPayload | null {
  if (start + 20 > end || bytes[start]! >> 4 !== 4) return null
  const headerEnd = start + (bytes[start]! & 0x0f) * 4
  const totalBytes = readUint16(bytes, start + 2)
  const packetEnd = totalBytes === 0 ? wireEnd : start + totalBytes
  if (headerEnd < start + 20 || headerEnd > end || packetEnd < headerEnd) return null
  const protocol = bytes[start + 9]!
  const flags = readUint16(bytes, start + 6)
  const payload = { protocol, offset: headerEnd, end: packetEnd, fragment: null }
  if ((flags & 0x3fff) === 0) return payload
  const id = readUint16(bytes, start + 4)
  const headers = () => {
    const copy = bytes.slice(start, headerEnd)
    copy[6] = 0
    copy[7] = 0
    return copy
  }
  const isLast = (flags & 0x2000) === 0
  const key = `4 ${protocol} ${id} ${readKey(bytes, start + 12, 8)}`
  return { ...payload, fragment: { key, offset: (flags & 0x1fff) * 8, isLast, headers } }
}

function readIpv6({ bytes, start, end, wireEnd }: PacketView): IpPayload | null {
  if (start + ipv6HeaderBytes > end || bytes[start]! >> 4 !== 6) return null
  const payloadBytes = readUint16(bytes, start + 4)
  const packetEnd = payloadBytes === 0 ? wireEnd : start + ipv6HeaderBytes + payloadBytes
  let protocolAt = start + 6
  let offset = start + ipv6HeaderBytes
  for (let count = 0; count <= extensionHeadersMax; count++) {
    const protocol = bytes[protocolAt]!
    const isFragment = protocol === protocols.fragment
    if (offset + 8 > end) return null
    const headerBytes = isFragment ? 0 : extensionBytes(protocol, bytes[offset + 1]!)
    if (isFragment) return readIpv6Fragment(bytes, start, protocolAt, offset, packetEnd)
    if (headerBytes === 0) return { protocol, offset, end: packetEnd, fragment: null }
    protocolAt = offset
    offset += headerBytes
  }
  return null
}

const extensionHeadersMax = 8

function readIpv6Fragment(
  bytes: Uint8Array,
  start: number,
  protocolAt: number,
  offset: number,
  end: number,
): IpPayload | null {
  const protocol = bytes[offset]!
  const field = readUint16(bytes, offset + 2)
  const headers = () => {
    const copy = bytes.slice(start, offset)
    copy[protocolAt - start] = protocol
    return copy
  }
  const key = `6 ${readKey(bytes, offset + 4, 4)} ${readKey(bytes, start + 8, 32)}`
  const fragment = { key, offset: field & 0xfff8, isLast: (field & 1) === 0, headers }
  return end < offset + 8 ? null : { protocol, offset: offset + 8, end, fragment }
}

function readKey(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length))
}

/** Steps over one layer that is no IP; false where there is none that we know. */
function enterLayer(view: PacketView): boolean {
  switch (view.etherType) {
    case layerTypes.mpls:
    case layerTypes.mplsMulticast:
      return enterMpls(view)
    case layerTypes.pppoe:
      return advance(view, 6, layerTypes.ppp)
    case layerTypes.ppp:
      return enterPpp(view)
    case layerTypes.ethernet:
      return (
        view.start + 14 <= view.end && advance(view, 14, readUint16(view.bytes, view.start + 12))
      )
    default:
      if (view.etherType <= frameLengthMax) return enterSnap(view)
      if (!isVlanType(view.etherType) || view.start + 4 > view.end) return false
      return advance(view, 4, readUint16(view.bytes, view.start + 2))
  }
}

function enterSnap(view: PacketView): boolean {
  const { bytes, start, end } = view
  const isSnap = start + 8 <= end && bytes[start] === 0xaa && bytes[start + 1] === 0xaa
  if (!isSnap || bytes[start + 2] !== 3 || readUint16(bytes, start + 3) !== 0) return false
  return bytes[start + 5] === 0 && advance(view, 8, readUint16(bytes, start + 6))
}

/** Behind the last label there is no type: the first digit tells, as routers look at it too. */
function enterMpls(view: PacketView): boolean {
  const isBottom = (view.bytes[view.start + 2]! & 1) === 1
  if (view.start + 5 > view.end) return false
  if (!isBottom) return advance(view, 4, view.etherType)
  if (advanceToIp(view, 4)) return true
  // A control word (RFC 4385), then an Ethernet frame.
  return view.bytes[view.start + 4]! >> 4 === 0 && advance(view, 8, layerTypes.ethernet)
}

/** The protocol takes one byte or two, perhaps behind address and control (RFC 1661, 1662). */
function enterPpp(view: PacketView): boolean {
  const { bytes, start, end } = view
  if (start + 5 > end) return false
  const framed = bytes[start] === 0xff && bytes[start + 1] === 0x03 ? 2 : 0
  const isShort = (bytes[start + framed]! & 1) === 1
  const protocol = isShort ? bytes[start + framed]! : readUint16(bytes, start + framed)
  const length = framed + (isShort ? 1 : 2)
  if (protocol === pppIpv4) return advance(view, length, etherTypes.ipv4)
  return protocol === pppIpv6 && advance(view, length, etherTypes.ipv6)
}

/** Moves into what an IP packet carries, where that is another packet. */
function enterProtocol(view: PacketView, { protocol, offset }: IpPayload): boolean {
  view.start = offset
  switch (protocol) {
    case protocols.ipv4:
      return advance(view, 0, etherTypes.ipv4)
    case protocols.ipv6:
      return advance(view, 0, etherTypes.ipv6)
    case protocols.gre:
      return enterGre(view)
    case protocols.udp:
      return enterUdp(view)
    default:
      return false
  }
}

function enterGre(view: PacketView): boolean {
  if (view.start + 4 > view.end) return false
  const flags = readUint16(view.bytes, view.start)
  const hasRouting = (flags & 0x4000) !== 0
  const version = flags & 7
  if (hasRouting || version > 1) return false
  let length = 4
  // Checksum; key; sequence number; and in version 1 an acknowledgement.
  for (const flag of [0x8000, 0x2000, 0x1000]) if ((flags & flag) !== 0) length += 4
  if (version === 1 && (flags & 0x0080) !== 0) length += 4
  const type = readUint16(view.bytes, view.start + 2)
  return advance(view, length, type) && (type !== arubaWlan || enterWlan(view))
}

/** A frame of data, not encrypted, whole, and of one packet; behind its header comes SNAP. */
function enterWlan(view: PacketView): boolean {
  const { bytes, start, end } = view
  if (start + 32 > end) return false
  const [kind, flags] = [bytes[start]!, bytes[start + 1]!]
  const isData = (kind & 0x4f) === 0x08
  const isFragment = (flags & 0x04) !== 0 || (bytes[start + 22]! & 0x0f) !== 0
  const isEncrypted = (flags & 0x40) !== 0
  if (!isData || isFragment || isEncrypted) return false
  const hasFourAddresses = (flags & 0x03) === 0x03
  const hasQuality = (kind & 0x80) !== 0
  const quality = start + (hasFourAddresses ? 30 : 24)
  if (!hasQuality) return advance(view, quality - start, 0)
  const isAggregate = (bytes[quality]! & 0x80) !== 0
  const controlBytes = (flags & 0x80) !== 0 ? 4 : 0
  return !isAggregate && advance(view, quality + 2 + controlBytes - start, 0)
}

function enterUdp(view: PacketView): boolean {
  const { bytes, start, end } = view
  if (start + 16 > end) return false
  const port = readUint16(bytes, start + 2)
  const tunnel = start + 8
  if (port === genevePort) {
    const isControl = (bytes[tunnel + 1]! & 0x80) !== 0
    const optionBytes = (bytes[tunnel]! & 0x3f) * 4
    const isKnown = bytes[tunnel]! >> 6 === 0 && !isControl
    return isKnown && advance(view, 16 + optionBytes, readUint16(bytes, tunnel + 2))
  }
  if (port === greInUdpPort) {
    view.start = tunnel
    return enterGre(view)
  }
  if (port === gtpPort) return enterGtp(view, tunnel)
  if (port === ayiyaPort || readUint16(bytes, start) === ayiyaPort) {
    return enterAyiya(view, tunnel)
  }
  const isVxlan = (port === vxlanPorts[0] || port === vxlanPorts[1]) && (bytes[tunnel]! & 8) !== 0
  return isVxlan ? advance(view, 16, layerTypes.ethernet) : enterTeredo(view, tunnel)
}

/** On whatever port: a whole IPv6 packet from or to an address that only Teredo gives. */
function enterTeredo(view: PacketView, tunnel: number): boolean {
  const { bytes } = view
  let start = tunnel
  const isAuthenticated = readUint16(bytes, start) === 1
  if (isAuthenticated) start += 13 + bytes[start + 2]! + bytes[start + 3]!
  const hasOrigin = start + 8 < view.end && readUint16(bytes, start) === 0
  if (hasOrigin) start += 8
  const isWhole = start + ipv6HeaderBytes + readUint16(bytes, start + 4) === view.end
  if (start + ipv6HeaderBytes > view.end || bytes[start]! >> 4 !== 6 || !isWhole) return false
  const isTeredo = [8, 24].some(
    (address) =>
      readUint16(bytes, start + address) === 0x2001 && readUint16(bytes, start + address + 2) === 0,
  )
  view.start = start
  return isTeredo && advance(view, 0, etherTypes.ipv6)
}

/** User data (message type 255) of version 1, perhaps with extension headers. */
function enterGtp(view: PacketView, tunnel: number): boolean {
  const { bytes, end } = view
  const flags = bytes[tunnel]!
  if ((flags & 0xf0) !== 0x30 || bytes[tunnel + 1] !== 255) return false
  view.start = tunnel
  const hasOptions = (flags & 0x07) !== 0
  if (!hasOptions) return advanceToIp(view, 8)
  let length = 12
  let hasExtension = (flags & 0x04) !== 0 && bytes[tunnel + 11] !== 0
  while (hasExtension) {
    const extension = tunnel + length
    // Of a length that counts itself, in words; the last octet is the next header's type.
    const extensionBytes = extension < end ? bytes[extension]! * 4 : 0
    if (extensionBytes === 0 || extension + extensionBytes >= end) return false
    hasExtension = bytes[extension + extensionBytes - 1] !== 0
    length += extensionBytes
  }
  return advanceToIp(view, length)
}

/** Forwarded packets (operation 1); identity and signature stand between header and packet. */
function enterAyiya(view: PacketView, tunnel: number): boolean {
  const { bytes } = view
  const identityBytes = 1 << (bytes[tunnel]! >> 4)
  const signatureBytes = (bytes[tunnel + 1]! >> 4) * 4
  if ((bytes[tunnel + 2]! & 0x0f) !== 1) return false
  view.start = tunnel
  return advanceToIp(view, 8 + identityBytes + signatureBytes)
}

/** Moves on to where IP has to begin, of whichever version; false where it does not. */
function advanceToIp(view: PacketView, byteCount: number): boolean {
  const at = view.start + byteCount
  if (at >= view.end) return false
  const version = view.bytes[at]! >> 4
  if (version === 4) return advance(view, byteCount, etherTypes.ipv4)
  return version === 6 && advance(view, byteCount, etherTypes.ipv6)
}

function advance(view: PacketView, byteCount: number, etherType: number): boolean {
  view.start += byteCount
  view.etherType = etherType
  return view.start < view.end
}

function readUint16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!
}
