import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  buildTcpPacket,
  etherTypeOf,
  type TcpPacketParts,
  tagPacket,
} from '../../test/support/packets.ts'
import { fc } from '../../test/support/properties.ts'
import { OperatorError } from '../model/operator-error.ts'
import { createSegment, tcpFlags } from '../model/segment.ts'
import { type CaptureEndpoint, parseIpAddress } from './capture-address.ts'
import { createEndpointMatcher } from './endpoint-matcher.ts'
import type { FilterInstruction } from './filter-assembler.ts'
import { runFilter } from './filter-machine.ts'
import { buildCaptureFilter, type CaptureFilter } from './filter-program.ts'
import { decodeSegment } from './packet-decoder.ts'

const loopbackIndex = 1

interface Facts {
  readonly etherType?: number
  readonly outgoing?: boolean
  readonly interfaceIndex?: number
  /** As the kernel took it off. */
  readonly vlanTag?: number
}

/** Runs the program on a packet that the kernel says this of. */
function run(program: readonly FilterInstruction[], packet: Buffer, facts: Facts): number {
  const ancillary = new Map([
    [0xffff_f000, facts.etherType ?? etherTypeOf(packet)],
    [0xffff_f004, facts.outgoing === true ? 4 : 0],
    [0xffff_f008, facts.interfaceIndex ?? 2],
    [0xffff_f02c, facts.vlanTag ?? 0],
    [0xffff_f030, facts.vlanTag === undefined ? 0 : 1],
  ])
  return runFilter(program, packet, packet.length, ancillary)
}

function endpoint(address: string | null, port: number): CaptureEndpoint {
  return { address: address === null ? null : parseIpAddress(address), port }
}

function build(filter: Partial<CaptureFilter>): FilterInstruction[] {
  return buildCaptureFilter({
    endpoints: [endpoint(null, 80)],
    responses: false,
    incomingOnly: false,
    loopbackIndex,
    interfaceIndexes: [],
    ...filter,
  })
}

const request = { source: '10.0.0.9:4000', destination: '10.0.0.1:80', payload: 'x' }
const response = { source: '10.0.0.1:80', destination: '10.0.0.9:4000', payload: 'x' }

function accepts(program: readonly FilterInstruction[], parts: TcpPacketParts, facts: Facts = {}) {
  const accepted = run(program, buildTcpPacket(parts), facts)
  assert.ok(accepted === 0 || accepted === 0x40000)
  return accepted !== 0
}

test('requests are accepted, and responses where they are wanted', () => {
  assert.equal(accepts(build({}), request), true)
  assert.equal(accepts(build({}), response), false)
  assert.equal(accepts(build({ responses: true }), request), true)
  assert.equal(accepts(build({ responses: true }), response), true)
})

test('segments without payload are left out unless they open or end a connection', () => {
  const program = build({})
  for (const tcpOptions of [Buffer.alloc(0), Buffer.alloc(12)]) {
    const empty = { ...request, payload: '', tcpOptions }
    assert.equal(accepts(program, empty), false)
    assert.equal(accepts(program, { ...empty, flags: tcpFlags.ack | tcpFlags.psh }), false)
    for (const flag of [tcpFlags.syn, tcpFlags.fin, tcpFlags.rst]) {
      assert.equal(accepts(program, { ...empty, flags: flag | tcpFlags.ack }), true)
    }
  }
})

test('a packet on the loopback is taken where it comes in, and not where it goes out', () => {
  for (const incomingOnly of [false, true]) {
    const program = build({ incomingOnly, responses: true })
    for (const parts of [request, response]) {
      assert.equal(accepts(program, parts, { interfaceIndex: 1 }), true)
      assert.equal(accepts(program, parts, { interfaceIndex: 1, outgoing: true }), false)
    }
  }
})

test('with incomingOnly, requests are taken coming in and responses going out', () => {
  const program = build({ incomingOnly: true, responses: true })
  assert.equal(accepts(program, request, { outgoing: false }), true)
  assert.equal(accepts(program, request, { outgoing: true }), false)
  assert.equal(accepts(program, response, { outgoing: false }), false)
  assert.equal(accepts(program, response, { outgoing: true }), true)
  assert.equal(accepts(build({ incomingOnly: true }), request, { outgoing: true }), false)
})

test('without a loopback interface the directions still hold', () => {
  const filter = { loopbackIndex: null, responses: true } as const
  const program = build({ ...filter, incomingOnly: true })
  assert.equal(accepts(program, request, { outgoing: false }), true)
  assert.equal(accepts(program, response, { outgoing: false }), false)
  assert.equal(accepts(build(filter), response, { outgoing: false }), true)
})

test('with named interfaces, both directions are taken there and nothing elsewhere', () => {
  const program = build({ interfaceIndexes: [3, 5], responses: true })
  for (const outgoing of [false, true]) {
    for (const [interfaceIndex, expected] of [
      [2, false],
      [3, true],
      [4, false],
      [5, true],
    ] as const) {
      assert.equal(accepts(program, request, { interfaceIndex, outgoing }), expected)
      assert.equal(accepts(program, response, { interfaceIndex, outgoing }), expected)
    }
  }
})

test('a packet without a length is accepted, whatever it may hold', () => {
  const ipv4 = buildTcpPacket(request)
  ipv4.writeUInt16BE(0, 2)
  assert.notEqual(run(build({}), ipv4, {}), 0)
  const jumbo = Buffer.from([0, 0xc2, 4, 0, 1, 0, 0])
  const parts = { source: '[fd00::9]:4000', destination: '[fd00::1]:80', payload: 'x' }
  const ipv6 = buildTcpPacket({ ...parts, extensions: [[0, jumbo]] })
  ipv6.writeUInt16BE(0, 4)
  assert.notEqual(run(build({}), ipv6, {}), 0)
})

test('endpoints that would make too long a program are filtered by port alone', () => {
  const endpoints = Array.from({ length: 64 }, (_, index) =>
    endpoint(index % 2 === 0 ? `10.1.0.${index}` : `fd00::${index}`, 8000 + index),
  )
  const program = build({ endpoints, responses: true })
  assert.ok(program.length <= 1000)
  for (const port of [8000, 8063]) {
    assert.equal(accepts(program, { ...request, destination: `10.1.0.1:${port}` }), true)
  }
  assert.equal(accepts(program, { ...request, destination: '10.1.0.1:8064' }), false)
})

test('64 addresses of one port are told apart in the kernel', () => {
  const endpoints = Array.from({ length: 64 }, (_, index) => endpoint(`10.1.0.${index}`, 80))
  const program = build({ endpoints, responses: true })
  assert.equal(accepts(program, { ...request, destination: '10.1.0.63:80' }), true)
  assert.equal(accepts(program, { ...request, destination: '10.1.0.64:80' }), false)
})

test('more ports than the kernel takes are refused', () => {
  const endpoints = Array.from({ length: 500 }, (_, index) => endpoint(null, 1000 + index))
  assert.throws(() => build({ endpoints }), OperatorError)
})

test('every jump lands inside and the program ends by giving back', () => {
  const endpoints = [endpoint('10.0.0.1', 80), endpoint('fd00::1', 80), endpoint(null, 81)]
  const program = build({
    endpoints,
    responses: true,
    incomingOnly: true,
    interfaceIndexes: [3, 4],
  })
  for (const [index, { code, ifTrue, ifFalse, operand }] of program.entries()) {
    const jumps = code === 0x05 ? [operand] : [ifTrue, ifFalse]
    for (const jump of jumps) assert.ok(jump >= 0 && index + 1 + jump <= program.length)
    assert.ok(operand >= 0 && operand <= 0xffff_ffff)
  }
  assert.deepEqual(program.at(-1), { code: 0x06, ifTrue: 0, ifFalse: 0, operand: 0 })
})

const hosts4 = ['10.0.0.1', '10.0.0.2', '10.0.0.9'] as const
const hosts6 = ['[fd00::1]', '[fd00::1:1]', '[fd01::1]'] as const
const ports = [80, 81, 4000] as const

const packets = fc
  .record({
    hosts: fc.constantFrom(hosts4, hosts6),
    from: fc.nat(2),
    to: fc.nat(2),
    fromPort: fc.constantFrom(...ports),
    toPort: fc.constantFrom(...ports),
    flags: fc.nat(63),
    payloadBytes: fc.nat(3),
    tcpOptionWords: fc.nat(10),
    ipOptionWords: fc.nat(10),
    extended: fc.boolean(),
    tags: fc.array(fc.nat(0xffff), { maxLength: 3 }),
    // Of IPv4: the protocol, the fragment bits.
    change: fc.constantFrom(null, [9, 17], [6, 0x40]),
    padded: fc.boolean(),
  })
  .map((parts) => {
    const packet = buildTcpPacket({
      source: `${parts.hosts[parts.from]}:${parts.fromPort}`,
      destination: `${parts.hosts[parts.to]}:${parts.toPort}`,
      flags: parts.flags,
      payload: 'x'.repeat(parts.payloadBytes),
      tcpOptions: Buffer.alloc(4 * parts.tcpOptionWords),
      ipOptions: Buffer.alloc(4 * parts.ipOptionWords),
      extensions: parts.extended ? [[0, Buffer.alloc(7)]] : [],
    })
    if (parts.change !== null && etherTypeOf(packet) === 0x0800) {
      packet[parts.change[0]!] = parts.change[1]!
    }
    const padded = parts.padded ? Buffer.concat([packet, Buffer.alloc(6)]) : packet
    return tagPacket(padded, parts.tags)
  })

const endpointSets = fc.array(
  fc.constantFrom(
    endpoint(null, 80),
    endpoint(null, 4000),
    endpoint('10.0.0.1', 80),
    endpoint('10.0.0.2', 80),
    endpoint('10.0.0.1', 81),
    endpoint('fd00::1', 80),
    endpoint('fd00::1:1', 80),
    endpoint('fd01::1', 81),
  ),
  { minLength: 1, maxLength: 6 },
)

test('the filter takes what the decoder and the matcher take, but for empty segments', () => {
  const segment = createSegment()
  fc.assert(
    fc.property(packets, endpointSets, fc.boolean(), (packet, endpoints, responses) => {
      const { bytes, etherType } = packet
      const matches = createEndpointMatcher(endpoints)
      const isSegment = decodeSegment(bytes, 0, bytes.length, bytes.length, etherType, segment)
      const expected =
        isSegment &&
        (segment.payloadEnd > segment.payloadStart || (segment.flags & 7) !== 0) &&
        (matches(segment.addresses, 4, segment.destinationPort) ||
          (responses && matches(segment.addresses, 0, segment.sourcePort)))
      const accepted = run(build({ endpoints, responses }), bytes, { etherType })
      assert.equal(accepted !== 0, expected)
    }),
    { numRuns: 3000 },
  )
})

test('fragments are taken where they come in, for their ports are not in each', () => {
  const fragments = [
    [0x20, 0],
    [0x20, 10],
    [0, 10],
  ] as const
  for (const [high, low] of fragments) {
    const packet = buildTcpPacket({ ...request, destination: '10.0.0.1:9' })
    packet[6] = high
    packet[7] = low
    assert.notEqual(run(build({}), packet, {}), 0)
    assert.equal(run(build({ incomingOnly: true }), packet, { outgoing: true }), 0)
    packet[9] = 17
    assert.equal(run(build({}), packet, {}), 0)
  }
  const parts = { source: '[fd00::9]:4000', destination: '[fd00::1]:9', payload: 'x' }
  const ipv6 = buildTcpPacket({ ...parts, extensions: [[44, Buffer.alloc(7)]] })
  assert.notEqual(run(build({}), ipv6, {}), 0)
  ipv6[40] = 17
  assert.equal(run(build({}), ipv6, {}), 0)
})

test('behind IPv6 extension headers, all of TCP is taken', () => {
  const parts = { source: '[fd00::9]:4000', destination: '[fd00::1]:80', payload: 'x' }
  for (const header of [43, 60, 51]) {
    const packet = buildTcpPacket({ ...parts, extensions: [[header, Buffer.alloc(7)]] })
    assert.notEqual(run(build({}), packet, {}), 0, `${header}`)
  }
})

/** An IP packet of the protocol; behind the header, the bytes. */
function carry(protocol: number, bytes: readonly number[]): Buffer {
  const packet = buildTcpPacket({ ...request, payload: '' }).subarray(0, 20)
  packet[9] = protocol
  return Buffer.concat([packet, Buffer.from(bytes)])
}

const carriers = [
  ['IPv4 in IP', carry(4, []), 0x0800, true],
  ['IPv6 in IP', carry(41, []), 0x0800, true],
  ['GRE', carry(47, []), 0x0800, true],
  ['VXLAN', carry(17, [9, 9, 0x12, 0xb5, 0, 0, 0, 0]), 0x0800, true],
  ['Geneve', carry(17, [9, 9, 0x17, 0xc1, 0, 0, 0, 0]), 0x0800, true],
  ['GTP-U', carry(17, [9, 9, 0x08, 0x68, 0, 0, 0, 0]), 0x0800, true],
  ['DNS', carry(17, [9, 9, 0, 53, 0, 0, 0, 0]), 0x0800, false],
  ['ICMP', carry(1, [8, 0, 0, 0]), 0x0800, false],
  ['MPLS', Buffer.alloc(64), 0x8847, true],
  ['PPPoE', Buffer.alloc(64), 0x8864, true],
  ['a VLAN tag', Buffer.alloc(64), 0x88a8, true],
  ['ARP', Buffer.alloc(64), 0x0806, false],
  ['the port itself', buildTcpPacket(request), 0x0800, true],
  ['another port', buildTcpPacket({ ...request, destination: '10.0.0.1:81' }), 0x0800, false],
] as const

for (const [name, packet, etherType, expected] of carriers) {
  test(`with tunnels, ${name} is ${expected ? 'taken' : 'left out'}, and else only the port`, () => {
    const isPort = name === 'the port itself'
    assert.equal(run(build({ tunnels: true }), packet, { etherType }) !== 0, expected)
    assert.equal(run(build({}), packet, { etherType }) !== 0, isPort)
  })
}

test('with VLANs, only what has such a tag outermost is taken', () => {
  const program = build({ vlanIds: [5, 6] })
  assert.equal(accepts(program, request, { vlanTag: 0x2005 }), true)
  assert.equal(accepts(program, request, { vlanTag: 7 }), false)
  assert.equal(accepts(program, request), false)
  for (const [tags, expected] of [
    [[6], true],
    [[6, 7], true],
    [[7, 6], false],
  ] as const) {
    const { etherType, bytes } = tagPacket(buildTcpPacket(request), tags)
    assert.equal(run(program, bytes, { etherType }) !== 0, expected, `${tags}`)
  }
})

test('nothing of an interface that is ignored is taken', () => {
  const program = build({ ignoredIndexes: [3, 4] })
  assert.equal(accepts(program, request, { interfaceIndex: 4 }), false)
  assert.equal(accepts(program, request, { interfaceIndex: 5 }), true)
})

test('port 0 is every port, of all addresses or of one', () => {
  const every = build({ endpoints: [endpoint(null, 0)] })
  assert.equal(accepts(every, request), true)
  assert.equal(accepts(every, { ...request, payload: '' }), false)
  const some = build({ endpoints: [endpoint('10.0.0.1', 0), endpoint(null, 81)] })
  assert.equal(accepts(some, request), true)
  assert.equal(accepts(some, response), false)
  assert.equal(accepts(some, { ...request, destination: '10.0.0.2:81' }), true)
})

test("the operator's program decides of what is left by interface, VLAN and direction", () => {
  const takeAll = [{ code: 0x06, ifTrue: 0, ifFalse: 0, operand: 0x40000 }]
  const program = build({ expression: takeAll, incomingOnly: true, ignoredIndexes: [3] })
  assert.equal(accepts(program, response), true)
  assert.equal(accepts(program, response, { outgoing: true }), false)
  assert.equal(accepts(program, response, { interfaceIndex: 3 }), false)
  assert.equal(accepts(program, response, { interfaceIndex: 1, outgoing: true }), false)
  const takeNone = [{ code: 0x06, ifTrue: 0, ifFalse: 0, operand: 0 }]
  assert.equal(accepts(build({ expression: takeNone }), request), false)
  const long = Array.from({ length: 1_001 }, () => takeAll[0]!)
  assert.throws(() => build({ expression: long }), { code: 'long-filter' })
})

test('a packet cut anywhere makes no load reach beyond it', () => {
  const program = build({ endpoints: [endpoint('10.0.0.1', 80)], responses: true })
  const whole = buildTcpPacket({ ...request, payload: '' })
  for (let bytes = 0; bytes < whole.length; bytes++) {
    assert.equal(run(program, whole.subarray(0, bytes), { etherType: 0x0800 }), 0)
  }
})
