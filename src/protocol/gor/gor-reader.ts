// Reads gor records from bytes that come in pieces of any size: a file, or a peer of the link.
import type { MemoryBudget } from '../../base/memory-budget.ts'
import type { SourceDropReason } from '../../model/ledger.ts'
import type { Machine, Message } from '../../model/message.ts'
import { isCutRequest } from '../http1/cut-request.ts'
import { createMessage, type GorMeta, gorSeparator, parseGorMeta } from './gor-meta.ts'
import { SeparatorScanner } from './separator-scanner.ts'

/** `lost` is said once for each record that cannot be given. */
export type GorEvent =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'lost'; readonly reason: GorLoss }

export type GorLoss = Extract<
  SourceDropReason,
  'bad-record' | 'message-too-long' | 'memory' | 'truncated'
>

export interface GorReaderOptions {
  /** A record with a longer payload is skipped as `message-too-long`. */
  readonly payloadBytesMax: number
  /** Holds the payloads that came in part; where it says no, the record is skipped as `memory`. */
  readonly budget: MemoryBudget
  /** Put before connections that the writer did not name; empty for nothing. */
  readonly origin: string
}

/**
 * What the reader is in: the first line of a record, a payload of known length, the separator
 * that must follow it, a payload up to the next separator, or a record of which no more is wanted.
 */
type State = 'meta' | 'sized' | 'separator' | 'search' | 'skip'

/** Longer first lines are no gor records. */
const metaBytesMax = 4096
const storeBytesMin = 4096
const lineFeed = 0x0a
const separatorLine = gorSeparator.toString('latin1').trim()
const nothing: readonly GorEvent[] = []
const noBytes: Buffer = Buffer.alloc(0)

/** Keeps no view of what is pushed; payloads are copies. */
export class GorReader implements Machine<Uint8Array, GorEvent> {
  readonly #options: GorReaderOptions
  readonly #scanner = new SeparatorScanner()
  #events: GorEvent[] = []
  #state: State = 'meta'
  /** The part of a first line that came before the last push. */
  #line = ''
  #meta: GorMeta | null = null
  /** The record has been reported as lost; its end is still looked for. */
  #lost = false
  #store = noBytes
  #stored = 0
  /** Payload bytes to come in `sized`, separator bytes to come in `separator`. */
  #remaining = 0

  constructor(options: GorReaderOptions) {
    this.#options = options
  }

  push(pushed: Uint8Array): readonly GorEvent[] {
    const bytes = Buffer.from(pushed.buffer, pushed.byteOffset, pushed.length)
    let offset = 0
    while (offset < bytes.length) offset = this.#advance(bytes, offset)
    return this.#takeEvents()
  }

  /** A last record without a separator is whole where neither its length nor HTTP deny it. */
  finish(): readonly GorEvent[] {
    if (this.#state === 'search' && this.#stored > 0) {
      // All of a separator but its last byte is one that an editor cut.
      const cut = this.#scanner.matched() === gorSeparator.length - 1
      if (!cut && isCutRequest(this.#store.subarray(0, this.#stored))) this.#lose('truncated')
      else this.#complete(this.#stored - (cut ? gorSeparator.length - 1 : 0))
    } else if (this.#state === 'separator') {
      this.#complete(this.#stored)
    } else if (this.abort()) {
      this.#lose('truncated')
    }
    this.abort()
    return this.#takeEvents()
  }

  /** Gives up what came in part and its memory; true when a record was lost by that. */
  abort(): boolean {
    const cutOff = (this.#state !== 'meta' || this.#line !== '') && !this.#lost
    this.#line = ''
    this.#awaitMeta()
    return cutOff
  }

  #takeEvents(): readonly GorEvent[] {
    if (this.#events.length === 0) return nothing
    const events = this.#events
    this.#events = []
    return events
  }

  /** Returns the offset of the first byte that is left; `offset` itself: the state changed. */
  #advance(bytes: Buffer, offset: number): number {
    switch (this.#state) {
      case 'meta':
        return this.#readMeta(bytes, offset)
      case 'sized':
        return this.#readSized(bytes, offset)
      case 'separator':
        return this.#readSeparator(bytes, offset)
      case 'search':
        return this.#search(bytes, offset)
      case 'skip':
        return this.#skip(bytes, offset)
    }
  }

  #readMeta(bytes: Buffer, offset: number): number {
    const found = bytes.indexOf(lineFeed, offset)
    const end = found === -1 ? bytes.length : found
    if (this.#line.length + end - offset > metaBytesMax) {
      this.#line = ''
      this.#resynchronize(false)
      return end
    }
    const line = this.#line + bytes.toString('latin1', offset, end)
    this.#line = found === -1 ? line : ''
    if (found === -1) return end
    this.#beginRecord(line)
    return end + 1
  }

  #beginRecord(line: string): void {
    if (line === '') return
    if (line === separatorLine) {
      this.#lose('bad-record')
      this.#awaitMeta()
      return
    }
    this.#meta = parseGorMeta(line, this.#options.origin)
    if (this.#meta === null) {
      this.#resynchronize(true)
    } else if (this.#meta.payloadBytes === null) {
      this.#scanner.restart(true)
      this.#state = 'search'
    } else {
      this.#beginSized(this.#meta.payloadBytes)
    }
  }

  #beginSized(payloadBytes: number): void {
    this.#remaining = payloadBytes
    this.#state = 'sized'
    if (payloadBytes > this.#options.payloadBytesMax) this.#lose('message-too-long')
    if (payloadBytes === 0) this.#beginSeparator()
  }

  #readSized(bytes: Buffer, offset: number): number {
    const payloadEnd = offset + this.#remaining
    const recordEnd = payloadEnd + gorSeparator.length
    const whole = this.#stored === 0 && !this.#lost && recordEnd <= bytes.length
    if (whole && gorSeparator.compare(bytes, payloadEnd, recordEnd) === 0) {
      this.#emit(copy(bytes, offset, payloadEnd))
      return recordEnd
    }
    const end = Math.min(payloadEnd, bytes.length)
    this.#append(bytes, offset, end)
    this.#remaining -= end - offset
    if (this.#remaining === 0) this.#beginSeparator()
    return end
  }

  #beginSeparator(): void {
    this.#remaining = gorSeparator.length
    this.#state = 'separator'
  }

  #readSeparator(bytes: Buffer, from: number): number {
    let offset = from
    while (offset < bytes.length && this.#remaining > 0) {
      if (bytes[offset] !== gorSeparator[gorSeparator.length - this.#remaining]) {
        this.#resynchronize(false)
        return offset
      }
      this.#remaining -= 1
      offset += 1
    }
    if (this.#remaining === 0) this.#complete(this.#stored)
    return offset
  }

  #search(bytes: Buffer, offset: number): number {
    const { payloadBytesMax } = this.#options
    const end = this.#scanner.scan(bytes, offset)
    if (end === -1) {
      this.#append(bytes, offset, bytes.length)
      if (this.#stored > payloadBytesMax + gorSeparator.length) this.#lose('message-too-long')
      if (this.#lost) this.#state = 'skip'
      return bytes.length
    }
    // The separator of an empty payload begins with the line feed of the first line.
    const payloadBytes = Math.max(0, this.#stored + end - offset - gorSeparator.length)
    if (this.#stored === 0 && payloadBytes <= payloadBytesMax) {
      this.#emit(copy(bytes, offset, offset + payloadBytes))
    } else {
      this.#append(bytes, offset, Math.max(offset, end - gorSeparator.length))
      this.#complete(payloadBytes)
    }
    return end
  }

  #skip(bytes: Buffer, offset: number): number {
    const end = this.#scanner.scan(bytes, offset)
    if (end === -1) return bytes.length
    this.#awaitMeta()
    return end
  }

  /** Gives the record up for one that cannot be read, and goes on behind the next separator. */
  #resynchronize(behindLineFeed: boolean): void {
    this.#lose('bad-record')
    this.#scanner.restart(behindLineFeed)
    this.#state = 'skip'
  }

  #append(bytes: Buffer, from: number, to: number): void {
    if (this.#lost || from === to) return
    if (this.#reserve(this.#stored + to - from)) {
      bytes.copy(this.#store, this.#stored, from, to)
      this.#stored += to - from
    } else {
      this.#lose('memory')
    }
  }

  /** Doubles, so that each byte is moved a bounded number of times whatever the pieces. */
  #reserve(bytesNeeded: number): boolean {
    if (bytesNeeded <= this.#store.length) return true
    const doubled = Math.max(storeBytesMin, this.#store.length * 2)
    const wanted = Math.min(doubled, this.#meta?.payloadBytes ?? doubled)
    const capacity = Math.max(bytesNeeded, wanted)
    if (!this.#options.budget.take(capacity - this.#store.length)) return false
    const grown = Buffer.allocUnsafe(capacity)
    this.#store.copy(grown, 0, 0, this.#stored)
    this.#store = grown
    return true
  }

  #complete(payloadBytes: number): void {
    if (payloadBytes > this.#options.payloadBytesMax) this.#lose('message-too-long')
    if (this.#lost) this.#awaitMeta()
    else this.#emit(this.#store.subarray(0, payloadBytes))
  }

  #emit(payload: Buffer): void {
    this.#events.push({ kind: 'message', message: createMessage(this.#meta!, payload) })
    this.#awaitMeta()
  }

  #lose(reason: GorLoss): void {
    if (this.#lost) return
    this.#lost = true
    this.#events.push({ kind: 'lost', reason })
    this.#release()
  }

  #awaitMeta(): void {
    this.#release()
    this.#state = 'meta'
    this.#lost = false
  }

  #release(): void {
    this.#options.budget.give(this.#store.length)
    this.#store = noBytes
    this.#stored = 0
  }
}

function copy(bytes: Buffer, start: number, end: number): Buffer {
  const copied = Buffer.allocUnsafe(end - start)
  bytes.copy(copied, 0, start, end)
  return copied
}
