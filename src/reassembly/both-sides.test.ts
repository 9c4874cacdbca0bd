// The order between the two sides of a connection: what a sender had received comes before what it
// sent, however the packets were captured.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryBudget } from '../base/memory-budget.ts'
import { createSegment, tcpFlags } from '../model/segment.ts'
import { defaultReassemblyLimits, type StreamEvent, TcpReassembler } from './tcp-reassembler.ts'

type Sent = readonly [from: 'client' | 'server', sequence: number, ack: number, text: string]
type Step = Sent | { readonly tick: number }

/** Asserts what comes of segments after both SYNs (client 99, server 499), a millisecond each. */
function check(steps: readonly Step[], expected: readonly string[], budgetBytes = 1 << 20): void {
  const budget = new MemoryBudget(budgetBytes)
  const limits = defaultReassemblyLimits
  const reassembler = new TcpReassembler<null>({ limits, budget, sides: 'both', hashSeed: 1 })
  const heard: string[] = []
  const send = (from: string, sequence: number, ack: number, text: string, flags: number) => {
    const segment = createSegment()
    segment.fromClient = from === 'client'
    segment.addresses.set(segment.fromClient ? [1, 0, 0, 0, 2] : [2, 0, 0, 0, 1])
    segment.sourcePort = segment.fromClient ? 4711 : 80
    segment.destinationPort = segment.fromClient ? 80 : 4711
    segment.sequence = sequence
    segment.acknowledgement = ack
    segment.flags = flags
    segment.bytes = Buffer.from(text)
    segment.payloadEnd = text.length
    heard.push(...reassembler.push(segment).map(describe))
  }
  send('client', 99, 0, '', tcpFlags.syn)
  send('server', 499, 100, '', tcpFlags.syn | tcpFlags.ack)
  for (const step of steps) {
    if ('tick' in step) heard.push(...reassembler.tick(step.tick).map(describe))
    else send(...step, tcpFlags.ack)
  }
  heard.push(...reassembler.finish(9e9).map(describe))
  assert.deepEqual(heard, [...expected, 'closed'])
  assert.equal(budget.used(), 0)
}

function describe(event: StreamEvent<null>): string {
  if (event.kind === 'data') return `${event.side} ${Buffer.from(event.bytes)}`
  if (event.kind === 'gap') return `${event.side} gap ${event.byteCount}`
  return event.kind === 'closed' ? 'closed' : `${event.side} ended`
}

const late = 1e6

test('an answer waits for the request that it was captured before', () => {
  check(
    [
      ['server', 500, 104, 'answer'],
      ['client', 100, 500, 'as'],
      ['client', 102, 500, 'k!'],
    ],
    ['client as', 'client k!', 'server answer'],
  )
})

test('a request waits for the answer that was read before it', () => {
  check(
    [
      ['client', 100, 506, 'next'],
      ['server', 500, 100, 'ans'],
      ['server', 503, 100, 'wer'],
    ],
    ['server ans', 'server wer', 'client next'],
  )
})

test('what was acknowledged and never came is given up soon, in the order of both sides', () => {
  check(
    [
      ['server', 500, 104, 'one'],
      ['client', 104, 503, 'two'],
      { tick: late },
      ['server', 503, 107, 'x'],
    ],
    ['client gap 4', 'server one', 'client two', 'server x'],
  )
  check(
    [['client', 100, 503, 'a'], ['client', 101, 506, 'b'], { tick: late }],
    ['server gap 3', 'client a', 'server gap 3', 'client b'],
  )
})

test('a single byte that never came may have been a FIN, and is no gap', () => {
  check([['server', 500, 101, 'bye'], { tick: late }], ['server bye'])
})

test('without memory to wait, what is missing on the other side is given up', () => {
  check(
    [
      ['server', 500, 104, 'one'],
      ['client', 104, 503, 'two'],
    ],
    ['client gap 4', 'server one', 'client two'],
    10,
  )
})

test('acknowledgements that make no sense are waited for no longer than others', () => {
  check(
    [
      ['server', 500, 0x4000_0000, 'one'],
      ['client', 100, 0x4000_0000, 'two'],
    ],
    ['server one', 'client two'],
  )
  check(
    [['client', 100, 900, 'a'], ['server', 500, 400, 'b'], { tick: late }],
    ['server b', 'server gap 399', 'client a'],
  )
})

test('the answer to a SYN that was not seen begins both sides', () => {
  const budget = new MemoryBudget(1 << 20)
  const limits = defaultReassemblyLimits
  const reassembler = new TcpReassembler<null>({ limits, budget, sides: 'both', hashSeed: 1 })
  const segment = createSegment()
  segment.addresses.set([2, 0, 0, 0, 1])
  segment.sourcePort = 80
  segment.flags = tcpFlags.syn | tcpFlags.ack
  segment.acknowledgement = 100
  reassembler.push(segment)
  segment.addresses.set([1, 0, 0, 0, 2])
  segment.sourcePort = 0
  segment.destinationPort = 80
  segment.fromClient = true
  segment.flags = tcpFlags.ack
  segment.sequence = 102
  segment.bytes = Buffer.from('cd')
  segment.payloadEnd = 2
  assert.deepEqual(reassembler.push(segment), [])
  const [gap] = reassembler.finish(0)
  assert.equal(gap?.connection.synchronized, true)
  assert.equal(describe(gap!), 'client gap 2')
})
