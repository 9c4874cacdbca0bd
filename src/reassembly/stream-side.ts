// One side of a connection: what has been delivered, and the pieces that wait for what is missing
// (RFC 9293, section 3.4). First bytes win where pieces overlap.
import type { MemoryBudget } from '../base/memory-budget.ts'
import type { Micros } from '../model/message.ts'

/** A part of the stream that came before what precedes it; a copy, so the ring may go on. */
export interface HeldPiece {
  readonly sequence: number
  readonly bytes: Uint8Array
  readonly at: Micros
  /** Bytes right after it that the capture cut off. */
  readonly cutBytes: number
}

/** What a piece costs besides its bytes. */
const pieceOverheadBytes = 128

/** How far `to` lies after `from` on the circle of sequence numbers; negative: before it. */
export function distance(from: number, to: number): number {
  return (to - from) | 0
}

export class StreamSide {
  readonly #budget: MemoryBudget
  /** The next sequence number to deliver; null until one was seen. */
  expected: number | null = null
  /** Sequence number of the SYN; null where it was not seen. */
  initial: number | null = null
  /** Where the side ends, once its FIN was seen. */
  finAt: number | null = null
  ended = false
  /** In order, not overlapping, all after `expected`. */
  readonly held: HeldPiece[] = []
  heldBytes = 0

  constructor(budget: MemoryBudget) {
    this.#budget = budget
  }

  /** Since when something is missing; null while nothing is. */
  waitingSince(): Micros | null {
    return this.held[0]?.at ?? null
  }

  /**
   * Keeps a copy of what is not held yet. Answers `refused` where memory is short: nothing was
   * kept then; and `conflict` where held bytes differ from these.
   */
  hold(sequence: number, bytes: Uint8Array, at: Micros, cutBytes: number): HoldResult {
    const added: HeldPiece[] = []
    let conflict = false
    let cursor = 0
    for (const piece of this.held) {
      const start = distance(sequence, piece.sequence)
      const end = start + piece.bytes.length
      if (end <= cursor) continue
      if (start >= bytes.length) break
      if (start > cursor) added.push(this.#copy(sequence, bytes, cursor, start, at, 0))
      conflict ||= differs(bytes, piece.bytes, Math.max(cursor, start), start)
      cursor = Math.max(cursor, end)
    }
    if (cursor < bytes.length) {
      added.push(this.#copy(sequence, bytes, cursor, bytes.length, at, cutBytes))
    }
    const cost = added.reduce((sum, piece) => sum + piece.bytes.length + pieceOverheadBytes, 0)
    if (!this.#budget.take(cost)) return 'refused'
    this.heldBytes += cost
    if (added.length > 0) {
      this.held.push(...added)
      this.held.sort((a, b) => distance(b.sequence, a.sequence))
    }
    return conflict ? 'conflict' : 'held'
  }

  /** Takes the first piece out. */
  shift(): HeldPiece | undefined {
    const piece = this.held.shift()
    if (piece !== undefined) this.#giveBack(piece)
    return piece
  }

  #copy(
    sequence: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    at: Micros,
    cutBytes: number,
  ): HeldPiece {
    return { sequence: (sequence + start) | 0, bytes: bytes.slice(start, end), at, cutBytes }
  }

  #giveBack(piece: HeldPiece): void {
    const cost = piece.bytes.length + pieceOverheadBytes
    this.heldBytes -= cost
    this.#budget.give(cost)
  }
}

export type HoldResult = 'held' | 'conflict' | 'refused'

/** Compares the bytes from `from` on with the piece, which begins at `start` of them. */
function differs(bytes: Uint8Array, piece: Uint8Array, from: number, start: number): boolean {
  const end = Math.min(bytes.length, start + piece.length)
  for (let index = from; index < end; index++) {
    if (bytes[index] !== piece[index - start]) return true
  }
  return false
}
