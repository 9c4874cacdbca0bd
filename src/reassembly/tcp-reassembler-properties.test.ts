import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { MemoryBudget } from '../base/memory-budget.ts'
import { createSegment, type Segment, tcpFlags } from '../model/segment.ts'
import {
  defaultReassemblyLimits,
  type ReassemblyLimits,
  type StreamEvent,
  TcpReassembler,
} from './tcp-reassembler.ts'

/** A part of what one client sends: `start` counts from the first byte after its SYN. */
interface Part {
  readonly client: number
  readonly start: number
  readonly bytes: Uint8Array
  readonly flags?: number
  readonly cutBytes?: number
  readonly fromClient?: boolean
  readonly at?: number
}

const segment = createSegment()

/** Fills the one segment, over memory that is overwritten each time, as the decoder does. */
function decode(part: Part, initial: number): Segment {
  const { client, start, bytes, fromClient = true } = part
  const ends = [0, 0, 0xffff, client, 0, 0, 0xffff, -1]
  segment.addresses.set(fromClient ? ends : [...ends.slice(4), ...ends.slice(0, 4)])
  segment.sourcePort = fromClient ? 4711 : 80
  segment.destinationPort = fromClient ? 80 : 4711
  segment.fromClient = fromClient
  segment.sequence = (initial + start) | 0
  segment.flags = part.flags ?? tcpFlags.ack
  segment.at = part.at ?? 0
  ring.fill(0xff)
  ring.set(bytes, 3)
  segment.bytes = ring
  segment.payloadStart = 3
  segment.payloadEnd = 3 + bytes.length
  segment.cutBytes = part.cutBytes ?? 0
  return segment
}

const ring = Buffer.alloc(4096)
const nothing = new Uint8Array(0)

/** The bytes of a client's stream by position, so that any part of it can be checked. */
function byteAt(client: number, position: number): number {
  return (client * 71 + position * 7 + (position >>> 5)) & 0xff
}

function partOf(client: number, start: number, length: number): Part {
  const bytes = Uint8Array.from({ length }, (_, index) => byteAt(client, start + index))
  return { client, start, bytes }
}

interface Run {
  readonly reassembler: TcpReassembler<null>
  readonly budget: MemoryBudget
}

function createRun(limits: Partial<ReassemblyLimits> = {}, budgetBytes = 1 << 24): Run {
  const budget = new MemoryBudget(budgetBytes)
  const all = { ...defaultReassemblyLimits, ...limits }
  return {
    reassembler: new TcpReassembler({ limits: all, budget, sides: 'both', hashSeed: 3 }),
    budget,
  }
}

/** How far each connection came, having checked that every byte is the one of its position. */
class Positions {
  readonly reached = new Map<number, number>()
  readonly closed = new Set<number>()
  gapBytes = 0

  take(events: readonly StreamEvent<null>[]): void {
    for (const event of events) {
      const { number } = event.connection
      assert.ok(!this.closed.has(number), 'closed is the last event')
      const position = this.reached.get(number) ?? 0
      if (event.kind === 'closed') this.closed.add(number)
      if (event.kind === 'gap') {
        assert.ok(event.byteCount > 0)
        this.reached.set(number, position + event.byteCount)
        this.gapBytes += event.byteCount
      }
      if (event.kind !== 'data') continue
      assert.ok(event.bytes.length > 0)
      event.bytes.forEach((byte, index) => {
        assert.equal(byte, byteAt(number, position + index), `at ${position + index}`)
      })
      this.reached.set(number, position + event.bytes.length)
    }
  }
}

const streamBytes = 300
/** Mostly where the numbers wrap, of the whole circle and of its half. */
const initials = fc.oneof(
  fc.integer({ min: -400, max: 10 }),
  fc.integer({ min: 2 ** 31 - 400, max: 2 ** 31 - 1 }),
  fc.integer(),
)
const clients = 3
const part = fc
  .tuple(fc.nat(clients - 1), fc.nat(streamBytes - 1), fc.integer({ min: 1, max: 80 }))
  .map(([client, start, length]) => partOf(client, start, Math.min(length, streamBytes - start)))

/** For each client, parts that are the whole stream together. */
const covering = fc
  .array(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }), {
    minLength: clients,
    maxLength: clients,
  })
  .map((sizes) => sizes.flatMap((own, client) => cut(client, own)))

function cut(client: number, sizes: readonly number[]): Part[] {
  const parts: Part[] = []
  let start = 0
  for (let index = 0; start < streamBytes; index++) {
    const length = Math.min(sizes[index % sizes.length]!, streamBytes - start)
    parts.push(partOf(client, start, length))
    start += length
  }
  return parts
}

const reordered = fc
  .tuple(covering, fc.array(part, { maxLength: 30, size: 'max' }))
  .chain(([whole, extra]) =>
    fc.shuffledSubarray([...whole, ...extra], { minLength: whole.length + extra.length }),
  )

function open(run: Run, initial: number): void {
  for (let client = 0; client < clients; client++) {
    const syn = { client, start: -1, bytes: nothing, flags: tcpFlags.syn }
    run.reassembler.push(decode(syn, initial))
  }
}

test('any cuts, order, overlap and repetition of segments give every stream once, in order', () => {
  fc.assert(
    fc.property(initials, reordered, (initial, parts) => {
      const run = createRun()
      const positions = new Positions()
      open(run, initial)
      for (const each of parts) positions.take(run.reassembler.push(decode(each, initial)))
      assert.deepEqual([...positions.reached.values()], Array(clients).fill(streamBytes))
      assert.equal(positions.gapBytes, 0)
      assert.equal(run.reassembler.counters().conflicts, 0)
      assert.equal(run.budget.used(), 0)
    }),
  )
})

test('whatever is lost, cut off or refused memory, bytes and gaps together are the way made', () => {
  const lossy = part.chain((each) =>
    fc.tuple(fc.nat(each.bytes.length), fc.nat(3_000_000)).map(([cutBytes, at]) => {
      const bytes = each.bytes.subarray(0, each.bytes.length - cutBytes)
      return { ...each, bytes, cutBytes, at }
    }),
  )
  const parts = fc.array(lossy, { maxLength: 60, size: 'max' })
  const limits = fc.record({
    heldPiecesMax: fc.integer({ min: 1, max: 8 }),
    heldBytesMax: fc.integer({ min: 1, max: 4_000 }),
    gapWaitMax: fc.nat(1_000_000),
  })
  fc.assert(
    fc.property(initials, parts, limits, fc.nat(4_000), (initial, sent, bounds, budgetBytes) => {
      const run = createRun(bounds, budgetBytes)
      const positions = new Positions()
      const furthest = new Map<number, number>()
      open(run, initial)
      for (const each of sent) {
        positions.take(run.reassembler.push(decode(each, initial)))
        positions.take(run.reassembler.tick(each.at))
        assert.ok(run.budget.used() <= budgetBytes)
        // A segment without a byte that was captured need not be waited for.
        if (each.bytes.length === 0) continue
        const end = each.start + each.bytes.length
        furthest.set(each.client, Math.max(furthest.get(each.client) ?? 0, end))
      }
      positions.take(run.reassembler.finish(9_000_000))
      for (const [client, end] of furthest) assert.ok(positions.reached.get(client)! >= end)
      for (const end of positions.reached.values()) assert.ok(end <= streamBytes)
      assert.equal(positions.closed.size, clients)
      assert.equal(run.budget.used(), 0)
    }),
  )
})

test('no segments whatsoever make it throw, lose memory, or hold more than it may', () => {
  const garbage = fc.record({
    client: fc.nat(5),
    start: fc.oneof(fc.integer(), fc.integer({ min: -300, max: 300 })),
    bytes: fc.uint8Array({ maxLength: 40 }),
    flags: fc.nat(255),
    cutBytes: fc.oneof(fc.constant(0), fc.nat(70_000)),
    fromClient: fc.boolean(),
    at: fc.nat(200_000_000),
  })
  fc.assert(
    fc.property(
      fc.array(garbage, { maxLength: 120, size: 'max' }),
      fc.nat(5_000),
      (segments, budgetBytes) => {
        const connectionsMax = 4
        const run = createRun({ connectionsMax, heldPiecesMax: 3 }, budgetBytes)
        const closed = new Set<number>()
        const take = (events: readonly StreamEvent<null>[]) => {
          for (const { connection, kind } of events) {
            assert.ok(!closed.has(connection.number), 'closed is the last event')
            if (kind === 'closed') closed.add(connection.number)
          }
        }
        segments.forEach((each, index) => {
          take(run.reassembler.push(decode(each, 0)))
          if (index % 7 === 0) take(run.reassembler.tick(each.at))
          assert.ok(run.reassembler.counters().connections <= connectionsMax)
        })
        take(run.reassembler.finish(300_000_000))
        const { connections, openedConnections } = run.reassembler.counters()
        assert.equal(connections, 0)
        assert.equal(closed.size, openedConnections)
        assert.equal(run.budget.used(), 0)
      },
    ),
    { numRuns: 300 },
  )
})

test('tiny pieces that never become contiguous stay within the bound of pieces', () => {
  const run = createRun()
  open(run, 0)
  const { heldPiecesMax } = defaultReassemblyLimits
  let most = 0
  for (let index = 1; index < 20_000; index++) {
    run.reassembler.push(decode(partOf(0, index * 2, 1), 0))
    most = Math.max(most, run.budget.used())
  }
  assert.equal(run.reassembler.counters().gaps, 19_999 - heldPiecesMax)
  assert.ok(most <= (heldPiecesMax + 1) * 300, `${most} bytes`)
  run.reassembler.finish(0)
  assert.equal(run.budget.used(), 0)
})

test('connections that come and go leave nothing behind', () => {
  const run = createRun({ lingerMax: 10 })
  for (let client = 0; client < 20_000; client++) {
    const at = client
    const syn = { client, start: -1, bytes: nothing, flags: tcpFlags.syn, at }
    run.reassembler.push(decode(syn, 0))
    run.reassembler.push(decode({ ...partOf(client, 5, 3), at }, 0))
    const rst = { client, start: 8, bytes: nothing, flags: tcpFlags.rst, at }
    run.reassembler.push(decode(rst, 0))
    run.reassembler.tick(at)
    assert.equal(run.budget.used(), 0)
    assert.equal(run.reassembler.counters().connections, 0)
  }
  assert.equal(run.reassembler.counters().openedConnections, 20_000)
})
