// Packets out of capture files as they are read: pcap (draft-ietf-opsawg-pcap) and pcapng
// (draft-ietf-opsawg-pcapng), both byte orders, any unit of time, several interfaces.
import type { Micros } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'

export interface PcapPacket {
  readonly linkType: number
  readonly at: Micros
  /** From the link header on, as far as the packet was captured; a view of what was pushed. */
  readonly bytes: Uint8Array
  readonly wireLength: number
}

/** Reads one file, piece by piece; an unreadable file is an operator error. */
export class PcapReader {
  #rest: Uint8Array = new Uint8Array(0)
  #format: Format | null = null
  #damage: OperatorError | null = null

  /** The packets that are whole with these bytes, which must not change later. */
  push(bytes: Uint8Array): readonly PcapPacket[] {
    if (this.#damage !== null) throw this.#damage
    const input = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
    const packets: PcapPacket[] = []
    let offset = 0
    try {
      for (;;) {
        this.#format ??= findFormat(view)
        const length = this.#format?.length(view, offset) ?? null
        if (length === null || offset + length > input.length) break
        this.#format!.read(input, view, offset, packets)
        offset += length
      }
    } catch (error) {
      // What came before the damage is good: it is handed over first.
      if (!(error instanceof OperatorError) || packets.length === 0) throw error
      this.#damage = error
    }
    this.#rest = input.subarray(offset)
    return packets
  }

  /** No more bytes will come; true where the last record is cut, as a killed tcpdump leaves it. */
  finish(): boolean {
    if (this.#damage !== null) throw this.#damage
    if (this.#format === null && this.#rest.length > 0) throw unreadable('it is no pcap file')
    return this.#rest.length > 0
  }
}

interface Format {
  /** Of the record at `offset` in bytes; null where too little of it is there to say. */
  length(view: DataView, offset: number): number | null
  read(input: Uint8Array, view: DataView, offset: number, packets: PcapPacket[]): void
}

/** A longer record is damage: the longest that tcpdump writes is 256 KB. */
const recordBytesMax = 16 * 1024 * 1024

const microsMagic = 0xa1b2c3d4
const nanosMagic = 0xa1b23c4d
const sectionType = 0x0a0d0d0a
const fileHeaderBytes = 24
const recordHeaderBytes = 16

function findFormat(view: DataView): Format | null {
  if (view.byteLength < 4) return null
  if (view.getUint32(0) === sectionType) return new BlockFormat()
  for (const littleEndian of [true, false]) {
    const magic = view.getUint32(0, littleEndian)
    if (magic === microsMagic) return new RecordFormat(littleEndian, 1)
    if (magic === nanosMagic) return new RecordFormat(littleEndian, 1000)
  }
  throw unreadable('it is no pcap file')
}

function unreadable(why: string): OperatorError {
  return new OperatorError(
    'bad-pcap',
    why,
    'give a pcap or pcapng file as tcpdump and Wireshark write it, gzipped or not',
  )
}

function checkLength(length: number, lengthMin: number): number {
  if (length >= lengthMin && length <= recordBytesMax) return length
  throw unreadable(`it is damaged, with a record of ${length} bytes`)
}

/** The classic form: a file header, then records. */
class RecordFormat implements Format {
  readonly #littleEndian: boolean
  readonly #unitsPerMicro: number
  #linkType: number | null = null

  constructor(littleEndian: boolean, unitsPerMicro: number) {
    this.#littleEndian = littleEndian
    this.#unitsPerMicro = unitsPerMicro
  }

  length(view: DataView, offset: number): number | null {
    if (this.#linkType === null) return fileHeaderBytes
    if (offset + recordHeaderBytes > view.byteLength) return null
    const packetBytes = view.getUint32(offset + 8, this.#littleEndian)
    return checkLength(recordHeaderBytes + packetBytes, recordHeaderBytes)
  }

  read(input: Uint8Array, view: DataView, offset: number, packets: PcapPacket[]): void {
    const littleEndian = this.#littleEndian
    if (this.#linkType === null) {
      // The upper bits tell of frame check sequences.
      this.#linkType = view.getUint32(offset + 20, littleEndian) & 0xffff
      return
    }
    const start = offset + recordHeaderBytes
    const seconds = view.getUint32(offset, littleEndian)
    const fraction = view.getUint32(offset + 4, littleEndian)
    packets.push({
      linkType: this.#linkType,
      at: seconds * 1_000_000 + Math.floor(fraction / this.#unitsPerMicro),
      bytes: input.subarray(start, start + view.getUint32(offset + 8, littleEndian)),
      wireLength: view.getUint32(offset + 12, littleEndian),
    })
  }
}

interface CapturedInterface {
  readonly linkType: number
  /** Bytes that were kept of a packet at most; 0: all. */
  readonly packetBytesMax: number
  readonly unitsPerSecond: bigint
  readonly secondsOffset: number
}

const blockTypes = { interface: 1, packet: 2, simplePacket: 3, enhancedPacket: 6 } as const
const interfaceOptions = { resolution: 9, offset: 14 } as const
const byteOrderMagic = 0x1a2b3c4d

/** Of one section; as many as the old packet block can name. */
const interfacesMax = 65_536

/** pcapng: blocks, of which sections and interfaces say how the packets after them are read. */
class BlockFormat implements Format {
  #littleEndian = true
  #interfaces: CapturedInterface[] = []
  #at: Micros = 0

  length(view: DataView, offset: number): number | null {
    if (offset + 12 > view.byteLength) return null
    // The same in both orders; its own follows behind the length.
    if (view.getUint32(offset) === sectionType) {
      this.#littleEndian = view.getUint32(offset + 8, true) === byteOrderMagic
      this.#interfaces = []
    }
    // Some writers leave the padding out of the length.
    return checkLength((view.getUint32(offset + 4, this.#littleEndian) + 3) & ~3, 12)
  }

  read(input: Uint8Array, view: DataView, offset: number, packets: PcapPacket[]): void {
    const littleEndian = this.#littleEndian
    const bodyEnd = offset + this.length(view, offset)! - 4
    switch (view.getUint32(offset, littleEndian)) {
      case blockTypes.interface:
        checkLength(bodyEnd - offset, 16)
        if (this.#interfaces.length === interfacesMax) {
          throw unreadable(`it is damaged, with more than ${interfacesMax} interfaces`)
        }
        this.#interfaces.push(readInterface(view, offset + 8, bodyEnd, littleEndian))
        break
      case blockTypes.enhancedPacket:
        checkLength(bodyEnd - offset, 28)
        this.#read(input, view, offset, view.getUint32(offset + 8, littleEndian), packets)
        break
      case blockTypes.packet:
        checkLength(bodyEnd - offset, 28)
        this.#read(input, view, offset, view.getUint16(offset + 8, littleEndian), packets)
        break
      case blockTypes.simplePacket:
        this.#readSimple(input, view, offset, bodyEnd, packets)
        break
    }
  }

  #read(
    input: Uint8Array,
    view: DataView,
    offset: number,
    interfaceNumber: number,
    packets: PcapPacket[],
  ): void {
    const captured = this.#interface(interfaceNumber)
    const high = view.getUint32(offset + 12, this.#littleEndian)
    const low = view.getUint32(offset + 16, this.#littleEndian)
    const packetBytes = view.getUint32(offset + 20, this.#littleEndian)
    const start = offset + 28
    checkLength(this.length(view, offset)!, 32 + packetBytes)
    this.#at = readTime(captured, high, low)
    packets.push({
      linkType: captured.linkType,
      at: this.#at,
      bytes: input.subarray(start, start + packetBytes),
      wireLength: view.getUint32(offset + 24, this.#littleEndian),
    })
  }

  /** Such a packet has no time of its own: it gets that of the packet before. */
  #readSimple(
    input: Uint8Array,
    view: DataView,
    offset: number,
    bodyEnd: number,
    packets: PcapPacket[],
  ): void {
    const { linkType, packetBytesMax } = this.#interface(0)
    checkLength(bodyEnd - offset, 12)
    const wireLength = view.getUint32(offset + 8, this.#littleEndian)
    const kept = packetBytesMax === 0 ? wireLength : Math.min(wireLength, packetBytesMax)
    const start = offset + 12
    const bytes = input.subarray(start, Math.min(start + kept, bodyEnd))
    packets.push({ linkType, at: this.#at, bytes, wireLength })
  }

  #interface(number: number): CapturedInterface {
    const found = this.#interfaces[number]
    if (found === undefined) throw unreadable(`it is damaged, and lacks interface ${number}`)
    return found
  }
}

function readInterface(
  view: DataView,
  body: number,
  bodyEnd: number,
  littleEndian: boolean,
): CapturedInterface {
  let unitsPerSecond = 1_000_000n
  let secondsOffset = 0
  for (let option = body + 8; option + 4 <= bodyEnd; ) {
    const code = view.getUint16(option, littleEndian)
    const length = view.getUint16(option + 2, littleEndian)
    const value = option + 4
    if (code === 0 || value + length > bodyEnd) break
    if (code === interfaceOptions.resolution && length === 1) {
      const exponent = BigInt(view.getUint8(value) & 0x7f)
      unitsPerSecond = (view.getUint8(value) & 0x80) === 0 ? 10n ** exponent : 2n ** exponent
    }
    if (code === interfaceOptions.offset && length === 8) {
      secondsOffset = Number(view.getBigInt64(value, littleEndian))
    }
    option = value + ((length + 3) & ~3)
  }
  return {
    linkType: view.getUint16(body, littleEndian),
    packetBytesMax: view.getUint32(body + 4, littleEndian),
    unitsPerSecond,
    secondsOffset,
  }
}

function readTime(captured: CapturedInterface, high: number, low: number): Micros {
  const { unitsPerSecond, secondsOffset } = captured
  const micros =
    unitsPerSecond === 1_000_000n
      ? high * 2 ** 32 + low
      : // Nanoseconds since 1970 are more than a double holds.
        Number((((BigInt(high) << 32n) | BigInt(low)) * 1_000_000n) / unitsPerSecond)
  return micros + secondsOffset * 1_000_000
}
