// Classic pcap files (draft-ietf-opsawg-pcap): both byte orders, micro- and nanoseconds.
import type { Micros } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'

export interface PcapPacket {
  readonly at: Micros
  /** From the link header on, as far as the packet was captured. */
  readonly bytes: Uint8Array
  readonly wireLength: number
}

export interface PcapFile {
  readonly linkType: number
  readonly packets: Iterable<PcapPacket>
}

/** Reads a whole file; packets are views of `bytes`, and a record cut at the end is left out. */
export function readPcap(bytes: Uint8Array): PcapFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (const littleEndian of [true, false]) {
    const magic = bytes.length < fileHeaderBytes ? 0 : view.getUint32(0, littleEndian)
    if (magic !== microsMagic && magic !== nanosMagic) continue
    const format = { littleEndian, unitsPerMicro: magic === nanosMagic ? 1000 : 1 }
    // The upper bits tell of frame check sequences.
    const linkType = view.getUint32(20, littleEndian) & 0xffff
    return { linkType, packets: { [Symbol.iterator]: () => readPackets(bytes, view, format) } }
  }
  throw new OperatorError(
    'bad-pcap',
    'the file is no pcap file',
    'convert a pcapng file first: editcap -F pcap capture.pcapng capture.pcap',
  )
}

/** The packets as a little-endian file with microseconds. */
export function writePcap(linkType: number, packets: readonly PcapPacket[]): Uint8Array {
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
const nanosMagic = 0xa1b23c4d
const fileHeaderBytes = 24
const recordHeaderBytes = 16

function* readPackets(
  bytes: Uint8Array,
  view: DataView,
  { littleEndian, unitsPerMicro }: { littleEndian: boolean; unitsPerMicro: number },
): Generator<PcapPacket> {
  let offset = fileHeaderBytes
  while (offset + recordHeaderBytes <= bytes.length) {
    const seconds = view.getUint32(offset, littleEndian)
    const fraction = view.getUint32(offset + 4, littleEndian)
    const start = offset + recordHeaderBytes
    const end = start + view.getUint32(offset + 8, littleEndian)
    if (end > bytes.length) return
    const at = seconds * 1_000_000 + Math.floor(fraction / unitsPerMicro)
    yield {
      at,
      bytes: bytes.subarray(start, end),
      wireLength: view.getUint32(offset + 12, littleEndian),
    }
    offset = end
  }
}
