// The kernel's filter: a classic BPF program (networking/filter.rst in the kernel's documentation)
// that lets through the captured service's packets and no others. It runs on a cooked packet
// socket, where a packet begins at its network header whatever the link is.
import { OperatorError } from '../model/operator-error.ts'
import type { CaptureEndpoint } from './capture-address.ts'
import { etherTypes, vlanTagsMax, vlanTypes } from './packet-decoder.ts'

/** One `struct sock_filter`: jumps are counted from the next instruction. */
export interface FilterInstruction {
  readonly code: number
  readonly ifTrue: number
  readonly ifFalse: number
  readonly operand: number
}

export interface CaptureFilter {
  readonly endpoints: readonly CaptureEndpoint[]
  /** What the service sends is wanted too. */
  readonly responses: boolean
  /**
   * Requests only where they come in, responses only where they go out: a packet that this host
   * forwards, or translates for a container, is seen once.
   */
  readonly incomingOnly: boolean
  /** Where every packet is seen going out and coming in: only the latter is taken. */
  readonly loopbackIndex: number | null
  /** Empty: all interfaces. */
  readonly interfaceIndexes: readonly number[]
}

/**
 * Builds the filter. Segments that carry neither payload nor SYN, FIN or RST are left out. Where
 * the addresses would make it too long, it goes by ports alone, and `EndpointMatcher` decides.
 */
export function buildCaptureFilter(filter: CaptureFilter): FilterInstruction[] {
  const exact = assembleFilter(filter)
  if (exact.length <= instructionsMax) return exact
  const ports = [...new Set(filter.endpoints.map(({ port }) => port))]
  const endpoints = ports.map((port) => ({ address: null, port }))
  const byPort = assembleFilter({ ...filter, endpoints })
  if (byPort.length <= instructionsMax) return byPort
  throw new OperatorError(
    'too-many-ports',
    `--input-raw names ${ports.length} ports, more than the kernel's filter can hold`,
    'name fewer ports, or start one capture for each group of ports',
  )
}

// Linux before 6.7 gives a socket 20 KiB for options (net.core.optmem_max), and charges the program
// as translated to it. Programs of this length were seen to fit, whatever they are made of.
const instructionsMax = 1_000

const acceptedBytesMax = 0x40000

// Instruction codes (linux/bpf_common.h): class, size or operation, and mode or source.
const loadWord = 0x20
const loadWordAtIndex = 0x40
const loadHalfAtIndex = 0x48
const loadByteAtIndex = 0x50
const loadImmediate = 0x00
const loadScratch = 0x60
const loadIndexImmediate = 0x01
const loadIndexScratch = 0x61
const storeScratch = 0x02
const storeIndexScratch = 0x03
const add = 0x04
const addIndex = 0x0c
const and = 0x54
const shiftLeft = 0x64
const shiftRight = 0x74
const jump = 0x05
const jumpIfEqual = 0x15
const jumpIfAtLeast = 0x35
const jumpIfAtLeastIndex = 0x3d
const jumpIfBits = 0x45
const accumulatorToIndex = 0x07
const giveBack = 0x06

// Loads from here on give facts about the packet that are not in it (SKF_AD_OFF).
const packetProtocol = 0xffff_f000
const packetType = 0xffff_f004
const packetInterface = 0xffff_f008
const outgoing = 4

// Scratch words.
const packetEndAt = 0
const tcpAt = 1
const versionAt = 2
const portAt = 3
const sourceAt = 4
const destinationAt = 8

const tcp = 6
const hopByHop = 0
const finSynRst = 0x07
const fragmentBits = 0x3fff
// As the end of a packet that does not tell its length (BIG TCP): beyond every offset.
const unknownEnd = 0x4000_0000

type Label = { at: number }

/** Collects instructions; labels stand for places that come later. */
class Assembler {
  readonly #instructions: { code: number; ifTrue: number; ifFalse: number; operand: number }[] = []
  readonly #jumps: { from: number; to: Label }[] = []

  add(code: number, operand = 0): void {
    this.#instructions.push({ code, ifTrue: 0, ifFalse: 0, operand })
  }

  /** Skips the next instruction where the test fails. */
  when(code: number, operand: number): void {
    this.#instructions.push({ code, ifTrue: 0, ifFalse: 1, operand })
  }

  // Conditional jumps reach 255 instructions, the unconditional one reaches everywhere.
  goto(label: Label): void {
    this.#jumps.push({ from: this.#instructions.length, to: label })
    this.add(jump)
  }

  gotoIf(code: number, operand: number, label: Label): void {
    this.when(code, operand)
    this.goto(label)
  }

  gotoUnless(code: number, operand: number, label: Label): void {
    this.#instructions.push({ code, ifTrue: 1, ifFalse: 0, operand })
    this.goto(label)
  }

  place(label: Label): void {
    label.at = this.#instructions.length
  }

  finish(): FilterInstruction[] {
    for (const { from, to } of this.#jumps) this.#instructions[from]!.operand = to.at - from - 1
    return this.#instructions
  }
}

function createLabel(): Label {
  return { at: -1 }
}

function assembleFilter(options: CaptureFilter): FilterInstruction[] {
  const program = new Assembler()
  const drop = createLabel()
  const segment = createLabel()
  const ipv4 = createLabel()
  const ipv6 = createLabel()
  selectInterface(program, options, drop)
  findNetworkHeader(program, ipv4, ipv6, drop)
  program.place(ipv4)
  readIpv4(program, segment, drop)
  program.place(ipv6)
  readIpv6(program, segment, drop)
  program.place(segment)
  skipEmptySegments(program, drop)
  selectEndpoint(program, options, drop)
  program.place(drop)
  program.add(giveBack, 0)
  return program.finish()
}

function selectInterface(program: Assembler, options: CaptureFilter, drop: Label): void {
  const { interfaceIndexes, loopbackIndex } = options
  if (interfaceIndexes.length > 0) {
    const wanted = createLabel()
    program.add(loadWord, packetInterface)
    for (const index of interfaceIndexes) program.gotoIf(jumpIfEqual, index, wanted)
    program.goto(drop)
    program.place(wanted)
  }
  if (loopbackIndex === null) return
  const once = createLabel()
  program.add(loadWord, packetType)
  program.gotoUnless(jumpIfEqual, outgoing, once)
  program.add(loadWord, packetInterface)
  program.gotoIf(jumpIfEqual, loopbackIndex, drop)
  program.place(once)
}

/** Goes on with the offset of the IP header in the index register, behind tags in the packet. */
function findNetworkHeader(program: Assembler, ipv4: Label, ipv6: Label, drop: Label): void {
  const untagged = createLabel()
  program.add(loadIndexImmediate, 0)
  program.add(loadWord, packetProtocol)
  program.gotoIf(jumpIfEqual, etherTypes.ipv4, ipv4)
  program.gotoIf(jumpIfEqual, etherTypes.ipv6, ipv6)
  const tagged = createLabel()
  for (const type of vlanTypes) program.gotoIf(jumpIfEqual, type, tagged)
  program.goto(drop)
  program.place(tagged)
  for (let tags = 1; tags <= vlanTagsMax; tags++) {
    const next = createLabel()
    for (const [type, version, label] of [
      [etherTypes.ipv4, 0x40, ipv4],
      [etherTypes.ipv6, 0x60, ipv6],
    ] as const) {
      const other = createLabel()
      program.add(loadHalfAtIndex, 2)
      program.gotoUnless(jumpIfEqual, type, other)
      program.add(loadByteAtIndex, 4)
      program.add(and, 0xf0)
      program.gotoUnless(jumpIfEqual, version, untagged)
      program.add(loadIndexImmediate, 4 * tags)
      program.goto(label)
      program.place(other)
    }
    for (const type of vlanTypes) program.gotoIf(jumpIfEqual, type, next)
    program.goto(untagged)
    program.place(next)
    program.add(loadIndexImmediate, 4 * tags)
  }
  // Some kernels name the type of a tag that stands before the network header, and not in it.
  program.place(untagged)
  program.add(loadByteAtIndex, 0)
  program.add(and, 0xf0)
  program.gotoIf(jumpIfEqual, 0x40, ipv4)
  program.gotoIf(jumpIfEqual, 0x60, ipv6)
  program.goto(drop)
}

/** From the header's offset in the index register to the segment's, with what is needed stored. */
function readIpv4(program: Assembler, segment: Label, drop: Label): void {
  program.add(loadByteAtIndex, 0)
  program.add(and, 0xf0)
  program.gotoUnless(jumpIfEqual, 0x40, drop)
  program.add(loadByteAtIndex, 9)
  program.gotoUnless(jumpIfEqual, tcp, drop)
  program.add(loadHalfAtIndex, 6)
  program.gotoIf(jumpIfBits, fragmentBits, drop)
  program.add(loadImmediate, 0)
  for (let word = 0; word < 3; word++) {
    program.add(storeScratch, sourceAt + word)
    program.add(storeScratch, destinationAt + word)
  }
  program.add(loadImmediate, 4)
  program.add(storeScratch, versionAt)
  program.add(loadWordAtIndex, 12)
  program.add(storeScratch, sourceAt + 3)
  program.add(loadWordAtIndex, 16)
  program.add(storeScratch, destinationAt + 3)
  program.add(loadHalfAtIndex, 2)
  program.when(jumpIfEqual, 0)
  program.add(loadImmediate, unknownEnd)
  program.add(addIndex)
  program.add(storeScratch, packetEndAt)
  program.add(loadByteAtIndex, 0)
  program.add(and, 0x0f)
  program.add(shiftLeft, 2)
  program.gotoUnless(jumpIfAtLeast, 20, drop)
  program.add(addIndex)
  program.add(accumulatorToIndex)
  program.goto(segment)
}

/** As for IPv4; TCP must follow at once or behind one hop-by-hop header, as in a jumbogram. */
function readIpv6(program: Assembler, segment: Label, drop: Label): void {
  program.add(loadByteAtIndex, 0)
  program.add(and, 0xf0)
  program.gotoUnless(jumpIfEqual, 0x60, drop)
  program.add(loadImmediate, 6)
  program.add(storeScratch, versionAt)
  for (let word = 0; word < 4; word++) {
    program.add(loadWordAtIndex, 8 + 4 * word)
    program.add(storeScratch, sourceAt + word)
    program.add(loadWordAtIndex, 24 + 4 * word)
    program.add(storeScratch, destinationAt + word)
  }
  program.add(loadHalfAtIndex, 4)
  program.when(jumpIfEqual, 0)
  program.add(loadImmediate, unknownEnd)
  program.add(addIndex)
  program.add(add, 40)
  program.add(storeScratch, packetEndAt)
  const follows = createLabel()
  const behindOptions = createLabel()
  program.add(loadByteAtIndex, 6)
  program.gotoIf(jumpIfEqual, hopByHop, behindOptions)
  program.gotoUnless(jumpIfEqual, tcp, drop)
  program.add(loadImmediate, 0)
  program.goto(follows)
  program.place(behindOptions)
  program.add(loadByteAtIndex, 40)
  program.gotoUnless(jumpIfEqual, tcp, drop)
  program.add(loadByteAtIndex, 41)
  program.add(add, 1)
  program.add(shiftLeft, 3)
  program.place(follows)
  program.add(addIndex)
  program.add(add, 40)
  program.add(accumulatorToIndex)
  program.goto(segment)
}

function skipEmptySegments(program: Assembler, drop: Label): void {
  const wanted = createLabel()
  program.add(storeIndexScratch, tcpAt)
  program.add(loadByteAtIndex, 13)
  program.gotoIf(jumpIfBits, finSynRst, wanted)
  program.add(loadByteAtIndex, 12)
  program.add(and, 0xf0)
  program.add(shiftRight, 2)
  program.add(addIndex)
  program.add(loadIndexScratch, packetEndAt)
  program.gotoIf(jumpIfAtLeastIndex, 0, drop)
  program.place(wanted)
  program.add(loadIndexScratch, tcpAt)
}

function selectEndpoint(program: Assembler, options: CaptureFilter, drop: Label): void {
  const { endpoints, responses, incomingOnly, loopbackIndex } = options
  const fromService = createLabel()
  if (incomingOnly) {
    program.add(loadWord, packetType)
    program.gotoIf(jumpIfEqual, outgoing, responses ? fromService : drop)
  }
  matchEndpoints(program, endpoints, 2, destinationAt)
  if (!responses) return
  if (incomingOnly && loopbackIndex === null) program.goto(drop)
  if (incomingOnly && loopbackIndex !== null) {
    program.add(loadWord, packetInterface)
    program.gotoUnless(jumpIfEqual, loopbackIndex, drop)
  }
  program.place(fromService)
  matchEndpoints(program, endpoints, 0, sourceAt)
}

/** Accepts the packet where its port and address are captured, and else goes on. */
function matchEndpoints(
  program: Assembler,
  endpoints: readonly CaptureEndpoint[],
  portOffset: number,
  addressAt: number,
): void {
  program.add(loadHalfAtIndex, portOffset)
  // From scratch memory a value is had for a tenth of the kernel's instructions.
  program.add(storeScratch, portAt)
  for (const [port, ofPort] of Map.groupBy(endpoints, (endpoint) => endpoint.port)) {
    program.add(loadScratch, portAt)
    if (ofPort.some(({ address }) => address === null)) {
      program.when(jumpIfEqual, port)
      program.add(giveBack, acceptedBytesMax)
      continue
    }
    const next = createLabel()
    program.gotoUnless(jumpIfEqual, port, next)
    const addresses = ofPort.flatMap(({ address }) => address ?? [])
    matchAddresses(program, addresses, addressAt)
    program.place(next)
  }
}

function matchAddresses(program: Assembler, addresses: readonly Int32Array[], at: number): void {
  const { ipv4 = [], ipv6 = [] } = Object.groupBy(addresses, familyOf)
  const otherFamily = createLabel()
  if (ipv4.length > 0) {
    program.add(loadScratch, versionAt)
    program.gotoUnless(jumpIfEqual, 4, otherFamily)
    program.add(loadScratch, at + 3)
    for (const address of ipv4) {
      program.when(jumpIfEqual, address[3]! >>> 0)
      program.add(giveBack, acceptedBytesMax)
    }
  }
  program.place(otherFamily)
  if (ipv6.length === 0) return
  const end = createLabel()
  program.add(loadScratch, versionAt)
  program.gotoUnless(jumpIfEqual, 6, end)
  for (const address of ipv6) {
    const next = createLabel()
    for (let word = 0; word < 4; word++) {
      program.add(loadScratch, at + word)
      program.gotoUnless(jumpIfEqual, address[word]! >>> 0, next)
    }
    program.add(giveBack, acceptedBytesMax)
    program.place(next)
  }
  program.place(end)
}

function familyOf(address: Int32Array): 'ipv4' | 'ipv6' {
  return address[0] === 0 && address[1] === 0 && address[2] === 0xffff ? 'ipv4' : 'ipv6'
}
