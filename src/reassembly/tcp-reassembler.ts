// TCP segments to the bytes of each side in order, with the gaps named (RFC 9293, section 3.10.7.4,
// seen from the wire: an observer can ask for nothing again).
import { append } from '../base/append.ts'
import type { MemoryBudget } from '../base/memory-budget.ts'
import type { Micros } from '../model/message.ts'
import { type Segment, tcpFlags } from '../model/segment.ts'
import { ConnectionTable } from './connection-table.ts'
import { SlotList } from './slot-list.ts'
import {
  type SideCounters,
  type SideLimits,
  type SideListener,
  type SideSetting,
  StreamSide,
  type StreamSideName,
} from './stream-side.ts'

export interface ReassemblyLimits extends SideLimits {
  /** Live and lingering connections; beyond, the one unused for longest is evicted. */
  readonly connectionsMax: number
  /** How long what is missing is waited for. */
  readonly gapWaitMax: Micros
  /** The same, where the other side has acknowledged it: late in the capture at most, or lost. */
  readonly acknowledgedWaitMax: Micros
  /** Without a segment for this long, a connection is forgotten; it can be joined again. */
  readonly idleMax: Micros
  /** How long a closed connection is remembered, for segments that come late or twice. */
  readonly lingerMax: Micros
}

export const defaultReassemblyLimits: ReassemblyLimits = {
  connectionsMax: 131_072,
  heldBytesMax: 1024 * 1024,
  heldPiecesMax: 1024,
  windowBytesMax: 16 * 1024 * 1024,
  gapWaitMax: 2_000_000,
  acknowledgedWaitMax: 200_000,
  idleMax: 120_000_000,
  lingerMax: 3_000_000,
}

/** One captured client connection. */
export interface StreamConnection<Context> {
  /** 0, 1, 2 … in order of appearance. */
  readonly number: number
  /** Its SYN, or the answer to it, was seen; otherwise it was joined in the middle. */
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
      /** May be the segment's own memory: valid until the next one is decoded. */
      readonly bytes: Uint8Array
      /** Of the first of these bytes. */
      readonly sequence: number
      /** How far, when they were sent, their sender had received the other side; if it said. */
      readonly acknowledgement: number | null
    }
  /** Bytes that never came; the stream goes on after them. */
  | {
      readonly kind: 'gap'
      readonly side: StreamSideName
      readonly byteCount: number
      /** Of the first byte that is missing. */
      readonly sequence: number
    }
  /** The side's FIN was reached. */
  | { readonly kind: 'ended'; readonly side: StreamSideName }
  /** The last event of a connection. */
  | { readonly kind: 'closed'; readonly why: StreamEnd }
)

export interface ReassemblyCounters extends Readonly<SideCounters> {
  readonly segments: number
  /** Live; without those that linger. */
  readonly connections: number
  readonly openedConnections: number
  readonly evicted: number
}

export interface ReassemblerOptions {
  readonly limits: ReassemblyLimits
  /** For what is held behind gaps, shared with whoever else buffers; beyond, gaps are given up. */
  readonly budget: MemoryBudget
  /**
   * client: segments of the service are not looked at, and never waited for. both: bytes of either
   * side come after those of the other side that their sender had received, however captured.
   */
  readonly sides: 'client' | 'both'
  /** Secret to clients, and another one for each run. */
  readonly hashSeed: number
}

/** Takes segments, gives events; the caller handles them before it pushes the next segment. */
export class TcpReassembler<Context> {
  readonly #limits: ReassemblyLimits
  readonly #sideNames: readonly StreamSideName[]
  readonly #table: ConnectionTable
  readonly #bySlot: (Connection<Context> | null)[] = []
  /** With something that waits behind a gap. */
  readonly #waiting = new Set<StreamSide<Connection<Context>>>()
  /** Those not closed, in the order of their last segments. */
  readonly #live = new SlotList()
  /** Closed ones, in the order in which they closed. */
  readonly #lingering = new SlotList()
  readonly #events = new EventList<Context>()
  readonly #setting: SideSetting<Connection<Context>>
  #segments = 0
  #openedConnections = 0
  #evicted = 0

  constructor(options: ReassemblerOptions) {
    const { limits, budget, sides, hashSeed } = options
    this.#limits = limits
    this.#sideNames = sides === 'client' ? ['client'] : ['client', 'server']
    this.#table = new ConnectionTable(hashSeed)
    const counters = { retransmittedBytes: 0, conflicts: 0, outOfOrder: 0, gaps: 0 }
    this.#setting = { limits, budget, counters, listener: this.#events }
  }

  push(segment: Segment): readonly StreamEvent<Context>[] {
    if (!segment.fromClient && this.#sideNames.length === 1) return noEvents
    this.#segments += 1
    const connection = this.#connectionOf(segment)
    if (connection !== null) this.#advance(connection, segment)
    return this.#events.take()
  }

  /** Gives up gaps that were waited for long enough, and forgets what is idle or has lingered. */
  tick(now: Micros): readonly StreamEvent<Context>[] {
    const { gapWaitMax, acknowledgedWaitMax, lingerMax, idleMax } = this.#limits
    for (const side of this.#waiting) {
      side.giveUpOther(now - acknowledgedWaitMax, now)
      side.giveUp(now - gapWaitMax, now)
      this.#settle(side.owner, now)
    }
    for (;;) {
      const connection = this.#oldestOf(this.#lingering)
      if (connection === null || connection.closedAt! > now - lingerMax) break
      this.#forget(connection)
    }
    for (;;) {
      const connection = this.#oldestOf(this.#live)
      if (connection === null || connection.seenAt > now - idleMax) break
      this.#close(connection, 'idle', now)
      this.#forget(connection)
    }
    return this.#events.take()
  }

  /** No more segments will come: closes every connection, with what was held. */
  finish(now: Micros): readonly StreamEvent<Context>[] {
    for (const connection of this.#bySlot) {
      if (connection === null) continue
      if (connection.closedAt === null) this.#close(connection, 'finish', now)
      this.#forget(connection)
    }
    return this.#events.take()
  }

  /** The client's address, in four words, of a connection whose last event has not come. */
  clientAddress(connection: StreamConnection<Context>): Int32Array {
    return this.#table.clientAddress((connection as Connection<Context>).slot)
  }

  counters(): ReassemblyCounters {
    return {
      ...this.#setting.counters,
      segments: this.#segments,
      connections: this.#live.size(),
      openedConnections: this.#openedConnections,
      evicted: this.#evicted,
    }
  }

  /** The live connection that the segment belongs to, opened where need be. */
  #connectionOf(segment: Segment): Connection<Context> | null {
    const slot = this.#table.find(segment)
    const known = slot < 0 ? null : this.#bySlot[slot]!
    const begins = isFirstSyn(segment)
    const opens = begins || canBeJoinedAt(segment)
    if (known === null && isAnswerToSyn(segment)) return this.#openAnswered(segment)
    if (known === null) return opens ? this.#open(segment, begins) : null
    if (!opens || !isForAnother(known, segment, begins)) {
      return known.closedAt === null ? known : null
    }
    if (known.closedAt === null) this.#close(known, 'reused', segment.at)
    this.#forget(known)
    return this.#open(segment, begins)
  }

  #open(segment: Segment, synchronized: boolean): Connection<Context> {
    if (this.#table.size() >= this.#limits.connectionsMax) this.#evict(segment.at)
    const slot = this.#table.insert(segment)
    const number = this.#openedConnections++
    const sides: StreamSide<Connection<Context>>[] = []
    const connection: Connection<Context> = {
      number,
      synchronized,
      context: null,
      slot,
      sides,
      seenAt: segment.at,
      closedAt: null,
    }
    for (const name of this.#sideNames) sides.push(new StreamSide(connection, name, this.#setting))
    if (sides.length === 2) StreamSide.join(sides[0]!, sides[1]!)
    this.#bySlot[slot] = connection
    this.#live.add(slot)
    return connection
  }

  /** By the answer to its SYN, which was not seen and whose number that answer acknowledges. */
  #openAnswered(segment: Segment): Connection<Context> {
    const connection = this.#open(segment, true)
    connection.sides[0]!.begin((segment.acknowledgement - 1) | 0)
    return connection
  }

  #oldestOf(list: SlotList): Connection<Context> | null {
    const slot = list.oldest()
    return slot < 0 ? null : this.#bySlot[slot]!
  }

  #evict(now: Micros): void {
    const connection = this.#oldestOf(this.#lingering) ?? this.#oldestOf(this.#live)!
    if (connection.closedAt === null) {
      this.#evicted += 1
      this.#close(connection, 'evicted', now)
    }
    this.#forget(connection)
  }

  #advance(connection: Connection<Context>, segment: Segment): void {
    const { flags, sequence, at, cutBytes } = segment
    connection.seenAt = at
    this.#live.touch(connection.slot)
    const side = sideOf(connection, segment)
    if ((flags & tcpFlags.rst) !== 0) {
      // From outside the window it is ignored, as a receiver would (RFC 5961, section 3.2).
      if (side.isNear(sequence)) this.#close(connection, 'reset', at)
      return
    }
    const isSyn = (flags & tcpFlags.syn) !== 0
    if (isSyn) side.begin(sequence)
    const start = isSyn ? (sequence + 1) | 0 : sequence
    const wireBytes = segment.payloadEnd - segment.payloadStart + cutBytes
    if (wireBytes > 0) side.take(segment, start)
    if ((flags & tcpFlags.fin) !== 0) side.finish((start + wireBytes) | 0, at)
    this.#settle(connection, at)
  }

  /** Sees to what the sides' progress means for their connection. */
  #settle(connection: Connection<Context>, at: Micros): void {
    let ended = true
    for (const side of connection.sides) {
      if (side.waitingSince() !== null) this.#waiting.add(side)
      else if (this.#waiting.size > 0) this.#waiting.delete(side)
      ended &&= side.ended()
    }
    if (ended && connection.closedAt === null) this.#close(connection, 'fin', at)
  }

  /** Lets go of all it holds; the key lingers until it is forgotten. */
  #close(connection: Connection<Context>, why: StreamEnd, at: Micros): void {
    for (const side of connection.sides) {
      side.giveUp(Number.POSITIVE_INFINITY, at)
      this.#waiting.delete(side)
    }
    this.#events.closed(connection, why, at)
    connection.closedAt = at
    this.#live.remove(connection.slot)
    this.#lingering.add(connection.slot)
  }

  #forget(connection: Connection<Context>): void {
    this.#lingering.remove(connection.slot)
    this.#bySlot[connection.slot] = null
    this.#table.remove(connection.slot)
  }
}

interface Connection<Context> extends StreamConnection<Context> {
  readonly slot: number
  /** The client's, and the service's where it is looked at. */
  readonly sides: readonly StreamSide<Connection<Context>>[]
  seenAt: Micros
  /** When it closed and began to linger; null while it lives. */
  closedAt: Micros | null
}

const noEvents: readonly never[] = []

/** Gathers the events of one push or tick. */
class EventList<Context> implements SideListener<Connection<Context>> {
  #events: StreamEvent<Context>[] | null = null

  data(
    side: StreamSide<Connection<Context>>,
    bytes: Uint8Array,
    at: Micros,
    sequence: number,
    acknowledgement: number | null,
  ): void {
    const { owner: connection, name } = side
    this.#add({
      kind: 'data',
      connection,
      side: name,
      bytes,
      at,
      sequence,
      acknowledgement,
    })
  }

  gap(
    side: StreamSide<Connection<Context>>,
    byteCount: number,
    at: Micros,
    sequence: number,
  ): void {
    const { owner: connection, name } = side
    this.#add({ kind: 'gap', connection, side: name, byteCount, at, sequence })
  }

  ended(side: StreamSide<Connection<Context>>, at: Micros): void {
    this.#add({ kind: 'ended', connection: side.owner, side: side.name, at })
  }

  closed(connection: Connection<Context>, why: StreamEnd, at: Micros): void {
    this.#add({ kind: 'closed', connection, why, at })
  }

  take(): readonly StreamEvent<Context>[] {
    const events = this.#events ?? noEvents
    this.#events = null
    return events
  }

  #add(event: StreamEvent<Context>): void {
    this.#events = append(this.#events, event)
  }
}

function sideOf<Context>(
  connection: Connection<Context>,
  segment: Segment,
): StreamSide<Connection<Context>> {
  return connection.sides[segment.fromClient ? 0 : 1]!
}

function isFirstSyn(segment: Segment): boolean {
  const { syn, ack, rst } = tcpFlags
  return segment.fromClient && (segment.flags & (syn | ack | rst)) === syn
}

function isAnswerToSyn(segment: Segment): boolean {
  const { syn, ack, rst } = tcpFlags
  return !segment.fromClient && (segment.flags & (syn | ack | rst)) === (syn | ack)
}

/** Whether the segment carries data that a connection can be joined with. */
function canBeJoinedAt(segment: Segment): boolean {
  const length = segment.payloadEnd - segment.payloadStart
  if (length === 0 || (segment.flags & tcpFlags.rst) !== 0) return false
  // A keep-alive probe may carry one byte, which repeats an old one (RFC 9293, section 3.8.4).
  return length > 1 || (segment.flags & tcpFlags.psh) !== 0
}

/** Whether the same ports carry another connection, the beginning of which may have been missed. */
function isForAnother(known: Connection<unknown>, segment: Segment, begins: boolean): boolean {
  const side = sideOf(known, segment)
  if (begins) return !side.canBeginAt(segment.sequence)
  if (known.closedAt === null) return !side.isNear(segment.sequence)
  return !side.isPast((segment.sequence + segment.payloadEnd - segment.payloadStart) | 0)
}
