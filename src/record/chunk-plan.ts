// Which chunk of a recording a record goes to: chunks end with the time in their name, at a size,
// or at a number of records.
import type { Message, Micros } from '../model/message.ts'
import { expandName, messageTokens, nanosToken, timeTokens } from './file-pattern.ts'

export interface ChunkPlanOptions {
  readonly pattern: string
  /** What `%i` stands for. */
  readonly instance: string
  /** Bytes of records, before compression; a longer record has a chunk of its own. */
  readonly chunkBytesMax: number
  readonly chunkRecordsMax: number
}

/** A file of the recording; whether its name needs a number is up to who writes it. */
export interface Chunk {
  readonly name: string
}

interface OpenChunk extends Chunk {
  bytes: number
  records: number
}

/** Names that differ by message may alternate; beyond, the one used longest ago is closed. */
const openChunksMax = 64

/** Chunks are told apart by identity: two may have one name. */
export class ChunkPlan {
  readonly #options: ChunkPlanOptions
  readonly #pattern: string
  /** Whether the name differs by message. */
  readonly isPerMessage: boolean
  /** By name; in the order of use where names differ by message. */
  readonly #open = new Map<string, OpenChunk>()
  #second = Number.NaN
  /** The pattern with the time of `#second`. */
  #current = ''
  #closed: Chunk[] = []

  constructor(options: ChunkPlanOptions) {
    this.#options = options
    this.#pattern = expandName(options.pattern, { i: options.instance })
    this.isPerMessage = /%[rt]/.test(this.#pattern)
  }

  /** The chunk for a record of `recordBytes` that is written at `now`. */
  place(message: Message, recordBytes: number, now: Micros): Chunk {
    this.#enterSecond(Math.floor(now / 1_000_000))
    const name = this.isPerMessage
      ? expandName(this.#current, messageTokens(message))
      : this.#current
    const chunk = this.#find(name, recordBytes) ?? this.#begin(name, now)
    chunk.bytes += recordBytes
    chunk.records += 1
    return chunk
  }

  /** The chunks that were ended since the last call. */
  takeClosed(): readonly Chunk[] {
    if (this.#closed.length === 0) return this.#closed
    const closed = this.#closed
    this.#closed = []
    return closed
  }

  #enterSecond(second: number): void {
    if (second === this.#second) return
    this.#second = second
    const current = expandName(this.#pattern, timeTokens(second * 1_000_000))
    if (current === this.#current) return
    this.#current = current
    for (const [name, chunk] of this.#open) this.#end(name, chunk)
  }

  #find(name: string, recordBytes: number): OpenChunk | null {
    const chunk = this.#open.get(name)
    if (chunk === undefined) return null
    const { chunkBytesMax, chunkRecordsMax } = this.#options
    if (chunk.bytes + recordBytes > chunkBytesMax || chunk.records >= chunkRecordsMax) {
      this.#end(name, chunk)
      return null
    }
    if (this.isPerMessage) {
      this.#open.delete(name)
      this.#open.set(name, chunk)
    }
    return chunk
  }

  #begin(name: string, now: Micros): OpenChunk {
    const [oldest] = this.#open.size >= openChunksMax ? this.#open : []
    if (oldest !== undefined) this.#end(...oldest)
    const chunk = { name: expandName(name, nanosToken(now)), bytes: 0, records: 0 }
    this.#open.set(name, chunk)
    return chunk
  }

  #end(name: string, chunk: OpenChunk): void {
    this.#open.delete(name)
    this.#closed.push(chunk)
  }
}
