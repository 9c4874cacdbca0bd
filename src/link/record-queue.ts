// Messages that wait for the link, as gor records back to back, ready to be written.
import type { Message } from '../model/message.ts'
import { formatGorMeta } from '../protocol/gor/gor-meta.ts'
import { gorRecordBytes, putGorRecord } from '../protocol/gor/gor-writer.ts'

/** Whole records in one piece of memory, which does not change any more. */
export interface RecordRun {
  readonly bytes: Uint8Array
  /** Ends of connections are records, and none. */
  readonly messages: number
}

/** Records share memory in pieces of this size, so that one write sends many of them. */
const chunkBytes = 64 * 1024
/** Longer records have memory of their own, so that no chunk is left mostly empty. */
const sharedRecordBytesMax = chunkBytes / 4

/** Holds up to `bytesMax`; beyond, the oldest runs go to make room. */
export class RecordQueue {
  readonly #bytesMax: number
  readonly #runs: RecordRun[] = []
  #bytes = 0
  #chunk = Buffer.alloc(0)
  /** Where the run that is being filled begins and ends in the chunk, and what it holds. */
  #start = 0
  #end = 0
  #messages = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Copies the message in; returns how many messages it cost: older ones, or itself. */
  append(message: Message): number {
    const meta = formatGorMeta(message)
    const bytes = gorRecordBytes(meta, message.payload)
    if (bytes > this.#bytesMax) return message.kind === 'closed' ? 0 : 1
    const shed = this.#shrink(this.#bytesMax - bytes)
    this.#bytes += bytes
    if (bytes > sharedRecordBytesMax) {
      this.#seal()
      const record = Buffer.allocUnsafe(bytes)
      putGorRecord(record, 0, meta, message.payload)
      this.#runs.push({ bytes: record, messages: 1 })
      return shed
    }
    if (this.#end + bytes > this.#chunk.length) this.#beginChunk()
    this.#end = putGorRecord(this.#chunk, this.#end, meta, message.payload)
    if (message.kind !== 'closed') this.#messages += 1
    return shed
  }

  /** The oldest run, with all that came up to now if nothing is older; null when empty. */
  take(): RecordRun | null {
    if (this.#runs.length === 0) this.#seal()
    const run = this.#runs.shift()
    if (run === undefined) return null
    this.#bytes -= run.bytes.length
    return run
  }

  bytes(): number {
    return this.#bytes
  }

  isEmpty(): boolean {
    return this.#bytes === 0
  }

  /** Drops everything; returns how many messages that were. */
  clear(): number {
    return this.#shrink(0)
  }

  #shrink(bytesMax: number): number {
    let shed = 0
    while (this.#bytes > bytesMax) shed += this.take()?.messages ?? 0
    return shed
  }

  #beginChunk(): void {
    this.#seal()
    this.#chunk = Buffer.allocUnsafe(chunkBytes)
    this.#start = 0
    this.#end = 0
  }

  /** Ends the run that is being filled; the next one goes on behind it in the same chunk. */
  #seal(): void {
    if (this.#start === this.#end) return
    const bytes = this.#chunk.subarray(this.#start, this.#end)
    this.#runs.push({ bytes, messages: this.#messages })
    this.#start = this.#end
    this.#messages = 0
  }
}
