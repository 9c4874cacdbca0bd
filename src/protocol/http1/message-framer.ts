// Cuts one side of a connection into HTTP/1 messages (RFC 9112): captured, or a target's answers.
import assert from 'node:assert/strict'
import { append } from '../../base/append.ts'
import { Queue } from '../../base/queue.ts'
import type { Micros } from '../../model/message.ts'
import { ChunkedReader } from './chunked-reader.ts'
import type { FramedEvent, FramerLoss, MessageStart } from './framed-event.ts'
import type { FramerLimits, FramerOptions } from './framer-options.ts'
import { type HeadError, HeadReader, headBad, headCut } from './head-reader.ts'
import type { MessageHead } from './message-head.ts'
import { MessageStore } from './message-store.ts'
import { octets } from './octets.ts'
import { checkStartLinePrefix, isPlausibleStart, type MessageSide } from './start-line.ts'

/** skipping: until a push begins like a message; ignoring: until the end of the side. */
type State = 'between' | 'head' | 'length' | 'chunked' | 'until-close' | 'skipping' | 'ignoring'

/** Requests whose responses were never seen are forgotten beyond this. */
const expectedRequestsMax = 1024
/** Taken for a request that was not seen. */
const unknownMethod = 'GET'
const noEvents: readonly FramedEvent[] = []
const noBytes = new Uint8Array(0)
const unknownStart: MessageStart = { sequence: 0, acknowledgement: null }

/** Frames one side of one connection; never throws, whatever the bytes. */
export class MessageFramer {
  readonly #side: MessageSide
  readonly #limits: FramerLimits
  readonly #keep: boolean | 'short'
  readonly #tellsHeads: boolean
  readonly #allowIncomplete: boolean
  readonly #store: MessageStore
  readonly #headReader: HeadReader
  #chunkedReader: ChunkedReader | null = null
  readonly #expected = new Queue<string>()
  #events: FramedEvent[] | null = null
  #state: State
  #head: MessageHead | null = null
  #headTold = false
  /** A request asked for another protocol: what follows may be that. */
  #mayBeOpaque = false
  #prefixChecked = false
  /** Where, in the stored head, the line begins that is not whole. */
  #lineStart = 0
  /** The loss of the current message was reported; it is followed to its end all the same. */
  #lost = false
  /** The current message is too long to be kept, and is followed to its end without. */
  #emptied = false
  /** Octets of the body that are to come, where its length is known. */
  #remaining = 0
  /** Octets of the current message so far. */
  #size = 0
  /** Up to where the bytes of this push are counted in `#size`; 0 between pushes. */
  #from = 0
  #startedAt: Micros = 0
  #endedAt: Micros = 0
  #start: MessageStart = unknownStart

  constructor(options: FramerOptions) {
    this.#side = options.side
    this.#limits = options.limits
    this.#keep = options.keep
    this.#tellsHeads = options.heads ?? false
    this.#allowIncomplete = options.allowIncomplete ?? false
    this.#store = new MessageStore(options.budget)
    this.#headReader = new HeadReader(options.side, options.limits.headBytesMax)
    this.#state = options.synchronized ? 'between' : 'skipping'
  }

  /** Takes bytes that begin as `from` says; a payload whole in them is a view of them. */
  push(bytes: Uint8Array, at: Micros, from: MessageStart = unknownStart): readonly FramedEvent[] {
    if (this.#state === 'ignoring' || bytes.length === 0) return noEvents
    if (this.#state === 'skipping') {
      if (!isPlausibleStart(this.#side, bytes, 0)) return noEvents
      this.#state = 'between'
    }
    this.#endedAt = at
    let position = 0
    while (position < bytes.length) position = this.#step(bytes, position, at, from)
    if (this.isInMessage()) this.#settle(bytes, bytes.length)
    this.#from = 0
    this.#tellHead()
    return this.#takeEvents()
  }

  /** Bytes of the side that never came; what comes next follows after them. */
  gap(byteCount: number): readonly FramedEvent[] {
    if (!this.isFollowing() || byteCount <= 0) return noEvents
    if (byteCount > this.#skippableBytes()) {
      // A message of which the loss was reported is followed by one that is lost as well.
      this.#desynchronize('gap', this.#lost && this.isInMessage())
      return this.#takeEvents()
    }
    this.#lose('gap')
    if (this.#state === 'length') this.#remaining -= byteCount
    if (this.#state === 'chunked') this.#chunkedReader?.skip(byteCount)
    if (this.#state === 'length' && this.#remaining === 0) this.#endMessage(noBytes, 0)
    return this.#takeEvents()
  }

  /** The side ended, in whatever way; nothing that is pushed later counts. */
  finish(at: Micros): readonly FramedEvent[] {
    if (this.#state === 'until-close') {
      this.#endedAt = at
      this.#endMessage(noBytes, 0)
    } else if (this.isInMessage()) this.#lose('truncated')
    this.release()
    return this.#takeEvents()
  }

  /** What is pushed next begins a message; what is under way is dropped. */
  restart(): void {
    this.release()
    this.#head = null
    this.#state = 'between'
  }

  /** Whether a message is under way. */
  isInMessage(): boolean {
    return this.#state !== 'between' && this.isFollowing()
  }

  /** Whether it is known where in a message, or between which, the next byte stands. */
  isFollowing(): boolean {
    return this.#state !== 'skipping' && this.#state !== 'ignoring'
  }

  /** Gives back all memory; nothing that is pushed later counts. */
  release(): void {
    this.#store.clear()
    this.#expected.clear()
    this.#state = 'ignoring'
  }

  /** Of a response side: a request was sent whose final response is to come, after those before. */
  expectResponseTo(method: string): void {
    // After a loss, the newest request is the likeliest to be answered by what can be read next.
    if (this.#state === 'skipping') this.#expected.clear()
    if (this.#expected.length === expectedRequestsMax) this.#expected.shift()
    this.#expected.push(method)
  }

  expectsContinue(): boolean {
    return this.#head?.expectContinue ?? false
  }

  #step(bytes: Uint8Array, position: number, at: Micros, from: MessageStart): number {
    switch (this.#state) {
      case 'between':
        return this.#beginMessage(bytes, position, at, from)
      case 'head':
        return this.#readHead(bytes, position)
      case 'length': {
        const end = Math.min(bytes.length, position + this.#remaining)
        this.#remaining -= end - position
        if (this.#remaining === 0) this.#endMessage(bytes, end)
        return end
      }
      case 'chunked':
        return this.#readChunked(bytes, position)
      default:
        return bytes.length
    }
  }

  /** Goes over empty lines before a start line (RFC 9112, section 2.2). */
  #beginMessage(bytes: Uint8Array, position: number, at: Micros, from: MessageStart): number {
    let start = position
    while (bytes[start] === octets.cr || bytes[start] === octets.lf) start++
    if (start === bytes.length) return start
    this.#state = 'head'
    this.#headReader.begin()
    this.#prefixChecked = false
    this.#lost = false
    this.#emptied = false
    this.#size = 0
    this.#from = start
    this.#startedAt = at
    // A copy: what was given may hold on to more.
    this.#start = { sequence: (from.sequence + start) | 0, acknowledgement: from.acknowledgement }
    this.#headTold = false
    return start
  }

  #readHead(bytes: Uint8Array, position: number): number {
    if (this.#store.length() > 0) return this.#readStoredHead(bytes, position)
    if (!this.#checkPrefix(bytes, position, bytes.length, bytes)) return bytes.length
    const headEnd = this.#headReader.read(bytes, position, position, bytes.length)
    this.#lineStart = this.#headReader.lineStart - position
    if (headEnd === headBad) this.#failHead(this.#headReader.error, bytes)
    else if (headEnd !== headCut) this.#endHead(bytes, headEnd, headEnd - position)
    return headEnd < 0 ? bytes.length : headEnd
  }

  /** Goes on with a head whose beginning is stored, a line at a time. */
  #readStoredHead(bytes: Uint8Array, position: number): number {
    const store = this.#store
    const lineFeed = bytes.indexOf(octets.lf, position)
    const end = lineFeed < 0 ? bytes.length : lineFeed + 1
    this.#settle(bytes, end)
    if (this.#state !== 'head') return end
    if (!this.#checkPrefix(store.bytes(), 0, store.length(), bytes)) return end
    if (lineFeed < 0) {
      if (store.length() > this.#limits.headBytesMax) this.#failHead('head-too-long', bytes)
      return end
    }
    const headEnd = this.#headReader.read(store.bytes(), 0, this.#lineStart, store.length())
    this.#lineStart = this.#headReader.lineStart
    if (headEnd === headBad) this.#failHead(this.#headReader.error, bytes)
    else if (headEnd !== headCut) this.#endHead(bytes, end, headEnd)
    return end
  }

  /** False where what should be a start line is none, which shows before its line is whole. */
  #checkPrefix(bytes: Uint8Array, start: number, end: number, pushed: Uint8Array): boolean {
    if (this.#prefixChecked) return true
    const prefix = checkStartLinePrefix(this.#side, bytes, start, end)
    this.#prefixChecked = prefix === 'good'
    if (prefix === 'bad') this.#failHead('not-http', pushed)
    return prefix !== 'bad'
  }

  /** The head is whole and ends at `end` of this push. */
  #endHead(bytes: Uint8Array, end: number, headBytes: number): void {
    const head = this.#headReader.finish(headBytes, this.#expected.first() ?? unknownMethod)
    if (typeof head === 'string') {
      this.#failHead(head, bytes)
      return
    }
    // An interim response comes before the one that answers; 101 is that one.
    if (head.status >= 100 && head.status < 200 && head.status !== 101) {
      this.#store.clear()
      this.#state = 'between'
      return
    }
    this.#expected.shift()
    this.#head = head
    if (!this.#keep) this.#store.clear()
    switch (head.framing) {
      case 'none':
        this.#endMessage(bytes, end)
        return
      case 'length':
        this.#remaining = head.contentLength
        if (this.#exceeds(headBytes + head.contentLength)) this.#lose('message-too-long')
        break
      case 'chunked':
        this.#chunkedReader ??= new ChunkedReader(this.#limits.headBytesMax)
        this.#chunkedReader.begin(headBytes)
        break
    }
    this.#state = head.framing
  }

  #readChunked(bytes: Uint8Array, position: number): number {
    const reader = this.#chunkedReader
    assert(reader !== null)
    const end = reader.read(bytes, position, bytes.length)
    const outcome = reader.outcome()
    if (outcome === 'whole') this.#endMessage(bytes, end)
    else if (outcome !== 'more') {
      this.#count(end)
      this.#desynchronize(outcome)
    }
    return end
  }

  /** The message is whole and ends at `end` of this push. */
  #endMessage(bytes: Uint8Array, end: number): void {
    const [head, start] = [this.#head, this.#from]
    assert(head !== null)
    this.#count(end)
    const payload = this.#lost ? null : this.#takePayload(bytes, start, end)
    if (payload === null) this.#lose('memory')
    else this.#emitMessage(payload, head)
    this.#head = null
    this.#state = 'between'
    if (this.#side === 'request') this.#mayBeOpaque = head.upgrade
    else if (head.upgrade) this.#becomeOpaque(bytes.subarray(end))
  }

  #emitMessage(payload: Uint8Array, head: MessageHead): void {
    const [startedAt, endedAt] = [this.#startedAt, this.#endedAt]
    this.#emit({ kind: 'message', payload, head, startedAt, endedAt, start: this.#start })
  }

  /** Null where the memory for a message that came in pieces was refused. */
  #takePayload(bytes: Uint8Array, start: number, end: number): Uint8Array | null {
    if (!this.#keep || this.#emptied) return noBytes
    const isAll = start === 0 && end === bytes.length
    if (this.#store.length() === 0) return isAll ? bytes : bytes.subarray(start, end)
    if (this.#store.append(bytes, start, end, this.#size)) return this.#store.take()
    return this.#keep === 'short' ? noBytes : null
  }

  /** Counts the octets up to `end` as the message's, and stores them where they are kept. */
  #settle(bytes: Uint8Array, end: number): void {
    const start = this.#from
    if (this.#state === 'head') {
      this.#from = end
      this.#size += end - start
      // What a head says cannot be followed without it.
      const isStored = this.#store.append(bytes, start, end, this.#limits.headBytesMax)
      if (!isStored) this.#desynchronize('memory')
      return
    }
    this.#count(end)
    if (this.#lost || this.#emptied || !this.#keep) return
    if (!this.#store.append(bytes, start, end, this.#capacityMax())) this.#lose('memory')
  }

  /** Counts the octets up to `end` as the message's; it is lost where they are too many. */
  #count(end: number): void {
    this.#size += end - this.#from
    this.#from = end
    if (this.#exceeds(this.#size)) this.#lose('message-too-long')
  }

  #exceeds(messageBytes: number): boolean {
    return this.#keep !== false && messageBytes > this.#limits.messageBytesMax
  }

  /** The most that the current message can come to. */
  #capacityMax(): number {
    return this.#state === 'length' ? this.#size + this.#remaining : this.#limits.messageBytesMax
  }

  /** How many octets can be missed without losing track of where the message ends. */
  #skippableBytes(): number {
    switch (this.#state) {
      case 'length':
        return this.#remaining
      case 'chunked':
        return this.#chunkedReader?.skippableBytes() ?? 0
      case 'until-close':
        return Number.POSITIVE_INFINITY
      default:
        return 0
    }
  }

  /** What is not stored of the head stands in `bytes`. */
  #failHead(error: HeadError, bytes: Uint8Array): void {
    const isOtherProtocol = this.#mayBeOpaque && !this.#headReader.startLineRead()
    if (error !== 'http2' && !isOtherProtocol) {
      this.#desynchronize(error)
      return
    }
    const rest = bytes.subarray(this.#from)
    if (!isOtherProtocol) this.#lose('not-http')
    const stored = this.#store.take()
    this.#becomeOpaque(stored.length === 0 ? rest : Buffer.concat([stored, rest]))
  }

  #becomeOpaque(bytes: Uint8Array): void {
    this.#emit({ kind: 'opaque', bytes })
    this.release()
  }

  /** Loses the current message and, with it, where the next one begins. */
  #desynchronize(reason: FramerLoss, follows = false): void {
    if (reason === 'gap') this.#lost = false
    this.#lose(reason, follows)
    this.#head = null
    this.#state = 'skipping'
    this.#mayBeOpaque = false
    this.#expected.clear()
  }

  #lose(reason: FramerLoss, follows = false): void {
    if (this.#lost) return
    const stored = this.#store.take()
    const isTooLong = reason === 'message-too-long' || reason === 'memory'
    this.#emptied = isTooLong && this.#keep === 'short' && this.#head !== null
    if (this.#emptied) return
    this.#lost = true
    this.#tellHead()
    const isCut = this.#allowIncomplete && (reason === 'gap' || reason === 'truncated')
    if (isCut && this.#head !== null && !follows) this.#emitMessage(stored, this.#head)
    else this.#emit(follows ? { kind: 'lost', reason, follows } : { kind: 'lost', reason })
  }

  #tellHead(): void {
    if (!this.#tellsHeads || this.#headTold || this.#head === null) return
    this.#headTold = true
    this.#emit({ kind: 'head', head: this.#head, start: this.#start })
  }

  #emit(event: FramedEvent): void {
    this.#events = append(this.#events, event)
  }

  #takeEvents(): readonly FramedEvent[] {
    const events = this.#events ?? noEvents
    this.#events = null
    return events
  }
}
