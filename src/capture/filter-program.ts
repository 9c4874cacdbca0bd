// The kernel's filter: a classic BPF program (networking/filter.rst in the kernel's documentation)
// that lets through the captured service's packets and no others. It runs on a cooked packet
// socket, where a packet begins at its network header whatever the link is.
import { OperatorError } from '../model/operator-error.ts'
import type { CaptureEndpoint } from './capture-address.ts'
import {
  Assembler,
  codes,
  createLabel,
  type FilterInstruction,
  type Label,
} from './filter-assembler.ts'
import { acceptedBytesMax, matchEndpoints, scratch } from './filter-endpoints.ts'
import { etherTypes, vlanTagsMax, vlanTypes } from './packet-decoder.ts'
import { tunnelPorts, tunnelProtocols, tunnelTypes } from './packet-unwrapper.ts'

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
  /** Nothing of these interfaces is taken. */
  readonly ignoredIndexes?: readonly number[]
  /** VLANs, by the outermost tag; empty: all, and what has no tag. */
  readonly vlanIds?: readonly number[]
  /** Takes all that may hold a packet of the service inside: GRE, VXLAN, MPLS and their like. */
  readonly tunnels?: boolean
  /** The operator's own program: in the place of all that is said of TCP and of endpoints. */
  readonly expression?: readonly FilterInstruction[] | null
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
  if (filter.expression !== undefined && filter.expression !== null) {
    throw new OperatorError(
      'long-filter',
      `--input-raw-bpf-filter takes ${byPort.length} instructions, more than the kernel holds`,
      'make it shorter, and leave the ports to --input-raw',
    )
  }
  throw new OperatorError(
    'too-many-ports',
    `--input-raw names ${ports.length} ports, more than the kernel's filter can hold`,
    'name fewer ports, or start one capture for each group of ports',
  )
}

// Linux before 6.7 gives a socket 20 KiB for options (net.core.optmem_max), and charges the program
// as translated to it. Programs of this length were seen to fit, whatever they are made of.
const instructionsMax = 1_000

// Loads from here on give facts about the packet that are not in it (SKF_AD_OFF).
const packetProtocol = 0xffff_f000
const packetType = 0xffff_f004
const packetInterface = 0xffff_f008
const packetTag = 0xffff_f02c
const packetHasTag = 0xffff_f030
const outgoing = 4

const tcp = 6
const udp = 17
const hopByHop = 0
const fragment = 44
/** Routing, destination options, authentication: TCP may follow, and rarely anything does. */
const extensions = [43, 60, 51] as const
const finSynRst = 0x07
const fragmentBits = 0x3fff
// As the end of a packet that does not tell its length (BIG TCP): beyond every offset.
const unknownEnd = 0x4000_0000

/** Where a packet goes on, by what is known of it so far. */
interface Ways {
  readonly ipv4: Label
  readonly ipv6: Label
  /** The segment's offset is in the index register, what is to be compared in scratch memory. */
  readonly segment: Label
  /** What it is of cannot be seen here: a fragment, or a packet that may hold another. */
  readonly unseen: Label
  readonly drop: Label
}

function assembleFilter(options: CaptureFilter): FilterInstruction[] {
  const program = new Assembler()
  const ways: Ways = {
    ipv4: createLabel(),
    ipv6: createLabel(),
    segment: createLabel(),
    unseen: createLabel(),
    drop: createLabel(),
  }
  selectInterface(program, options, ways.drop)
  selectVlan(program, options.vlanIds ?? [], ways.drop)
  const { expression } = options
  if (expression !== undefined && expression !== null) {
    return appendExpression(program, options, expression, ways.drop)
  }
  const tunnels = options.tunnels === true
  findNetworkHeader(program, ways, tunnels)
  program.place(ways.ipv4)
  readIpv4(program, ways, tunnels)
  program.place(ways.ipv6)
  readIpv6(program, ways, tunnels)
  program.place(ways.segment)
  skipEmptySegments(program, ways.drop)
  selectEndpoint(program, options, ways.drop)
  program.goto(ways.drop)
  program.place(ways.unseen)
  dropOutgoing(program, options, ways.drop)
  program.add(codes.giveBack, acceptedBytesMax)
  program.place(ways.drop)
  program.add(codes.giveBack, 0)
  return program.finish()
}

/** The operator's program sees what is left by interface, VLAN and direction. */
function appendExpression(
  program: Assembler,
  options: CaptureFilter,
  expression: readonly FilterInstruction[],
  drop: Label,
): FilterInstruction[] {
  const begin = createLabel()
  dropOutgoing(program, options, drop)
  program.goto(begin)
  program.place(drop)
  program.add(codes.giveBack, 0)
  program.place(begin)
  return [...program.finish(), ...expression]
}

/** Where the direction is all that can be told of a packet. */
function dropOutgoing(program: Assembler, options: CaptureFilter, drop: Label): void {
  if (!options.incomingOnly || options.responses) return
  program.add(codes.loadWord, packetType)
  program.gotoIf(codes.jumpIfEqual, outgoing, drop)
}

function selectInterface(program: Assembler, options: CaptureFilter, drop: Label): void {
  const { interfaceIndexes, loopbackIndex, ignoredIndexes = [] } = options
  if (ignoredIndexes.length > 0) {
    program.add(codes.loadWord, packetInterface)
    for (const index of ignoredIndexes) program.gotoIf(codes.jumpIfEqual, index, drop)
  }
  if (interfaceIndexes.length > 0) {
    const wanted = createLabel()
    program.add(codes.loadWord, packetInterface)
    for (const index of interfaceIndexes) program.gotoIf(codes.jumpIfEqual, index, wanted)
    program.goto(drop)
    program.place(wanted)
  }
  if (loopbackIndex === null) return
  const once = createLabel()
  program.add(codes.loadWord, packetType)
  program.gotoUnless(codes.jumpIfEqual, outgoing, once)
  program.add(codes.loadWord, packetInterface)
  program.gotoIf(codes.jumpIfEqual, loopbackIndex, drop)
  program.place(once)
}

/** The outermost tag is with the packet's facts, or else where the packet begins. */
function selectVlan(program: Assembler, ids: readonly number[], drop: Label): void {
  if (ids.length === 0) return
  const inPacket = createLabel()
  const tagged = createLabel()
  const read = createLabel()
  const wanted = createLabel()
  program.add(codes.loadWord, packetHasTag)
  program.gotoIf(codes.jumpIfEqual, 0, inPacket)
  program.add(codes.loadWord, packetTag)
  program.goto(read)
  program.place(inPacket)
  program.add(codes.loadWord, packetProtocol)
  for (const type of vlanTypes) program.gotoIf(codes.jumpIfEqual, type, tagged)
  program.goto(drop)
  program.place(tagged)
  program.add(codes.loadIndexImmediate, 0)
  program.add(codes.loadHalfAtIndex, 0)
  program.place(read)
  program.add(codes.and, 0x0fff)
  for (const id of ids) program.gotoIf(codes.jumpIfEqual, id, wanted)
  program.goto(drop)
  program.place(wanted)
}

/** Goes on with the offset of the IP header in the index register, behind tags in the packet. */
function findNetworkHeader(program: Assembler, ways: Ways, tunnels: boolean): void {
  const { ipv4, ipv6, unseen, drop } = ways
  const untagged = createLabel()
  program.add(codes.loadIndexImmediate, 0)
  program.add(codes.loadWord, packetProtocol)
  program.gotoIf(codes.jumpIfEqual, etherTypes.ipv4, ipv4)
  program.gotoIf(codes.jumpIfEqual, etherTypes.ipv6, ipv6)
  const tagged = createLabel()
  if (tunnels) {
    // Labels may stand behind tags, and more tags than are looked through here.
    const types = [...tunnelTypes, ...vlanTypes]
    for (const type of types) program.gotoIf(codes.jumpIfEqual, type, unseen)
    program.goto(drop)
    return
  }
  for (const type of vlanTypes) program.gotoIf(codes.jumpIfEqual, type, tagged)
  program.goto(drop)
  program.place(tagged)
  for (let tags = 1; tags <= vlanTagsMax; tags++) {
    const next = createLabel()
    for (const [type, version, label] of [
      [etherTypes.ipv4, 0x40, ipv4],
      [etherTypes.ipv6, 0x60, ipv6],
    ] as const) {
      const other = createLabel()
      program.add(codes.loadHalfAtIndex, 2)
      program.gotoUnless(codes.jumpIfEqual, type, other)
      program.add(codes.loadByteAtIndex, 4)
      program.add(codes.and, 0xf0)
      program.gotoUnless(codes.jumpIfEqual, version, untagged)
      program.add(codes.loadIndexImmediate, 4 * tags)
      program.goto(label)
      program.place(other)
    }
    for (const type of vlanTypes) program.gotoIf(codes.jumpIfEqual, type, next)
    program.goto(untagged)
    program.place(next)
    program.add(codes.loadIndexImmediate, 4 * tags)
  }
  // Some kernels name the type of a tag that stands before the network header, and not in it.
  program.place(untagged)
  program.add(codes.loadByteAtIndex, 0)
  program.add(codes.and, 0xf0)
  program.gotoIf(codes.jumpIfEqual, 0x40, ipv4)
  program.gotoIf(codes.jumpIfEqual, 0x60, ipv6)
  program.goto(drop)
}

/** From the header's offset in the index register to the segment's, with what is needed stored. */
function readIpv4(program: Assembler, ways: Ways, tunnels: boolean): void {
  const { segment, unseen, drop } = ways
  program.add(codes.loadByteAtIndex, 0)
  program.add(codes.and, 0xf0)
  program.gotoUnless(codes.jumpIfEqual, 0x40, drop)
  program.add(codes.loadByteAtIndex, 9)
  if (tunnels) acceptTunnels(program, ways, 'ipv4')
  program.gotoUnless(codes.jumpIfEqual, tcp, drop)
  program.add(codes.loadHalfAtIndex, 6)
  program.gotoIf(codes.jumpIfBits, fragmentBits, unseen)
  program.add(codes.loadImmediate, 0)
  for (let word = 0; word < 3; word++) {
    program.add(codes.storeScratch, scratch.source + word)
    program.add(codes.storeScratch, scratch.destination + word)
  }
  program.add(codes.loadImmediate, 4)
  program.add(codes.storeScratch, scratch.version)
  program.add(codes.loadWordAtIndex, 12)
  program.add(codes.storeScratch, scratch.source + 3)
  program.add(codes.loadWordAtIndex, 16)
  program.add(codes.storeScratch, scratch.destination + 3)
  program.add(codes.loadHalfAtIndex, 2)
  program.when(codes.jumpIfEqual, 0)
  program.add(codes.loadImmediate, unknownEnd)
  program.add(codes.addIndex)
  program.add(codes.storeScratch, scratch.packetEnd)
  program.add(codes.loadByteAtIndex, 0)
  program.add(codes.and, 0x0f)
  program.add(codes.shiftLeft, 2)
  program.gotoUnless(codes.jumpIfAtLeast, 20, drop)
  program.add(codes.addIndex)
  program.add(codes.accumulatorToIndex)
  program.goto(segment)
}

/** As for IPv4; of what is behind extension headers, but for one of a jumbogram, all is taken. */
function readIpv6(program: Assembler, ways: Ways, tunnels: boolean): void {
  const { segment, unseen, drop } = ways
  program.add(codes.loadByteAtIndex, 0)
  program.add(codes.and, 0xf0)
  program.gotoUnless(codes.jumpIfEqual, 0x60, drop)
  program.add(codes.loadImmediate, 6)
  program.add(codes.storeScratch, scratch.version)
  for (let word = 0; word < 4; word++) {
    program.add(codes.loadWordAtIndex, 8 + 4 * word)
    program.add(codes.storeScratch, scratch.source + word)
    program.add(codes.loadWordAtIndex, 24 + 4 * word)
    program.add(codes.storeScratch, scratch.destination + word)
  }
  program.add(codes.loadHalfAtIndex, 4)
  program.when(codes.jumpIfEqual, 0)
  program.add(codes.loadImmediate, unknownEnd)
  program.add(codes.addIndex)
  program.add(codes.add, 40)
  program.add(codes.storeScratch, scratch.packetEnd)
  const follows = createLabel()
  const behindOptions = createLabel()
  program.add(codes.loadByteAtIndex, 6)
  const isTcp = createLabel()
  program.gotoIf(codes.jumpIfEqual, tcp, isTcp)
  program.gotoIf(codes.jumpIfEqual, hopByHop, behindOptions)
  if (tunnels) acceptTunnels(program, ways, 'ipv6')
  for (const header of extensions) program.gotoIf(codes.jumpIfEqual, header, unseen)
  program.gotoUnless(codes.jumpIfEqual, fragment, drop)
  program.add(codes.loadByteAtIndex, 40)
  program.gotoIf(codes.jumpIfEqual, tcp, unseen)
  program.goto(tunnels ? unseen : drop)
  program.place(isTcp)
  program.add(codes.loadImmediate, 0)
  program.goto(follows)
  program.place(behindOptions)
  program.add(codes.loadByteAtIndex, 40)
  program.gotoUnless(codes.jumpIfEqual, tcp, drop)
  program.add(codes.loadByteAtIndex, 41)
  program.add(codes.add, 1)
  program.add(codes.shiftLeft, 3)
  program.place(follows)
  program.add(codes.addIndex)
  program.add(codes.add, 40)
  program.add(codes.accumulatorToIndex)
  program.goto(segment)
}

/** Takes what the protocol in the accumulator says may hold a packet; else leaves it there. */
function acceptTunnels(program: Assembler, ways: Ways, version: 'ipv4' | 'ipv6'): void {
  const notUdp = createLabel()
  for (const protocol of tunnelProtocols) {
    program.gotoIf(codes.jumpIfEqual, protocol, ways.unseen)
  }
  program.gotoUnless(codes.jumpIfEqual, udp, notUdp)
  if (version === 'ipv4') {
    program.add(codes.loadHalfAtIndex, 6)
    program.gotoIf(codes.jumpIfBits, fragmentBits, ways.unseen)
    program.add(codes.loadByteAtIndex, 0)
    program.add(codes.and, 0x0f)
    program.add(codes.shiftLeft, 2)
    program.add(codes.addIndex)
    program.add(codes.accumulatorToIndex)
    program.add(codes.loadHalfAtIndex, 2)
  } else program.add(codes.loadHalfAtIndex, 42)
  for (const port of tunnelPorts) program.gotoIf(codes.jumpIfEqual, port, ways.unseen)
  program.goto(ways.drop)
  program.place(notUdp)
}

function skipEmptySegments(program: Assembler, drop: Label): void {
  const wanted = createLabel()
  program.add(codes.storeIndexScratch, scratch.tcp)
  program.add(codes.loadByteAtIndex, 13)
  program.gotoIf(codes.jumpIfBits, finSynRst, wanted)
  program.add(codes.loadByteAtIndex, 12)
  program.add(codes.and, 0xf0)
  program.add(codes.shiftRight, 2)
  program.add(codes.addIndex)
  program.add(codes.loadIndexScratch, scratch.packetEnd)
  program.gotoIf(codes.jumpIfAtLeastIndex, 0, drop)
  program.place(wanted)
  program.add(codes.loadIndexScratch, scratch.tcp)
}

function selectEndpoint(program: Assembler, options: CaptureFilter, drop: Label): void {
  const { endpoints, responses, incomingOnly, loopbackIndex } = options
  const fromService = createLabel()
  if (incomingOnly) {
    program.add(codes.loadWord, packetType)
    program.gotoIf(codes.jumpIfEqual, outgoing, responses ? fromService : drop)
  }
  matchEndpoints(program, endpoints, 2, scratch.destination)
  if (!responses) return
  if (incomingOnly && loopbackIndex === null) program.goto(drop)
  if (incomingOnly && loopbackIndex !== null) {
    program.add(codes.loadWord, packetInterface)
    program.gotoUnless(codes.jumpIfEqual, loopbackIndex, drop)
  }
  program.place(fromService)
  matchEndpoints(program, endpoints, 0, scratch.source)
}
