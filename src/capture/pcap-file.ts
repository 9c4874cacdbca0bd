// Writes classic pcap files (draft-ietf-opsawg-pcap).
import type { PcapPacket } from './pcap-reader.ts'

/** The packets as a little-endian file with microseconds. */
export function writePcap(
  linkType: number,
  packets: readonly Omit<PcapPacket, 'linkType'>[],
): Uint8Array {
  const recordBytes = packets.map(({ bytes }) => recordHeaderBytes + bytes.length)
  const file = new Uint8Array(recordBytes.reduce((sum, bytes) => sum + bytes, fileHeaderBytes))
  const view = new DataView(file.buffer)
  view.setUint32(0, microsMagic, true)
  view.setUint16(4, 2, true)
  view.setUint16(6, 4, true)
  view.setUint32(16, 0x40000, true)
  view.setUint32(20, linkType, true)
  let offset = fileHeaderBytes
  for (const { at, bytes, wireLength } of packets) {
    view.setUint32(offset, Math.floor(at / 1_000_000), true)
    view.setUint32(offset + 4, at % 1_000_000, true)
    view.setUint32(offset + 8, bytes.length, true)
    view.setUint32(offset + 12, wireLength, true)
    file.set(bytes, offset + recordHeaderBytes)
    offset += recordHeaderBytes + bytes.length
  }
  return file
}

const microsMagic = 0xa1b2c3d4
const fileHeaderBytes = 24
const recordHeaderBytes = 16
