// `--output-file`: records messages in chunks, without ever waiting for the disk.
import type { OutputAccount, OutputDropReason } from '../model/ledger.ts'
import type { ConnectionId, Message, Micros } from '../model/message.ts'
import type { Output } from '../model/output.ts'
import { createEnd, writeGorRecord } from '../protocol/gor/gor-writer.ts'
import { type Chunk, ChunkPlan, type ChunkPlanOptions } from './chunk-plan.ts'

/** The disk; one call at a time. */
export interface RecordingFiles {
  /** Rejects where the bytes are not wholly written; then the file holds none of them. */
  append(chunk: Chunk, bytes: Uint8Array): Promise<void>
  close(chunk: Chunk): Promise<void>
}

export interface FileOutputOptions extends ChunkPlanOptions {
  readonly name: string
  readonly account: OutputAccount
  readonly files: RecordingFiles
  readonly now: () => Micros
  /** Waiting for the disk; what comes beyond is dropped as `queue-full`. */
  readonly queueBytesMax: number
  /** All records of the run together; what comes beyond is dropped as `size-limit`. */
  readonly totalBytesMax: number
  /** The longest that a record is held back to be written with others. */
  readonly flushInterval: Micros
  /** Hears the first error of each stretch of them. */
  readonly onError: (error: Error) => void
}

/** Records that are written together. */
interface Piece {
  readonly chunk: Chunk
  readonly parts: Uint8Array[]
  bytes: number
  /** Of the parts, without the ends of connections. */
  messages: number
}

type Job =
  | { readonly kind: 'append'; readonly piece: Piece }
  | { readonly kind: 'close'; readonly chunk: Chunk }

/** A piece is written when it has so many bytes, however short the time. */
const pieceBytesMax = 256 * 1024

/** A disk that has taken a piece for longer is not waited for at the end. */
const hangMin: Micros = 2_000_000

/** Messages of all kinds; each counts as delivered when the operating system took its bytes. */
export class FileOutput implements Output {
  readonly name: string
  readonly #options: FileOutputOptions
  readonly #plan: ChunkPlan
  readonly #gathering = new Map<Chunk, Piece>()
  readonly #open = new Set<Chunk>()
  readonly #jobs: Job[] = []
  #working: Promise<void> | null = null
  #writing: Piece | null = null
  #writingSince: Micros = 0
  #heldBytes = 0
  #totalBytes = 0
  #flushedAt: Micros = 0
  /** Of the messages so far, whose clock may be that of a recording. */
  #latest: Micros = 0
  #failing = false
  #abandoned = false

  constructor(options: FileOutputOptions) {
    this.name = options.name
    this.#options = options
    this.#plan = new ChunkPlan(options)
  }

  write(batch: readonly Message[]): void {
    const now = this.#options.now()
    for (const message of batch) this.#take(message, now)
  }

  /** Not where messages have files of their own: it would have one, too. */
  ended(connections: readonly ConnectionId[]): void {
    if (this.#plan.isPerMessage) return
    const now = this.#options.now()
    for (const connection of connections) {
      const end = createEnd(connection, this.#latest)
      const record = writeGorRecord(end)
      if (this.#refusal(record.length) === null) this.#place(end, record, now)
    }
  }

  tick(now: Micros): void {
    if (now - this.#flushedAt < this.#options.flushInterval) return
    this.#flushedAt = now
    this.#flush()
  }

  queuedBytes(): number {
    return this.#heldBytes
  }

  /** What is gathered only waits for company. */
  idle(): boolean {
    return this.#working === null
  }

  /** Writes what is left, unless the disk hangs. */
  async close(): Promise<void> {
    const hangs = this.#writing !== null && this.#options.now() - this.#writingSince > hangMin
    if (hangs) return this.#abandon()
    this.#flush()
    for (const chunk of this.#open) this.#queue({ kind: 'close', chunk })
    await this.#working
  }

  #take(message: Message, now: Micros): void {
    const record = writeGorRecord(message)
    const reason = this.#refusal(record.length)
    if (reason !== null) {
      this.#options.account.dropped(reason, 1)
      return
    }
    this.#options.account.accepted(1)
    this.#latest = Math.max(this.#latest, message.at)
    this.#place(message, record, now)
  }

  #place(message: Message, record: Uint8Array, now: Micros): void {
    this.#heldBytes += record.length
    this.#totalBytes += record.length
    const chunk = this.#plan.place(message, record.length, now)
    for (const closed of this.#plan.takeClosed()) this.#end(closed)
    const piece = this.#gather(chunk, record)
    if (message.kind !== 'closed') piece.messages += 1
    if (piece.bytes >= pieceBytesMax) this.#handOver(piece)
  }

  #refusal(recordBytes: number): OutputDropReason | null {
    const { totalBytesMax, queueBytesMax } = this.#options
    if (this.#totalBytes + recordBytes > totalBytesMax) return 'size-limit'
    return this.#heldBytes + recordBytes > queueBytesMax ? 'queue-full' : null
  }

  #gather(chunk: Chunk, record: Uint8Array): Piece {
    this.#open.add(chunk)
    let piece = this.#gathering.get(chunk)
    if (piece === undefined) {
      piece = { chunk, parts: [], bytes: 0, messages: 0 }
      this.#gathering.set(chunk, piece)
    }
    piece.parts.push(record)
    piece.bytes += record.length
    return piece
  }

  #end(chunk: Chunk): void {
    const piece = this.#gathering.get(chunk)
    if (piece !== undefined) this.#handOver(piece)
    this.#open.delete(chunk)
    this.#queue({ kind: 'close', chunk })
  }

  #flush(): void {
    for (const piece of this.#gathering.values()) this.#handOver(piece)
  }

  #handOver(piece: Piece): void {
    this.#gathering.delete(piece.chunk)
    this.#queue({ kind: 'append', piece })
  }

  #queue(job: Job): void {
    this.#jobs.push(job)
    this.#working ??= this.#work()
  }

  async #work(): Promise<void> {
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
      if (job.kind === 'append') await this.#append(job.piece)
      else await this.#options.files.close(job.chunk).catch((error: Error) => this.#failed(error))
    }
    this.#working = null
  }

  async #append(piece: Piece): Promise<void> {
    const { files, account } = this.#options
    this.#writing = piece
    this.#writingSince = this.#options.now()
    try {
      await files.append(piece.chunk, Buffer.concat(piece.parts))
      this.#failing = false
      if (!this.#abandoned) account.delivered(piece.messages)
    } catch (error) {
      this.#totalBytes -= piece.bytes
      if (this.#abandoned) return
      this.#failed(error as Error)
      account.dropped('write-failed', piece.messages)
    }
    this.#writing = null
    this.#heldBytes -= piece.bytes
  }

  /** Nothing more is written, and nothing awaited. */
  #abandon(): void {
    this.#abandoned = true
    const pieces = this.#jobs.flatMap((job) => (job.kind === 'append' ? [job.piece] : []))
    this.#jobs.length = 0
    pieces.push(...this.#gathering.values())
    if (this.#writing !== null) pieces.push(this.#writing)
    const left = pieces.reduce((sum, { messages }) => sum + messages, 0)
    this.#options.account.dropped('exit', left)
  }

  #failed(error: Error): void {
    if (!this.#failing) this.#options.onError(error)
    this.#failing = true
  }
}
