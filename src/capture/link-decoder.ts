// Where the network header of a captured frame begins, for the link types of pcap files
// (tcpdump.org/linktypes.html).
import { etherTypes } from './packet-decoder.ts'

export interface NetworkHeader {
  readonly offset: number
  /** The type of what begins at `offset`: IP, or that of a VLAN tag without its own type. */
  readonly etherType: number
}

export const linkTypes = {
  null: 0,
  ethernet: 1,
  // The number of raw IP in the headers of OpenBSD and of the BSDs, which some files hold.
  openBsdRaw: 14,
  bsdRaw: 12,
  raw: 101,
  loop: 108,
  cooked: 113,
  ipv4: 228,
  ipv6: 229,
  nflog: 239,
  cooked2: 276,
} as const

/** The network header of the frame; null where the link type is unknown or the frame too short. */
export function findNetworkHeader(linkType: number, frame: Uint8Array): NetworkHeader | null {
  const header = readHeader(linkType, frame)
  return header !== null && header.offset < frame.length ? header : null
}

function readHeader(linkType: number, frame: Uint8Array): NetworkHeader | null {
  switch (linkType) {
    case linkTypes.ethernet:
      return { offset: 14, etherType: readUint16(frame, 12) }
    case linkTypes.cooked:
      return { offset: 16, etherType: readUint16(frame, 14) }
    case linkTypes.cooked2:
      return { offset: 20, etherType: readUint16(frame, 0) }
    case linkTypes.null:
    case linkTypes.loop:
      // An address family whose numbers and byte order differ by system: the version is surer.
      return readVersion(frame, 4)
    case linkTypes.nflog:
      return readNflog(frame)
    case linkTypes.bsdRaw:
    case linkTypes.openBsdRaw:
    case linkTypes.raw:
    case linkTypes.ipv4:
    case linkTypes.ipv6:
      return readVersion(frame, 0)
    default:
      return null
  }
}

const nflogPayload = 9

/** Attributes of a length and a type, in the order of the capturing machine: little-endian here. */
function readNflog(frame: Uint8Array): NetworkHeader | null {
  let offset = 4
  while (offset + 4 <= frame.length) {
    const length = frame[offset]! | (frame[offset + 1]! << 8)
    const type = frame[offset + 2]! | (frame[offset + 3]! << 8)
    if (type === nflogPayload) return readVersion(frame, offset + 4)
    if (length < 4) return null
    offset += (length + 3) & ~3
  }
  return null
}

function readVersion(frame: Uint8Array, offset: number): NetworkHeader | null {
  const version = (frame[offset] ?? 0) >> 4
  if (version === 4) return { offset, etherType: etherTypes.ipv4 }
  return version === 6 ? { offset, etherType: etherTypes.ipv6 } : null
}

function readUint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0)
}
