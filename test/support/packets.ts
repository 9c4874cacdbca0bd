// Packets for tests: what the decoder reads, built from the facts that a test is about.
import {
  formatIpAddress,
  parseCaptureAddress,
  parseIpAddress,
} from '../../src/capture/capture-address.ts'
import type { Micros } from '../../src/model/message.ts'
import { tcpFlags } from '../../src/model/segment.ts'

export interface TcpPacketParts {
  /** `10.0.0.1:4711` or `[::1]:4711`; both ends are of one family. */
  readonly source: string
  readonly destination: string
  readonly sequence?: number
  readonly ack?: number
  /** Of `tcpFlags`; acknowledgement alone unless given. */
  readonly flags?: number
  readonly payload?: string | Uint8Array
  /** Whole 32-bit words. */
  readonly tcpOptions?: Uint8Array
  /** IPv4: whole 32-bit words of options. */
  readonly ipOptions?: Uint8Array
  /** IPv6: extension headers, each its number and its bytes without the first (next header). */
  readonly extensions?: readonly (readonly [number, Uint8Array])[]
}

/** The packet from its IP header on. Checksums are zero: nothing that is tested looks at them. */
export function buildTcpPacket(parts: TcpPacketParts): Buffer {
  const [source, sourcePort] = readEnd(parts.source)
  const [destination, destinationPort] = readEnd(parts.destination)
  const payload = Buffer.from(parts.payload ?? '')
  const options = parts.tcpOptions ?? Buffer.alloc(0)
  const header = Buffer.alloc(20)
  header.writeUInt16BE(sourcePort, 0)
  header.writeUInt16BE(destinationPort, 2)
  header.writeUInt32BE((parts.sequence ?? 0) >>> 0, 4)
  header.writeUInt32BE((parts.ack ?? 0) >>> 0, 8)
  header[12] = (5 + options.length / 4) << 4
  header[13] = parts.flags ?? tcpFlags.ack
  header.writeUInt16BE(0xffff, 14)
  const segment = Buffer.concat([header, options, payload])
  const isIpv4 = formatIpAddress(source, 0).includes('.')
  return isIpv4
    ? wrapIpv4(segment, source, destination, parts.ipOptions ?? Buffer.alloc(0))
    : wrapIpv6(segment, source, destination, parts.extensions ?? [])
}

/** 0x0800 or 0x86dd, as the packet's version says. */
export function etherTypeOf(packet: Uint8Array): number {
  return packet[0]! >> 4 === 6 ? 0x86dd : 0x0800
}

/** The packet behind VLAN tags, as it follows an Ethernet header's type, and that type. */
export function tagPacket(
  packet: Uint8Array,
  tags: readonly number[],
): { readonly etherType: number; readonly bytes: Buffer } {
  let etherType = etherTypeOf(packet)
  let bytes = Buffer.from(packet)
  for (const tag of tags.toReversed()) {
    const control = Buffer.from([tag >> 8, tag & 0xff, etherType >> 8, etherType & 0xff])
    bytes = Buffer.concat([control, bytes])
    etherType = 0x8100
  }
  return { etherType, bytes }
}

/** An Ethernet frame around the packet, with its VLAN tags from the outermost on. */
export function buildEthernetFrame(packet: Uint8Array, tags: readonly number[] = []): Buffer {
  const { etherType, bytes } = tagPacket(packet, tags)
  const header = Buffer.from('0200000000020200000000010000', 'hex')
  header.writeUInt16BE(etherType, 12)
  return Buffer.concat([header, bytes])
}

export interface TimedPacket {
  readonly at: Micros
  /** From the IP header on. */
  readonly bytes: Buffer
}

/** One client connection: each call adds the packets that it takes to `packets`. */
export class TcpConversation {
  readonly packets: TimedPacket[] = []
  readonly #client: string
  readonly #server: string
  readonly #interval: Micros
  #at: Micros
  #clientSequence: number
  #serverSequence: number

  /** Every packet comes `interval` after the one before it. */
  constructor(parts: {
    readonly client: string
    readonly server: string
    readonly at?: Micros
    readonly interval?: Micros
    readonly clientSequence?: number
    readonly serverSequence?: number
  }) {
    this.#client = parts.client
    this.#server = parts.server
    this.#at = parts.at ?? 0
    this.#interval = parts.interval ?? 100
    this.#clientSequence = parts.clientSequence ?? 1000
    this.#serverSequence = parts.serverSequence ?? 5000
  }

  /** SYN, SYN and ACK, ACK. */
  open(): this {
    this.#fromClient(tcpFlags.syn)
    this.#clientSequence += 1
    this.#fromServer(tcpFlags.syn | tcpFlags.ack)
    this.#serverSequence += 1
    this.#fromClient(tcpFlags.ack)
    return this
  }

  /** What the client sends, in segments of the given sizes; the rest goes into a last one. */
  request(payload: string | Uint8Array, sizes: readonly number[] = []): this {
    for (const part of split(Buffer.from(payload), sizes)) {
      this.#fromClient(tcpFlags.ack | tcpFlags.psh, part)
      this.#clientSequence += part.length
    }
    return this
  }

  /** What the server sends. */
  response(payload: string | Uint8Array, sizes: readonly number[] = []): this {
    for (const part of split(Buffer.from(payload), sizes)) {
      this.#fromServer(tcpFlags.ack | tcpFlags.psh, part)
      this.#serverSequence += part.length
    }
    return this
  }

  /** FIN by the client, then by the server. */
  close(): this {
    this.#fromClient(tcpFlags.fin | tcpFlags.ack)
    this.#clientSequence += 1
    this.#fromServer(tcpFlags.fin | tcpFlags.ack)
    this.#serverSequence += 1
    this.#fromClient(tcpFlags.ack)
    return this
  }

  /** RST by the client. */
  reset(): this {
    this.#fromClient(tcpFlags.rst)
    return this
  }

  #fromClient(flags: number, payload: Uint8Array = Buffer.alloc(0)): void {
    const [source, destination] = [this.#client, this.#server]
    const [sequence, ack] = [this.#clientSequence, this.#serverSequence]
    this.#add(buildTcpPacket({ source, destination, sequence, ack, flags, payload }))
  }

  #fromServer(flags: number, payload: Uint8Array = Buffer.alloc(0)): void {
    const [source, destination] = [this.#server, this.#client]
    const [sequence, ack] = [this.#serverSequence, this.#clientSequence]
    this.#add(buildTcpPacket({ source, destination, sequence, ack, flags, payload }))
  }

  #add(bytes: Buffer): void {
    this.packets.push({ at: this.#at, bytes })
    this.#at += this.#interval
  }
}

function readEnd(text: string): readonly [Int32Array, number] {
  const { host, port } = parseCaptureAddress(text)[0]!
  return [parseIpAddress(host!)!, port]
}

function wrapIpv4(
  segment: Uint8Array,
  source: Int32Array,
  destination: Int32Array,
  options: Uint8Array,
): Buffer {
  const header = Buffer.alloc(20)
  header[0] = 0x40 | (5 + options.length / 4)
  header.writeUInt16BE(20 + options.length + segment.length, 2)
  header[8] = 64
  header[9] = 6
  header.writeInt32BE(source[3]!, 12)
  header.writeInt32BE(destination[3]!, 16)
  return Buffer.concat([header, options, segment])
}

function wrapIpv6(
  segment: Uint8Array,
  source: Int32Array,
  destination: Int32Array,
  extensions: readonly (readonly [number, Uint8Array])[],
): Buffer {
  const header = Buffer.alloc(40)
  header[0] = 0x60
  const [numbers, bodies] = [extensions.map(([number]) => number), extensions.map(([, b]) => b)]
  numbers.push(6)
  const following = Buffer.concat([
    ...bodies.flatMap((body, index) => [Buffer.of(numbers[index + 1]!), body]),
    segment,
  ])
  header.writeUInt16BE(following.length, 4)
  header[6] = numbers[0]!
  header[7] = 64
  for (let word = 0; word < 4; word++) {
    header.writeInt32BE(source[word]!, 8 + 4 * word)
    header.writeInt32BE(destination[word]!, 24 + 4 * word)
  }
  return Buffer.concat([header, following])
}

function split(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const parts: Buffer[] = []
  let offset = 0
  for (const size of [...sizes, bytes.length]) {
    if (offset < bytes.length) parts.push(bytes.subarray(offset, offset + size))
    offset += size
  }
  return parts
}
