import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryBudget } from '../base/memory-budget.ts'
import { createSegment, tcpFlags } from '../model/segment.ts'
import {
  defaultReassemblyLimits,
  type ReassemblyCounters,
  type ReassemblyLimits,
  type StreamEvent,
  TcpReassembler,
} from './tcp-reassembler.ts'

/** One segment, from the client at second 0 unless it says otherwise. */
interface Packet {
  readonly from?: 'client' | 'server'
  readonly port?: number
  readonly sequence: number
  readonly text?: string
  /** Any of S, A, F, R, P. */
  readonly flags?: string
  readonly cut?: number
  readonly second?: number
}

/** What the reassembler is told; `tick` and `finish` are seconds. */
type Step = Packet | { readonly tick: number } | { readonly finish: number }

interface Setup {
  readonly sides?: 'client' | 'both'
  readonly limits?: Partial<ReassemblyLimits>
  readonly counters?: Partial<ReassemblyCounters>
}

const server = [0, 0, 0xffff, 0x0a000002]
const client = [0, 0, 0xffff, 0x0a000001]
const flagBits: Readonly<Record<string, number>> = {
  S: tcpFlags.syn,
  A: tcpFlags.ack,
  F: tcpFlags.fin,
  R: tcpFlags.rst,
  P: tcpFlags.psh,
}
const ring = Buffer.alloc(4096)
const segment = createSegment()

/** Fills the one segment that all tests share, over the one memory, as the decoder does. */
function decode(packet: Packet): void {
  const { from = 'client', port = 40_000, text = '', flags = 'A' } = packet
  const fromClient = from === 'client'
  segment.addresses.set(fromClient ? [...client, ...server] : [...server, ...client])
  segment.sourcePort = fromClient ? port : 80
  segment.destinationPort = fromClient ? 80 : port
  segment.fromClient = fromClient
  segment.sequence = packet.sequence | 0
  segment.flags = [...flags].reduce((bits, flag) => bits | flagBits[flag]!, 0)
  segment.at = (packet.second ?? 0) * 1e6
  ring.fill('#')
  ring.write(text, 20, 'latin1')
  segment.bytes = ring
  segment.payloadStart = 20
  segment.payloadEnd = 20 + text.length
  segment.cutBytes = packet.cut ?? 0
}

function describe(event: StreamEvent<null>): string {
  const { number, synchronized } = event.connection
  const name = `${number}${synchronized ? '' : '?'}`
  switch (event.kind) {
    case 'data':
      return `${name} ${event.side} ${Buffer.from(event.bytes).toString('latin1')}`
    case 'gap':
      return `${name} ${event.side} gap ${event.byteCount}`
    case 'ended':
      return `${name} ${event.side} ended`
    case 'closed':
      return `${name} closed ${event.why}`
  }
}

/** Asserts the events (a connection's number, with `?` where joined), and that all is let go of. */
function check(steps: readonly Step[], expected: readonly string[], setup: Setup = {}): void {
  const budget = new MemoryBudget(1_000_000)
  const limits = { ...defaultReassemblyLimits, ...setup.limits }
  const { sides = 'client' } = setup
  const reassembler = new TcpReassembler<null>({ limits, budget, sides, hashSeed: 1 })
  const events: string[] = []
  for (const step of steps) {
    if ('tick' in step) events.push(...reassembler.tick(step.tick * 1e6).map(describe))
    else if ('finish' in step) events.push(...reassembler.finish(step.finish * 1e6).map(describe))
    else {
      decode(step)
      events.push(...reassembler.push(segment).map(describe))
    }
  }
  assert.deepEqual(events, expected)
  const counters: Partial<ReassemblyCounters> = reassembler.counters()
  for (const [name, count] of Object.entries(setup.counters ?? {})) {
    assert.equal(counters[name as keyof ReassemblyCounters], count, name)
  }
  reassembler.finish(1e9)
  assert.equal(budget.used(), 0)
  assert.equal(reassembler.counters().connections, 0)
}

const syn: Packet = { sequence: 99, flags: 'S' }

test('a connection from SYN to FIN gives its bytes as they come', () => {
  const steps = [
    syn,
    { sequence: 100 },
    { sequence: 100, text: 'GET ' },
    { sequence: 104, text: '/' },
    { sequence: 105, flags: 'FA' },
    { finish: 1 },
  ]
  check(steps, ['0 client GET ', '0 client /', '0 client ended', '0 closed fin'], {
    counters: { segments: 5, openedConnections: 1, connections: 0, retransmittedBytes: 0 },
  })
})

test('data in the SYN and in the FIN counts', () => {
  const steps = [
    { ...syn, text: 'ab' },
    { sequence: 102, text: 'cd', flags: 'FA' },
  ]
  check(steps, ['0 client ab', '0 client cd', '0 client ended', '0 closed fin'])
})

test('segments of the service are not looked at where only clients count', () => {
  const steps: Step[] = [
    { sequence: 500, from: 'server', text: 'x' },
    syn,
    { sequence: 500, from: 'server', flags: 'RA' },
    { sequence: 100, text: 'ab' },
  ]
  check(steps, ['0 client ab'], { counters: { segments: 2 } })
})

test('both directions are sides of one connection, and it ends when both did', () => {
  const steps: Step[] = [
    syn,
    { sequence: 499, from: 'server', flags: 'SA' },
    { sequence: 100, text: 'ab', flags: 'FA' },
    { sequence: 502, from: 'server', text: 'z' },
    { sequence: 500, from: 'server', text: 'xy' },
    { sequence: 503, from: 'server', flags: 'FA' },
  ]
  const events = ['0 client ab', '0 client ended', '0 server xy', '0 server z', '0 server ended']
  check(steps, [...events, '0 closed fin'], { sides: 'both', counters: { outOfOrder: 1 } })
})

test('a side that is never seen holds nothing up', () => {
  const steps: Step[] = [syn, { sequence: 100, text: 'ab' }, { sequence: 102, flags: 'FA' }]
  const events = ['0 client ab', '0 client ended']
  check(steps, events, { sides: 'both' })
  check([...steps, { tick: 121 }], [...events, '0 closed idle'], { sides: 'both' })
  const alone: Step[] = [{ sequence: 500, from: 'server', text: 'xy' }, { tick: 1 }]
  check(alone, ['0? server xy'], { sides: 'both' })
  const bareFin: Step[] = [...steps, { sequence: 700, from: 'server', flags: 'FA' }]
  check(bareFin, [...events, '0 server ended', '0 closed fin'], { sides: 'both' })
})

test('a retransmitted segment is delivered once', () => {
  const steps = [
    syn,
    { sequence: 100, text: 'abc' },
    syn,
    { sequence: 100, text: 'abc' },
    { sequence: 102, text: 'cde' },
  ]
  check(steps, ['0 client abc', '0 client de'], { counters: { retransmittedBytes: 4 } })
})

test('segments out of order are put in order', () => {
  const steps = [
    syn,
    { sequence: 104, text: 'ef' },
    { sequence: 102, text: 'cd' },
    { sequence: 100, text: 'ab' },
  ]
  check(steps, ['0 client ab', '0 client cd', '0 client ef'], { counters: { outOfOrder: 2 } })
})

test('sequence numbers wrap around', () => {
  const steps = [
    { sequence: 0xfffffffd, flags: 'S' },
    { sequence: 2, text: 'ef' },
    { sequence: 0xfffffffe, text: 'abcd' },
    { sequence: 4, flags: 'F' },
  ]
  check(steps, ['0 client abcd', '0 client ef', '0 client ended', '0 closed fin'])
})

test('without a SYN the first data says where the stream is joined', () => {
  const steps = [
    { sequence: 700 },
    { sequence: 700, flags: 'FA' },
    { sequence: 700, flags: 'RA', text: 'gone' },
    { sequence: 700, text: 'ab' },
    { sequence: 702, text: 'cd' },
  ]
  check(steps, ['0? client ab', '0? client cd'])
})

test('a keep-alive probe opens nothing and changes nothing', () => {
  const probe = { sequence: 101, text: '?' }
  check([probe], [], { counters: { openedConnections: 0 } })
  const steps = [syn, { sequence: 100, text: 'ab' }, probe, { sequence: 101 }]
  check([...steps, { sequence: 102, text: 'cd' }], ['0 client ab', '0 client cd'])
  const farProbe = { sequence: 0x7000_0000, text: '?' }
  check([syn, farProbe, { sequence: 100, text: 'ab' }], ['0 client ab'])
})

test('a lone byte that was pushed is data, not a probe', () => {
  check([{ sequence: 101, text: 'a', flags: 'PA' }], ['0? client a'])
})

test('a SYN that comes after the data it precedes changes nothing', () => {
  const steps = [{ sequence: 100, text: 'ab' }, syn, { sequence: 102, text: 'cd' }]
  check(steps, ['0? client ab', '0? client cd'])
})

test('a gap is given up after two seconds, and what was held goes on', () => {
  const steps = [
    syn,
    { sequence: 103, text: 'de', second: 1 },
    { tick: 3 },
    { tick: 3.1 },
    { sequence: 105, text: 'fg', second: 4 },
    { sequence: 100, text: 'abc', second: 4 },
  ]
  const counters = { gaps: 1, retransmittedBytes: 3 }
  check(steps, ['0 client gap 3', '0 client de', '0 client fg'], { counters })
})

test('a FIN behind a gap ends the side and the connection when the gap is given up', () => {
  const steps = [syn, { sequence: 103, flags: 'FA' }, { tick: 1 }, { tick: 2.1 }]
  check(steps, ['0 client gap 3', '0 client ended', '0 closed fin'])
})

test('bytes that the capture cut off are a gap at once', () => {
  const steps = [syn, { sequence: 100, text: 'ab', cut: 1_000 }, { sequence: 1_102, text: 'c' }]
  check(steps, ['0 client ab', '0 client gap 1000', '0 client c'])
})

test('a FIN comes after the bytes that were cut off before it', () => {
  const steps = [syn, { sequence: 100, text: 'ab', cut: 5, flags: 'FA' }]
  check(steps, ['0 client ab', '0 client gap 5', '0 client ended', '0 closed fin'])
})

test('an RST closes, with what was held', () => {
  const held = [syn, { sequence: 102, text: 'cd' }]
  const expected = ['0 client gap 2', '0 client cd', '0 closed reset']
  check([...held, { sequence: 104, flags: 'R' }], expected)
})

test('an RST of either side closes both', () => {
  const steps: Step[] = [syn, { sequence: 0, from: 'server', flags: 'RA' }]
  check(steps, ['0 closed reset'], { sides: 'both' })
})

test('an RST from far outside the window is ignored', () => {
  const steps = [
    syn,
    { sequence: 0x4000_0000, flags: 'R' },
    { sequence: 0xc000_0000, flags: 'R' },
    { sequence: 100, text: 'ab' },
  ]
  check(steps, ['0 client ab'])
})

test('a SYN with another sequence number is another connection of the same ports', () => {
  const steps = [
    syn,
    { sequence: 102, text: 'cd' },
    { sequence: 5_000, flags: 'S' },
    { sequence: 5_001, text: 'new' },
  ]
  check(steps, ['0 client gap 2', '0 client cd', '0 closed reused', '1 client new'])
})

test('a SYN where only the service was seen is another connection', () => {
  const steps: Step[] = [{ sequence: 500, from: 'server', text: 'xy' }, syn]
  check(steps, ['0? server xy', '0? closed reused'], { sides: 'both' })
})

test('a jump beyond the window is another connection whose SYN was missed', () => {
  for (const sequence of [100 + 17 * 2 ** 20, 100 - 17 * 2 ** 20]) {
    const steps = [syn, { sequence: 100, text: 'ab' }, { sequence, text: 'cd' }]
    check(steps, ['0 client ab', '0 closed reused', '1? client cd'])
  }
})

test('what comes late or twice after the end opens nothing', () => {
  const steps = [
    syn,
    { sequence: 100, text: 'ab', flags: 'FA' },
    { sequence: 100, text: 'ab', flags: 'FA' },
    syn,
    { sequence: 102 },
    { sequence: 103, flags: 'R' },
    { tick: 2.9 },
    { sequence: 100, text: 'ab', second: 2.9 },
  ]
  check(steps, ['0 client ab', '0 client ended', '0 closed fin'], {
    counters: { openedConnections: 1 },
  })
})

test('after the end, data beyond it or a new SYN is another connection', () => {
  const ended = [syn, { sequence: 100, text: 'ab', flags: 'FA' }]
  const events = ['0 client ab', '0 client ended', '0 closed fin']
  check([...ended, { sequence: 103, text: 'cd' }], [...events, '1? client cd'])
  check(
    [...ended, { sequence: 98, flags: 'S' }, { sequence: 99, text: 'cd' }],
    [...events, '1 client cd'],
  )
})

test('a closed connection is remembered for three seconds', () => {
  const late = { sequence: 100, text: 'ab', second: 3 }
  const steps = [syn, { sequence: 100, text: 'ab' }, { sequence: 102, flags: 'R' }, { tick: 3 }]
  check([...steps, late], ['0 client ab', '0 closed reset', '1? client ab'])
})

test('a connection without segments for two minutes is closed, and can be joined again', () => {
  const steps = [
    syn,
    { sequence: 102, text: 'cd', second: 119 },
    { tick: 120 },
    { sequence: 100, text: 'ab', second: 120 },
    { tick: 239 },
    { tick: 240 },
    { sequence: 104, text: 'ef', second: 240 },
  ]
  check(steps, ['0 client ab', '0 client cd', '0 closed idle', '1? client ef'])
})

test('beyond the ceiling the connection unused for longest is evicted, with what it held', () => {
  const steps = [
    { ...syn, port: 1 },
    { sequence: 102, text: 'cd', port: 1 },
    { ...syn, port: 2 },
    { sequence: 100, port: 1 },
    { ...syn, port: 3 },
    { sequence: 100, text: 'ab', port: 1 },
    { ...syn, port: 4 },
    { ...syn, port: 5 },
  ]
  const events = ['1 closed evicted', '0 client ab', '0 client cd', '2 closed evicted']
  check(steps, [...events, '0 closed evicted'], {
    limits: { connectionsMax: 2 },
    counters: { evicted: 3, connections: 2, openedConnections: 5 },
  })
})

test('closed connections make room before live ones do', () => {
  const steps = [
    { ...syn, port: 1 },
    { ...syn, port: 2 },
    { sequence: 100, flags: 'F', port: 2 },
    { ...syn, port: 3 },
  ]
  check(steps, ['1 client ended', '1 closed fin'], {
    limits: { connectionsMax: 2 },
    counters: { evicted: 0, connections: 2 },
  })
})

test('the end of the input closes every connection, with what it held', () => {
  const steps = [
    { ...syn, port: 1 },
    { sequence: 102, text: 'cd', port: 1 },
    { ...syn, port: 2 },
    { finish: 1 },
    { finish: 2 },
  ]
  check(steps, ['0 client gap 2', '0 client cd', '0 closed finish', '1 closed finish'])
})
