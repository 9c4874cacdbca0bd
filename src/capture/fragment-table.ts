// Puts IP fragments together (RFC 791, section 3.2; RFC 8200, section 4.5), within bounds. What is
// given up here shows as a gap of its connection, and is counted there.
import type { MemoryBudget } from '../base/memory-budget.ts'
import type { Micros } from '../model/message.ts'

export interface Fragment {
  /** The same for all fragments of one datagram, and no other's. */
  readonly key: string
  /** All headers of the whole datagram; read from the fragment at offset 0 only. */
  readonly headers: Uint8Array
  readonly offset: number
  /** Copied. */
  readonly bytes: Uint8Array
  readonly isLast: boolean
  /** An overlap gives up the whole datagram (RFC 5722); else the bytes that came first stay. */
  readonly refusesOverlap: boolean
}

export interface FragmentTableOptions {
  /** Bytes of all datagrams together; a fragment beyond is lost. */
  readonly budget: MemoryBudget
}

/** Holds fragments until their datagram is whole, or too old, or one too many. */
export class FragmentTable {
  readonly #budget: MemoryBudget
  readonly #datagrams = new Map<string, Datagram>()

  constructor(options: FragmentTableOptions) {
    this.#budget = options.budget
  }

  /** The whole datagram with its headers as they were given, or null while some is missing. */
  push(fragment: Fragment, at: Micros): Uint8Array | null {
    this.#expire(at)
    const { key, offset, bytes, isLast } = fragment
    const isUneven = !isLast && bytes.length % 8 !== 0
    if (bytes.length === 0 || isUneven || offset + bytes.length > datagramBytesMax) return null
    const datagram = this.#datagrams.get(key) ?? this.#open(key, at)
    if (datagram.broken || isRepeated(datagram, fragment)) return null
    const cost = fragment.headers.length + bytes.length + pieceOverheadBytes
    const isRefused = fragment.refusesOverlap && overlaps(datagram, fragment)
    const isTooMany = datagram.pieces.length === piecesMax
    if (isRefused || isTooMany || !this.#budget.take(cost)) {
      this.#break(datagram)
      return null
    }
    datagram.heldBytes += cost
    add(datagram, fragment)
    if (!isWhole(datagram)) return null
    this.#datagrams.delete(key)
    this.#budget.give(datagram.heldBytes)
    return join(datagram)
  }

  #open(key: string, at: Micros): Datagram {
    const [oldest] = this.#datagrams.size === datagramsMax ? this.#datagrams.keys() : []
    if (oldest !== undefined) this.#forget(oldest)
    const datagram = { at, pieces: [], headers: null, end: null, pieceBytes: 0 }
    const opened: Datagram = { ...datagram, heldBytes: 0, broken: false }
    this.#datagrams.set(key, opened)
    return opened
  }

  /** The name stays, so that what still comes of the datagram makes no other one. */
  #break(datagram: Datagram): void {
    this.#budget.give(datagram.heldBytes)
    datagram.heldBytes = 0
    datagram.pieces.length = 0
    datagram.broken = true
  }

  /** The map is in order of age, as far as the packets are. */
  #expire(at: Micros): void {
    for (const [key, datagram] of this.#datagrams) {
      if (at - datagram.at <= waitMax) return
      this.#forget(key)
    }
  }

  #forget(key: string): void {
    this.#budget.give(this.#datagrams.get(key)!.heldBytes)
    this.#datagrams.delete(key)
  }
}

interface Piece {
  readonly offset: number
  readonly bytes: Uint8Array
}

interface Datagram {
  readonly at: Micros
  /** In order of arrival. */
  readonly pieces: Piece[]
  headers: Uint8Array | null
  /** Where its last fragment ends; null until that came. */
  end: number | null
  pieceBytes: number
  heldBytes: number
  broken: boolean
}

/** As long as the field for it can tell. */
const datagramBytesMax = 65_535

/** Datagrams that wait for fragments; beyond, the oldest is forgotten. */
const datagramsMax = 1024

/** Fragments of one datagram; beyond, it is given up. */
const piecesMax = 512

/** What an entry costs besides its bytes. */
const pieceOverheadBytes = 128

/** As Linux waits (net.ipv4.ipfrag_time). */
const waitMax: Micros = 30_000_000

function isRepeated({ pieces }: Datagram, { offset, bytes }: Fragment): boolean {
  return pieces.some((piece) => piece.offset === offset && piece.bytes.length === bytes.length)
}

function overlaps({ pieces }: Datagram, { offset, bytes }: Fragment): boolean {
  const end = offset + bytes.length
  return pieces.some((piece) => piece.offset < end && piece.offset + piece.bytes.length > offset)
}

function add(datagram: Datagram, fragment: Fragment): void {
  const { offset, bytes, headers, isLast } = fragment
  datagram.pieces.push({ offset, bytes: bytes.slice() })
  datagram.pieceBytes += bytes.length
  if (offset === 0) datagram.headers ??= headers.slice()
  if (isLast) datagram.end ??= offset + bytes.length
}

function isWhole({ pieces, headers, end, pieceBytes }: Datagram): boolean {
  if (headers === null || end === null || pieceBytes < end) return false
  let reached = 0
  for (const { offset, bytes } of pieces.toSorted((a, b) => a.offset - b.offset)) {
    if (offset > reached) return false
    reached = Math.max(reached, offset + bytes.length)
  }
  return reached >= end
}

function join({ pieces, headers, end }: Datagram): Uint8Array {
  const whole = new Uint8Array(headers!.length + end!)
  whole.set(headers!)
  // The first to come is written last, over what repeats it differently.
  for (const { offset, bytes } of pieces.toReversed()) {
    whole.set(
      bytes.subarray(0, Math.max(0, end! - offset)),
      headers!.length + Math.min(offset, end!),
    )
  }
  return whole
}
