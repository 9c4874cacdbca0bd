// One side of a connection: how far it was delivered, and the pieces that wait for what is missing
// (RFC 9293, section 3.4). Where bytes come twice, those that came first win.
import type { MemoryBudget } from '../base/memory-budget.ts'
import type { Micros } from '../model/message.ts'
import { type Segment, tcpFlags } from '../model/segment.ts'

export type StreamSideName = 'client' | 'server'

export interface SideLimits {
  /** Held behind a gap by one side, overhead included; beyond, the gap is given up. */
  readonly heldBytesMax: number
  readonly heldPiecesMax: number
  /** Sequence numbers further from the expected one, either way, are not this connection's. */
  readonly windowBytesMax: number
}

/** Counted over all sides together. */
export interface SideCounters {
  retransmittedBytes: number
  /** Segments with bytes unlike those held for the same place. */
  conflicts: number
  /** Segments that came before what precedes them. */
  outOfOrder: number
  gaps: number
}

/** Hears what a side gives, in stream order. */
export interface SideListener<Owner> {
  /**
   * `bytes` may be the segment's own memory, and begin at `sequence`; `at` is never earlier than
   * that of bytes before; `acknowledgement` is their segment's.
   */
  data(
    side: StreamSide<Owner>,
    bytes: Uint8Array,
    at: Micros,
    sequence: number,
    acknowledgement: number | null,
  ): void
  /** `sequence` is that of the first byte that is missing. */
  gap(side: StreamSide<Owner>, byteCount: number, at: Micros, sequence: number): void
  ended(side: StreamSide<Owner>, at: Micros): void
}

/** What all sides of a reassembler share. */
export interface SideSetting<Owner> {
  readonly limits: SideLimits
  readonly budget: MemoryBudget
  readonly counters: SideCounters
  readonly listener: SideListener<Owner>
}

/** A part of the stream that waits; a copy, because the segment's memory is reused. */
interface HeldPiece {
  readonly sequence: number
  readonly bytes: Uint8Array
  readonly at: Micros
  readonly acknowledgement: number | null
  /** Bytes right after it that the capture cut off. */
  readonly cutBytes: number
}

/** What a held piece costs besides its bytes: two array objects and their bookkeeping. */
const pieceOverheadBytes = 256

/** How far `to` lies after `from` on the circle of sequence numbers; negative: before it. */
export function distance(from: number, to: number): number {
  return (to - from) | 0
}

export class StreamSide<Owner> {
  readonly owner: Owner
  readonly name: StreamSideName
  readonly #setting: SideSetting<Owner>
  /** Sequence number of the SYN; null where it was not seen. */
  #initial: number | null = null
  /** Sequence number of the next byte to deliver; null until one is known. */
  #expected: number | null = null
  /** Where the side ends; null until its FIN was seen. */
  #finAt: number | null = null
  #finSeenAt: Micros = 0
  #deliveredAt: Micros = 0
  #ended = false
  /** In stream order, not overlapping. Invariant: none begins before `#expected`. */
  readonly #held: HeldPiece[] = []
  #heldBytes = 0
  #waitingSince: Micros | null = null
  /** What acknowledges one byte that never came: it may have been a FIN, so it is no gap yet. */
  #phantomFin: number | null = null
  /** The other side, where it is followed too. */
  #other: StreamSide<Owner> | null = null

  constructor(owner: Owner, name: StreamSideName, setting: SideSetting<Owner>) {
    this.owner = owner
    this.name = name
    this.#setting = setting
  }

  /** Has each side deliver its bytes after those that their sender had read of the other side. */
  static join<Owner>(one: StreamSide<Owner>, two: StreamSide<Owner>): void {
    one.#other = two
    two.#other = one
  }

  /** True once everything up to the FIN was delivered or given up. */
  ended(): boolean {
    return this.#ended
  }

  /** When the first thing came that waits; null while nothing does. */
  waitingSince(): Micros | null {
    return this.#waitingSince
  }

  /** Whether the side knows no position yet, or this one lies within the window around its own. */
  isNear(sequence: number): boolean {
    if (this.#expected === null) return true
    return Math.abs(distance(this.#expected, sequence)) <= this.#setting.limits.windowBytesMax
  }

  /** Whether everything before `sequence` was delivered or given up, not long ago. */
  isPast(sequence: number): boolean {
    if (this.#expected === null) return true
    return distance(sequence, this.#expected) >= 0 && this.isNear(sequence)
  }

  /** Whether a SYN with this sequence number can be the one that began this side. */
  canBeginAt(sequence: number): boolean {
    if (this.#initial !== null) return this.#initial === sequence
    return this.#expected !== null && this.isPast((sequence + 1) | 0)
  }

  /** Takes the sequence number of a SYN; without effect where a position is known. */
  begin(sequence: number): void {
    if (this.#expected !== null) return
    this.#initial = sequence
    this.#expected = (sequence + 1) | 0
  }

  /** Takes the payload, which begins at `start`; the first one sets the position where none is. */
  take(segment: Segment, start: number): void {
    const { counters, limits } = this.#setting
    this.#expected ??= start
    const ahead = distance(this.#expected, start)
    if (Math.abs(ahead) > limits.windowBytesMax) return
    const length = segment.payloadEnd - segment.payloadStart
    if (ahead < 0) counters.retransmittedBytes += Math.min(length, -ahead)
    if (this.#ended) return
    if (ahead > 0) counters.outOfOrder += 1
    const acknowledgement = acknowledgementOf(segment)
    if (ahead <= 0 && this.#isReady(acknowledgement)) this.#fill(segment, start)
    else if (!this.#hold(segment, start)) {
      this.#giveUpTo(start, segment.at)
      this.#giveUpAwaited(acknowledgement, segment.at)
      this.#fill(segment, start)
    }
    this.settle(segment.at)
    while (this.#heldBytes > limits.heldBytesMax || this.#held.length > limits.heldPiecesMax) {
      this.#skipGap(segment.at)
    }
  }

  /** Takes the position of a FIN; a second one, or one that cannot be meant, is ignored. */
  finish(position: number, at: Micros): void {
    this.#expected ??= position
    if (this.#finAt !== null) return
    const ahead = distance(this.#expected, position)
    if (ahead < 0 || ahead > this.#setting.limits.windowBytesMax) return
    this.#finAt = position
    this.#finSeenAt = at
    this.settle(at)
  }

  /** Gives up what something has waited for since before `before`. */
  giveUp(before: Micros, at: Micros): void {
    while (this.#waitingSince !== null && this.#waitingSince < before) this.#skipGap(at)
  }

  /** As `giveUp`, of bytes of the other side alone: those were acknowledged, so none come again. */
  giveUpOther(before: Micros, at: Micros): void {
    while (this.#waitingSince !== null && this.#waitingSince < before && this.#isBlocked()) {
      this.#skipGap(at)
    }
  }

  /** Whether all bytes before this acknowledgement were delivered on the other side. */
  #isReady(acknowledgement: number | null): boolean {
    return this.#other === null || this.#awaited(acknowledgement) === null
  }

  /** The other side, where it has not come as far as this acknowledgement of its bytes says. */
  #awaited(acknowledgement: number | null): StreamSide<Owner> | null {
    const other = this.#other
    if (other === null || acknowledgement === null) return null
    if (other.#expected === null || other.#ended) return null
    const missing = distance(other.#expected, acknowledgement)
    if (missing <= 0 || other.#phantomFin === acknowledgement) return null
    // What is beyond the window is no acknowledgement of this connection.
    return missing > this.#setting.limits.windowBytesMax ? null : other
  }

  /** Whether the next bytes in order are here, and wait for the other side. */
  #isBlocked(): boolean {
    const first = this.#held[0]
    if (first === undefined || distance(this.#expected!, first.sequence) > 0) return false
    return !this.#isReady(first.acknowledgement)
  }

  /** Delivers what is next in order, around held pieces, which came first. */
  #fill(segment: Segment, start: number): void {
    const { bytes, payloadStart, payloadEnd, at, cutBytes } = segment
    const acknowledgement = acknowledgementOf(segment)
    const length = payloadEnd - payloadStart
    let conflicts = false
    let cursor = distance(start, this.#expected!)
    while (cursor < length) {
      const piece = this.#held[0]
      const freeEnd = piece === undefined ? length : distance(start, piece.sequence)
      if (freeEnd > cursor) {
        const end = Math.min(freeEnd, length)
        const next = bytes.subarray(payloadStart + cursor, payloadStart + end)
        this.#deliver(next, at, acknowledgement)
      }
      if (freeEnd < length) {
        conflicts = this.#overlaps(this.#held[0]!, segment, start, freeEnd) || conflicts
        this.#deliverFirst()
      }
      cursor = distance(start, this.#expected!)
    }
    if (conflicts) this.#setting.counters.conflicts += 1
    // A held piece may fill what the capture cut off.
    this.#drain()
    if (cutBytes === 0) return
    this.#skipTo((start + length + cutBytes) | 0, at)
    this.#drain()
  }

  /** Keeps copies of what is not held yet; false where memory did not suffice for all of it. */
  #hold(segment: Segment, start: number): boolean {
    const length = segment.payloadEnd - segment.payloadStart
    let index = this.#held.length
    while (index > 0 && distance(start, endOf(this.#held[index - 1]!)) > 0) index -= 1
    let conflicts = false
    let cursor = Math.max(0, distance(start, this.#expected!))
    while (cursor < length) {
      const piece = this.#held[index]
      const pieceStart = piece === undefined ? length : distance(start, piece.sequence)
      const freeEnd = Math.min(pieceStart, length)
      if (freeEnd > cursor) {
        if (!this.#keep(index, segment, start, cursor, freeEnd)) return false
        index += 1
      }
      if (piece === undefined || pieceStart >= length) break
      const shared = Math.max(cursor, pieceStart)
      conflicts = this.#overlaps(piece, segment, start, shared) || conflicts
      cursor = distance(start, endOf(piece))
      index += 1
    }
    if (conflicts) this.#setting.counters.conflicts += 1
    return true
  }

  #keep(index: number, segment: Segment, start: number, from: number, to: number): boolean {
    const cost = to - from + pieceOverheadBytes
    if (!this.#setting.budget.take(cost)) return false
    this.#heldBytes += cost
    const { payloadStart, payloadEnd, at } = segment
    this.#waitingSince = Math.min(this.#waitingSince ?? at, at)
    // Not `slice`: on a Buffer it would be a view.
    const bytes = new Uint8Array(segment.bytes.subarray(payloadStart + from, payloadStart + to))
    const cutBytes = payloadStart + to === payloadEnd ? segment.cutBytes : 0
    const acknowledgement = acknowledgementOf(segment)
    const sequence = (start + from) | 0
    this.#held.splice(index, 0, { sequence, bytes, at, acknowledgement, cutBytes })
    return true
  }

  /** Counts the payload from `from` on that the piece holds too; true where they differ. */
  #overlaps(piece: HeldPiece, segment: Segment, start: number, from: number): boolean {
    const { payloadStart, payloadEnd } = segment
    const to = Math.min(payloadEnd - payloadStart, distance(start, endOf(piece)))
    this.#setting.counters.retransmittedBytes += to - from
    const pieceStart = distance(start, piece.sequence)
    for (let offset = from; offset < to; offset++) {
      if (segment.bytes[payloadStart + offset] !== piece.bytes[offset - pieceStart]) return true
    }
    return false
  }

  #deliver(bytes: Uint8Array, at: Micros, acknowledgement: number | null): void {
    const sequence = this.#expected!
    this.#expected = (sequence + bytes.length) | 0
    // Bytes that came early are there for the receiver only with those before them.
    if (at > this.#deliveredAt) this.#deliveredAt = at
    this.#setting.listener.data(this, bytes, this.#deliveredAt, sequence, acknowledgement)
    if (this.#other !== null) this.#other.#resume(at)
  }

  /** Delivers what has waited for the other side, as far as that has come. */
  #resume(at: Micros): void {
    if (this.#held.length === 0) return
    this.#drain()
    this.settle(at)
  }

  /** Delivers held pieces as far as nothing is missing before them. */
  #drain(): void {
    while (
      this.#held.length > 0 &&
      distance(this.#expected!, this.#held[0]!.sequence) <= 0 &&
      this.#isReady(this.#held[0]!.acknowledgement)
    ) {
      this.#deliverFirst()
    }
  }

  #deliverFirst(): void {
    const piece = this.#takeFirst()
    this.#deliver(piece.bytes, piece.at, piece.acknowledgement)
    this.#skipTo((endOf(piece) + piece.cutBytes) | 0, piece.at)
  }

  #takeFirst(): HeldPiece {
    const piece = this.#held.shift()!
    const cost = piece.bytes.length + pieceOverheadBytes
    this.#heldBytes -= cost
    this.#setting.budget.give(cost)
    // The next `settle` finds what has waited for longest then.
    if (piece.at === this.#waitingSince) this.#waitingSince = null
    return piece
  }

  /** Gives up what is missing before `position`, or before a held piece that comes first. */
  #skipTo(position: number, at: Micros): void {
    const first = this.#held[0]
    const end =
      first !== undefined && distance(first.sequence, position) > 0 ? first.sequence : position
    const start = this.#expected!
    const missing = distance(start, end)
    if (missing <= 0) return
    this.#expected = end
    this.#setting.counters.gaps += 1
    this.#setting.listener.gap(this, missing, at, start)
    if (this.#other !== null) this.#other.#resume(at)
  }

  /** Gives up everything that is missing before `position`. */
  #giveUpTo(position: number, at: Micros): void {
    while (distance(this.#expected!, position) > 0) {
      this.#skipTo(position, at)
      const first = this.#held[0]
      // What waits for the other side, too, stands before that position.
      if (first !== undefined && distance(this.#expected!, first.sequence) <= 0)
        this.#deliverFirst()
    }
    this.settle(at)
  }

  /** Gives up what is missing of the other side before this acknowledgement. */
  #giveUpAwaited(acknowledgement: number | null, at: Micros): void {
    const awaited = this.#awaited(acknowledgement)
    if (awaited === null) return
    const missing = distance(awaited.#expected!, acknowledgement!)
    if (missing === 1 && awaited.#held.length === 0) awaited.#phantomFin = acknowledgement
    else awaited.#giveUpTo(acknowledgement!, at)
  }

  /** Gives up what is missing before the first thing that waits, on whichever side. */
  #skipGap(at: Micros): void {
    const first = this.#held[0]
    if (first === undefined) this.#skipTo(this.#finAt!, at)
    else if (this.#isBlocked()) this.#giveUpAwaited(first.acknowledgement, at)
    else this.#skipTo(first.sequence, at)
    this.#drain()
    this.settle(at)
  }

  /** Ends the side where its FIN was reached, and finds out since when something waits. */
  settle(at: Micros): void {
    if (this.#finAt !== null && !this.#ended && distance(this.#expected!, this.#finAt) <= 0) {
      this.#ended = true
      // Nothing can follow a FIN.
      while (this.#held.length > 0) this.#takeFirst()
      this.#waitingSince = null
      this.#setting.listener.ended(this, at)
    }
    if (this.#waitingSince !== null) return
    let since = this.#finAt === null || this.#ended ? null : this.#finSeenAt
    for (const piece of this.#held) since = Math.min(since ?? piece.at, piece.at)
    this.#waitingSince = since
  }
}

function endOf(piece: HeldPiece): number {
  return (piece.sequence + piece.bytes.length) | 0
}

function acknowledgementOf(segment: Segment): number | null {
  return (segment.flags & tcpFlags.ack) === 0 ? null : segment.acknowledgement
}
