// TCP segments to the bytes of each side in order, with the gaps named (RFC 9293, section 3.10.7.4,
// seen from the wire: an observer can ask for nothing again).
import type { MemoryBudget } from '../base/memory-budget.ts'
import type { Micros } from '../model/message.ts'
import { type Segment, tcpFlags } from '../model/segment.ts'
import { ConnectionTable } from './connection-table.ts'
import { distance, StreamSide } from './stream-side.ts'

export interface ReassemblyLimits {
  /** Live and lingering connections; beyond, the one unused for longest is evicted. */
  readonly connectionsMax: number
  /** Held behind a gap, by one side; beyond, the gap is given up. */
  readonly heldBytesMax: number
  readonly heldPiecesMax: number
  /** How long what is missing is waited for. */
  readonly gapWaitMax: Micros
  /** Without a segment for this long, a connection is forgotten; it can be joined again. */
  readonly idleMax: Micros
  /** How long an ended connection is remembered, for segments that come late or twice. */
  readonly lingerMax: Micros
  /** A jump in sequence numbers beyond this is another connection of the same ports. */
  readonly windowBytesMax: number
}

export const defaultReassemblyLimits: ReassemblyLimits = {
  connectionsMax: 131_072,
  heldBytesMax: 1024 * 1024,
  heldPiecesMax: 256,
  gapWaitMax: 2_000_000,
  idleMax: 120_000_000,
  lingerMax: 3_000_000,
  windowBytesMax: 16 * 1024 * 1024,
}

export type StreamSideName = 'client' | 'server'

/** One captured client connection. */
export interface StreamConnection<Context> {
  /** 0, 1, 2 … in order of appearance. */
  readonly number: number
  /** Its SYN was seen; otherwise it was joined in the middle. */
  readonly synchronized: boolean
  /** Free for the consumer. */
  context: Context | null
}

/** fin, reset: as the peers ended it; reused: its ports carry another connection. */
export type StreamEnd = 'fin' | 'reset' | 'reused' | 'idle' | 'evicted' | 'finish'

export type StreamEvent<Context> = {
  readonly connection: StreamConnection<Context>
  readonly at: Micros
} & (
  | {
      readonly kind: 'data'
      readonly side: StreamSideName
      /** Valid until the next segment is pushed: it may be the segment's own memory. */
      readonly bytes: Uint8Array
    }
  /** Bytes that never came; the stream goes on after them. */
  | { readonly kind: 'gap'; readonly side: StreamSideName; readonly byteCount: number }
  /** The side's FIN was reached. */
  | { readonly kind: 'ended'; readonly side: StreamSideName }
  /** The last event of a connection. */
  | { readonly kind: 'closed'; readonly why: StreamEnd }
)

export interface ReassemblyCounters {
  readonly connections: number
  readonly retransmittedBytes: number
  /** Segments whose bytes differ from bytes that came first for the same place. */
  readonly conflicts: number
  readonly outOfOrder: number
  readonly gaps: number
  readonly evicted: number
}

export interface ReassemblerOptions {
  readonly limits: ReassemblyLimits
  /** For what is held behind gaps, shared with whoever else buffers. */
  readonly budget: MemoryBudget
  /** client: segments of the service are not looked at, and never waited for. */
  readonly sides: 'client' | 'both'
  readonly hashSeed: number
}

interface Connection<Context> extends StreamConnection<Context> {
  readonly slot: number
  readonly client: StreamSide
  readonly server: StreamSide
  seenAt: Micros
  /** When it closed and began to linger; null while it lives. */
  closedAt: Micros | null
}

/** Takes segments, gives events; the caller handles them before it pushes the next segment. */
export class TcpReassembler<Context> {
  readonly #limits: ReassemblyLimits
  readonly #budget: MemoryBudget
  readonly #clientOnly: boolean
  readonly #table: ConnectionTable
  readonly #bySlot: (Connection<Context> | null)[] = []
  /** Connections with something held behind a gap. */
  readonly #waiting = new Set<Connection<Context>>()
  /** Closed ones, in the order in which they closed. */
  readonly #lingering = new Set<Connection<Context>>()
  #events: StreamEvent<Context>[] = []
  #opened = 0
  readonly #counters = { retransmittedBytes: 0, conflicts: 0, outOfOrder: 0, gaps: 0, evicted: 0 }

  constructor(options: ReassemblerOptions) {
    this.#limits = options.limits
    this.#budget = options.budget
    this.#clientOnly = options.sides === 'client'
    this.#table = new ConnectionTable(options.hashSeed)
  }

  push(segment: Segment): readonly StreamEvent<Context>[] {
    if (this.#clientOnly && !segment.fromClient) return []
    const connection = this.#connectionOf(segment)
    if (connection !== null) this.#advance(connection, segment)
    return this.#takeEvents()
  }

  /** Gives up gaps that were waited for long enough, and forgets what is idle or has lingered. */
  tick(now: Micros): readonly StreamEvent<Context>[] {
    const { gapWaitMax, lingerMax, idleMax } = this.#limits
    for (const connection of this.#waiting) {
      for (const side of [connection.client, connection.server]) {
        while ((side.waitingSince() ?? now) < now - gapWaitMax) this.#skipGap(connection, side, now)
      }
      this.#settle(connection, now)
    }
    for (const connection of this.#lingering) {
      if (connection.closedAt! > now - lingerMax) break
      this.#forget(connection)
    }
    for (;;) {
      const connection = this.#bySlot[this.#table.oldest()]
      if (connection == null || connection.seenAt > now - idleMax) break
      this.#close(connection, 'idle', now)
      this.#forget(connection)
    }
    return this.#takeEvents()
  }

  /** No more segments will come: closes every connection, with what was held. */
  finish(now: Micros): readonly StreamEvent<Context>[] {
    for (const connection of this.#bySlot) {
      if (connection == null) continue
      if (connection.closedAt === null) this.#close(connection, 'finish', now)
      this.#forget(connection)
    }
    return this.#takeEvents()
  }

  counters(): ReassemblyCounters {
    return { connections: this.#table.size() - this.#lingering.size, ...this.#counters }
  }

  #takeEvents(): readonly StreamEvent<Context>[] {
    const events = this.#events
    if (events.length > 0) this.#events = []
    return events
  }

  /** The connection that the segment belongs to, opened where need be; null: not worth one. */
  #connectionOf(segment: Segment): Connection<Context> | null {
    const known = this.#bySlot[this.#table.find(segment)] ?? null
    const opens = isOpening(segment)
    const hasPayload = segment.payloadEnd > segment.payloadStart
    if (known === null) return opens || hasPayload ? this.#open(segment) : null
    if (!this.#isAnother(known, segment, opens)) return known.closedAt === null ? known : null
    if (known.closedAt === null) this.#close(known, 'reused', segment.at)
    this.#forget(known)
    return opens || hasPayload ? this.#open(segment) : null
  }

  /** True where the same ports carry another connection, whose beginning may have been missed. */
  #isAnother(connection: Connection<Context>, segment: Segment, opens: boolean): boolean {
    const side = segment.fromClient ? connection.client : connection.server
    const { expected, initial } = side
    if (expected === null) return false
    if (opens && initial !== null) return segment.sequence !== initial
    if (opens) return !isWithin(distance((segment.sequence + 1) | 0, expected), this.#limits)
    const length = segment.payloadEnd - segment.payloadStart
    const ahead = distance(expected, segment.sequence)
    if (connection.closedAt !== null)
      return length > 0 && !(ahead + length <= 0 && isWithin(-ahead, this.#limits))
    // A bare RST or FIN from far away is not believed; data is.
    return length > 0 && Math.abs(ahead) > this.#limits.windowBytesMax
  }

  #open(segment: Segment): Connection<Context> {
    if (this.#table.size() >= this.#limits.connectionsMax) this.#evict(segment.at)
    const slot = this.#table.insert(segment)
    const connection: Connection<Context> = {
      number: this.#opened++,
      synchronized: isOpening(segment),
      context: null,
      slot,
      client: new StreamSide(this.#budget),
      server: new StreamSide(this.#budget),
      seenAt: segment.at,
      closedAt: null,
    }
    this.#bySlot[slot] = connection
    return connection
  }

  #evict(now: Micros): void {
    const [lingering] = this.#lingering
    const connection = lingering ?? this.#bySlot[this.#table.oldest()]!
    if (connection.closedAt === null) {
      this.#counters.evicted += 1
      this.#close(connection, 'evicted', now)
    }
    this.#forget(connection)
  }

  #advance(connection: Connection<Context>, segment: Segment): void {
    connection.seenAt = segment.at
    this.#table.touch(connection.slot)
    const side = segment.fromClient ? connection.client : connection.server
    if (segment.flags & tcpFlags.rst) {
      this.#reset(connection, side, segment)
      return
    }
    if (segment.flags & tcpFlags.syn && side.expected === null) {
      side.initial = segment.sequence
      side.expected = (segment.sequence + 1) | 0
    }
    const start = segment.flags & tcpFlags.syn ? (segment.sequence + 1) | 0 : segment.sequence
    const length = segment.payloadEnd - segment.payloadStart
    if (length > 0) this.#take(connection, side, segment, start)
    if (segment.flags & tcpFlags.fin && side.expected !== null) {
      side.finAt ??= (start + length + segment.cutBytes) | 0
    }
    this.#settle(connection, segment.at)
  }

  #take(connection: Connection<Context>, side: StreamSide, segment: Segment, start: number): void {
    const { payloadStart, payloadEnd, at, cutBytes } = segment
    side.expected ??= start
    const ahead = distance(side.expected, start)
    const length = payloadEnd - payloadStart
    if (ahead < 0) this.#counters.retransmittedBytes += Math.min(length, -ahead)
    if (ahead + length <= 0) return
    if (ahead > 0) this.#counters.outOfOrder += 1
    const skipped = Math.max(0, -ahead)
    const bytes = segment.bytes.subarray(payloadStart + skipped, payloadEnd)
    const sequence = (start + skipped) | 0
    if (ahead <= 0 && side.held.length === 0) {
      this.#deliver(connection, side, bytes, at, cutBytes)
      return
    }
    const result = side.hold(sequence, bytes, at, cutBytes)
    if (result === 'conflict') this.#counters.conflicts += 1
    if (result !== 'refused') {
      this.#waiting.add(connection)
      this.#drain(connection, side)
      while (this.#holdsTooMuch(side)) this.#skipGap(connection, side, at)
      return
    }
    // Without memory nothing can be waited for: what is held goes on, and then this.
    while (side.held.length > 0) this.#skipGap(connection, side, at)
    const missing = distance(side.expected, sequence)
    if (missing > 0) this.#gap(connection, side, missing, at)
    const seen = Math.min(bytes.length, Math.max(0, -missing))
    if (seen < bytes.length) this.#deliver(connection, side, bytes.subarray(seen), at, cutBytes)
  }

  #holdsTooMuch(side: StreamSide): boolean {
    const { heldBytesMax, heldPiecesMax } = this.#limits
    return side.heldBytes > heldBytesMax || side.held.length > heldPiecesMax
  }

  /** Delivers what is next in order, and what the capture cut off right behind it as a gap. */
  #deliver(
    connection: Connection<Context>,
    side: StreamSide,
    bytes: Uint8Array,
    at: Micros,
    cutBytes: number,
  ): void {
    side.expected = (side.expected! + bytes.length) | 0
    this.#events.push({ kind: 'data', connection, side: nameOf(connection, side), bytes, at })
    if (cutBytes > 0) this.#gap(connection, side, cutBytes, at)
  }

  #gap(connection: Connection<Context>, side: StreamSide, byteCount: number, at: Micros): void {
    side.expected = (side.expected! + byteCount) | 0
    this.#counters.gaps += 1
    this.#events.push({ kind: 'gap', connection, side: nameOf(connection, side), byteCount, at })
  }

  /** Delivers held pieces as far as nothing is missing. */
  #drain(connection: Connection<Context>, side: StreamSide): void {
    for (;;) {
      const first = side.held[0]
      if (first === undefined) return
      const ahead = distance(side.expected!, first.sequence)
      if (ahead > 0) return
      side.shift()
      // A gap that was cut off by the capture may reach into what came after it.
      const bytes = first.bytes.subarray(Math.min(first.bytes.length, -ahead))
      if (bytes.length > 0) this.#deliver(connection, side, bytes, first.at, first.cutBytes)
    }
  }

  /** Gives up what is missing before the first held piece. */
  #skipGap(connection: Connection<Context>, side: StreamSide, at: Micros): void {
    const missing = distance(side.expected!, side.held[0]!.sequence)
    if (missing > 0) this.#gap(connection, side, missing, at)
    this.#drain(connection, side)
  }

  #reset(connection: Connection<Context>, side: StreamSide, segment: Segment): void {
    const { expected } = side
    // An RST from outside the window is ignored, as a receiver would (RFC 5961, section 3.2).
    if (
      expected !== null &&
      !isWithin(Math.abs(distance(expected, segment.sequence)), this.#limits)
    ) {
      return
    }
    this.#close(connection, 'reset', segment.at)
  }

  /** Ends sides whose FIN was reached, and the connection with them. */
  #settle(connection: Connection<Context>, at: Micros): void {
    const { client, server } = connection
    if (client.finAt !== null) this.#endWhereReached(connection, client, at)
    if (server.finAt !== null) this.#endWhereReached(connection, server, at)
    if (client.ended && (this.#clientOnly || server.ended)) this.#close(connection, 'fin', at)
    else if (client.held.length === 0 && server.held.length === 0) this.#waiting.delete(connection)
  }

  #endWhereReached(connection: Connection<Context>, side: StreamSide, at: Micros): void {
    if (side.ended || distance(side.expected!, side.finAt!) > 0) return
    side.ended = true
    this.#events.push({ kind: 'ended', connection, side: nameOf(connection, side), at })
  }

  /** Lets go of all it holds; the key lingers until it is forgotten. */
  #close(connection: Connection<Context>, why: StreamEnd, at: Micros): void {
    for (const side of [connection.client, connection.server]) {
      while (side.held.length > 0) this.#skipGap(connection, side, at)
    }
    this.#events.push({ kind: 'closed', connection, why, at })
    connection.closedAt = at
    this.#waiting.delete(connection)
    this.#table.unlink(connection.slot)
    this.#lingering.add(connection)
  }

  #forget(connection: Connection<Context>): void {
    this.#lingering.delete(connection)
    this.#bySlot[connection.slot] = null
    this.#table.remove(connection.slot)
  }
}

function isOpening(segment: Segment): boolean {
  const { flags, fromClient } = segment
  return fromClient && (flags & tcpFlags.syn) !== 0 && (flags & tcpFlags.ack) === 0
}

function isWithin(ahead: number, limits: ReassemblyLimits): boolean {
  return ahead >= 0 && ahead <= limits.windowBytesMax
}

function nameOf<Context>(connection: Connection<Context>, side: StreamSide): StreamSideName {
  return side === connection.client ? 'client' : 'server'
}
