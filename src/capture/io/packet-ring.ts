// Packets from the kernel through a ring in shared memory: AF_PACKET with TPACKET_V3 (see
// networking/packet_mmap.rst in the kernel's documentation). All numbers in it are little-endian,
// as on every machine that this runs on.
import type { Micros } from '../../model/message.ts'
import { OperatorError } from '../../model/operator-error.ts'
import { codes, type FilterInstruction } from '../filter-assembler.ts'
import * as libc from './libc.ts'

export interface RingOptions {
  readonly filter: readonly FilterInstruction[]
  /** 0: all interfaces. */
  readonly interfaceIndex: number
  /** A power of two and a multiple of the page; longer packets arrive cut. */
  readonly blockBytes: number
  readonly blockCount: number
  /** How long a block waits to be filled before it is handed over as it is. */
  readonly blockTimeoutMillis: number
  /**
   * Rings of one group share the packets, all of one connection to the same ring; the first makes
   * a new group, and the others join by its number. Nothing is captured before `start`.
   */
  readonly group?: 'new' | number | null
  /** Interfaces that take packets for other hosts too, as long as the ring is open. */
  readonly promiscuousIndexes?: readonly number[]
}

/**
 * Receives one packet from its network header on, in the ring's own memory: valid during the call
 * only. `wireLength` counts from `start` as well.
 */
export type PacketHandler = (
  bytes: Uint8Array,
  start: number,
  end: number,
  wireLength: number,
  etherType: number,
  at: Micros,
) => void

export interface RingStatistics {
  /** Passed by the filter, those that were dropped among them. */
  readonly packets: number
  /** Lost because no block was free. */
  readonly dropped: number
}

/** Opens a packet socket and starts to capture; throws `OperatorError` where that is denied. */
export function openPacketRing(options: RingOptions): PacketRing {
  const socket = libc.socket(addressFamilyPacket, cookedSocket, 0)
  if (socket === -1) throw openingFailed('socket')
  try {
    setOption(socket, socketLevelPacket, optionPacketVersion, Int32Array.of(packetVersion3))
    // The filter comes before the socket is bound, so that no other packet ever gets in.
    const { filter, interfaceIndex, group = null, promiscuousIndexes = [] } = options
    attachFilter(socket, group === null ? filter : dropAll)
    setOption(socket, socketLevelPacket, optionRing, describeRing(options))
    const local = socketAddress(interfaceIndex)
    if (libc.bind(socket, local, socketAddressBytes) === -1) throw openingFailed('bind')
    if (group !== null) setOption(socket, socketLevelPacket, optionFanout, describeGroup(group))
    for (const index of promiscuousIndexes) {
      setOption(socket, socketLevelPacket, optionMembership, describePromiscuous(index))
    }
    const bytes = options.blockBytes * options.blockCount
    const address = libc.mmap(null, bytes, readAndWrite, mapShared, socket, 0)
    if (address === -1) throw openingFailed('mmap')
    return new PacketRing(socket, address, options)
  } catch (error) {
    libc.close(socket)
    throw error
  }
}

/** An open capture: `wait` for packets, then `drain` them, in turn. */
export class PacketRing {
  readonly #socket: number
  readonly #address: number
  readonly #memory: ArrayBuffer
  #isDown = false
  readonly #bytes: Uint8Array
  readonly #words: Int32Array
  readonly #blockBytes: number
  readonly #blockCount: number
  readonly #poll: Int32Array
  readonly #statistics = new Uint32Array(3)
  readonly #optionBytes = new Uint32Array(1)
  #block = 0

  constructor(socket: number, address: number, options: RingOptions) {
    this.#socket = socket
    this.#address = address
    this.#blockBytes = options.blockBytes
    this.#blockCount = options.blockCount
    this.#memory = libc.viewMemory(address, options.blockBytes * options.blockCount)
    this.#bytes = new Uint8Array(this.#memory)
    this.#words = new Int32Array(this.#memory)
    this.#poll = Int32Array.of(socket, pollIn)
  }

  /** The number of the ring's group. */
  group(): number {
    const value = new Uint32Array(1)
    this.#readOption(socketLevelPacket, optionFanout, value)
    return value[0]! & 0xffff
  }

  /** Begins to capture with a group: once all of its rings are open, so that none takes twice. */
  start(filter: readonly FilterInstruction[]): void {
    attachFilter(this.#socket, filter)
  }

  /**
   * Blocks the thread until packets can be drained (true) or the time is over. An interface that
   * went down is waited for; one that was removed throws `OperatorError`.
   */
  wait(timeoutMillis: number): boolean {
    if (this.#isReady()) return true
    this.#poll[1] = pollIn
    libc.poll(this.#poll, 1, timeoutMillis)
    if (((this.#poll[1]! >>> 16) & pollError) !== 0) {
      this.#clearError()
      this.#isDown = true
    }
    // The kernel reports that the interface went down, and not that it was removed after that.
    const isReady = this.#isReady()
    if (isReady) this.#isDown = false
    else if (this.#isDown) this.#refuseRemoved()
    return isReady
  }

  /** Hands over the packets of at most 16 ready blocks; tells how many packets there were. */
  drain(handler: PacketHandler): number {
    let packets = 0
    for (let blocks = 0; blocks < drainedBlocksMax && this.#isReady(); blocks++) {
      packets += this.#drainBlock(handler)
      const status = (this.#block * this.#blockBytes) / 4 + blockStatusWord
      Atomics.store(this.#words, status, statusKernel)
      this.#block = (this.#block + 1) % this.#blockCount
    }
    return packets
  }

  /** What the kernel counted since the last call. */
  statistics(): RingStatistics {
    this.#readOption(socketLevelPacket, optionStatistics, this.#statistics)
    return { packets: this.#statistics[0]!, dropped: this.#statistics[1]! }
  }

  /** Ends the capture; what was not drained is lost. Views of packets become empty. */
  close(): void {
    this.#memory.transfer(0)
    libc.munmap(this.#address, this.#blockBytes * this.#blockCount)
    libc.close(this.#socket)
  }

  #isReady(): boolean {
    const status = (this.#block * this.#blockBytes) / 4 + blockStatusWord
    return (Atomics.load(this.#words, status) & statusUser) !== 0
  }

  #drainBlock(handler: PacketHandler): number {
    const words = this.#words
    const bytes = this.#bytes
    const blockStart = this.#block * this.#blockBytes
    const count = words[blockStart / 4 + packetCountWord]!
    let packet = blockStart + words[blockStart / 4 + firstPacketWord]!
    for (let index = 0; index < count; index++) {
      const header = packet >>> 2
      const seconds = words[header + secondsWord]! >>> 0
      const nanoseconds = words[header + nanosecondsWord]!
      const start = packet + (words[header + offsetsWord]! >>> 16)
      const end = start + words[header + capturedWord]!
      const protocol = words[header + protocolWord]! >>> 16
      const etherType = (protocol >>> 8) | ((protocol & 0xff) << 8)
      const at = seconds * 1_000_000 + Math.floor(nanoseconds / 1000)
      handler(bytes, start, end, words[header + wireWord]!, etherType, at)
      packet += words[header + nextWord]!
    }
    return count
  }

  /** A pending error, if left, would make every further poll return at once. */
  #clearError(): void {
    const error = new Int32Array(1)
    this.#readOption(socketLevel, optionError, error)
  }

  #refuseRemoved(): void {
    const address = new Uint8Array(socketAddressBytes)
    this.#optionBytes[0] = socketAddressBytes
    libc.getsockname(this.#socket, address, this.#optionBytes)
    const interfaceIndex = new DataView(address.buffer).getInt32(4, true)
    if (interfaceIndex >= 0) return
    throw new OperatorError(
      'interface-removed',
      'the network interface that is captured was removed',
      'start again once it is back, or capture all interfaces',
    )
  }

  #readOption(level: number, option: number, value: Int32Array | Uint32Array): void {
    this.#optionBytes[0] = value.byteLength
    if (libc.getsockopt(this.#socket, level, option, value, this.#optionBytes) === -1) {
      throw new Error(`getsockopt ${option}: ${libc.lastError().name}`)
    }
  }
}

const drainedBlocksMax = 16

const dropAll: readonly FilterInstruction[] = [
  { code: codes.giveBack, ifTrue: 0, ifFalse: 0, operand: 0 },
]

// Constants of linux/if_packet.h, linux/if_ether.h and the C library.
const addressFamilyPacket = 17
const cookedSocket = 2
const socketLevel = 1
const optionError = 4
const optionAttachFilter = 26
const socketLevelPacket = 263
const optionRing = 5
const optionStatistics = 6
const optionMembership = 1
const optionFanout = 18
const promiscuous = 1
const optionPacketVersion = 10
const packetVersion3 = 2
const everyProtocol = 3
const socketAddressBytes = 20
const readAndWrite = 3
const mapShared = 1
const pollIn = 1
const pollError = 8
const permissionDenied = 1
const outOfMemory = 12
const noDevice = 19
const noBuffers = 105

// Offsets in 32-bit words: struct tpacket_block_desc, then struct tpacket3_hdr and the
// sockaddr_ll behind it.
const statusKernel = 0
const statusUser = 1
const blockStatusWord = 2
const packetCountWord = 3
const firstPacketWord = 4
const nextWord = 0
const secondsWord = 1
const nanosecondsWord = 2
const capturedWord = 3
const wireWord = 4
const offsetsWord = 6
const protocolWord = 12

function setOption(socket: number, level: number, option: number, value: ArrayBufferView): void {
  if (libc.setsockopt(socket, level, option, value, value.byteLength) === -1) {
    throw openingFailed(`setsockopt ${option}`)
  }
}

function attachFilter(socket: number, filter: readonly FilterInstruction[]): void {
  const instructions = new DataView(new ArrayBuffer(filter.length * 8))
  for (const [index, { code, ifTrue, ifFalse, operand }] of filter.entries()) {
    instructions.setUint16(index * 8, code, true)
    instructions.setUint8(index * 8 + 2, ifTrue)
    instructions.setUint8(index * 8 + 3, ifFalse)
    instructions.setUint32(index * 8 + 4, operand, true)
  }
  const program = new DataView(new ArrayBuffer(16))
  program.setUint16(0, filter.length, true)
  program.setBigUint64(8, libc.addressOf(instructions), true)
  setOption(socket, socketLevel, optionAttachFilter, program)
}

/** A struct tpacket_req3. */
function describeRing(options: RingOptions): Uint32Array {
  // The kernel asks for a frame size, but packs packets into blocks without regard to it.
  const frameBytes = 2048
  const frameCount = (options.blockBytes / frameBytes) * options.blockCount
  const { blockBytes, blockCount, blockTimeoutMillis } = options
  return Uint32Array.of(blockBytes, blockCount, frameBytes, frameCount, blockTimeoutMillis, 0, 0)
}

/** By the hash of addresses and ports, which is the same for both directions (since Linux 4.7). */
function describeGroup(group: 'new' | number): Uint32Array {
  // Fragments do not have their ports in each: the kernel puts them together before.
  const putTogether = 0x8000
  // A number that is not in use: another program's group would lose its packets to ours.
  const unique = 0x2000
  if (group === 'new') return Uint32Array.of((putTogether | unique) << 16)
  return Uint32Array.of((putTogether << 16) | group)
}

/** A struct packet_mreq. */
function describePromiscuous(interfaceIndex: number): DataView {
  const request = new DataView(new ArrayBuffer(16))
  request.setInt32(0, interfaceIndex, true)
  request.setUint16(4, promiscuous, true)
  return request
}

/** A struct sockaddr_ll for all protocols. */
function socketAddress(interfaceIndex: number): Uint8Array {
  const address = new DataView(new ArrayBuffer(socketAddressBytes))
  address.setUint16(0, addressFamilyPacket, true)
  address.setUint16(2, everyProtocol, false)
  address.setInt32(4, interfaceIndex, true)
  return new Uint8Array(address.buffer)
}

function openingFailed(call: string): OperatorError {
  const { number, name } = libc.lastError()
  const what = `packets cannot be captured: ${call}: ${name}`
  switch (number) {
    case permissionDenied:
      return new OperatorError(
        'no-capture-permission',
        'capturing packets needs the capability CAP_NET_RAW',
        `run with sudo, or once: sudo setcap cap_net_raw+ep ${process.execPath}`,
      )
    case outOfMemory:
    case noBuffers:
      return new OperatorError('no-ring-memory', what, 'make --input-raw-buffer-size smaller')
    case noDevice:
      return new OperatorError('unknown-interface', what, 'ip link shows the interfaces there are')
    default:
      return new OperatorError('capture-failed', what, 'it takes Linux with packet sockets')
  }
}
