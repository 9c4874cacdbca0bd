// Both sides of a connection that speaks HTTP/1, until another protocol takes it over: requests,
// the responses to them where they are followed, and what comes after an upgrade as it is
// (RFC 9110, sections 7.8 and 9.3.6).
import type { MemoryBudget } from '../../base/memory-budget.ts'
import type { Micros } from '../../model/message.ts'
import type {
  ConnectionListener,
  ConnectionMachine,
  SideBytes,
  SideGap,
} from '../connection-machine.ts'
import type { FramedEvent, FramerLoss, MessageStart } from './framed-event.ts'
import type { FramerLimits } from './framer-options.ts'
import { MessageFramer } from './message-framer.ts'
import { findHeader } from './request-editor.ts'
import { type Exchange, ResponsePairing } from './response-pairing.ts'

export interface HttpConnectionOptions {
  readonly limits: FramerLimits
  readonly budget: MemoryBudget
  /** The connection is seen from its first byte on. */
  readonly synchronized: boolean
  /** Follow the server's side, too. */
  readonly responses: boolean
  /** Give what came of a message that is cut by a gap or by the end of its side. */
  readonly allowIncomplete: boolean
  /** Lower case; a request with this header is lost as `marked`, and so is its response. */
  readonly markHeader: string
}

type FramedLoss = Extract<FramedEvent, { kind: 'lost' }>
type FramedMessage = Extract<FramedEvent, { kind: 'message' }>

/** A response that was whole before its request. */
interface EarlyResponse {
  readonly exchange: Exchange
  readonly event: FramedMessage
}

export class HttpConnection implements ConnectionMachine {
  readonly #listener: ConnectionListener
  readonly #budget: MemoryBudget
  readonly #markHeader: string
  readonly #requests: MessageFramer
  /** Null where responses are not followed. */
  readonly #server: ServerSide | null
  #exchanges = 0
  #newestAcknowledgement: number | null = null
  /** Of the request that is under way; null: it cannot be paired, or none is. */
  #open: Exchange | null = null
  #isOpen = false
  #early: EarlyResponse | null = null
  /** Where a client's bytes began at a moment at which nothing was on its way. */
  #quietAt: number | null = null
  /** The newest request was captured, and asks for another protocol. */
  #upgradeAsked = false
  /** Bytes are no HTTP: given as they are, or left out where the upgrade was not captured. */
  #tunnel: 'none' | 'raw' | 'ignored' = 'none'

  constructor(options: HttpConnectionOptions, listener: ConnectionListener) {
    const { limits, budget, synchronized, responses, allowIncomplete, markHeader } = options
    this.#listener = listener
    this.#budget = budget
    this.#markHeader = markHeader
    const common = { limits, budget, synchronized, allowIncomplete, keep: true }
    this.#requests = new MessageFramer({ ...common, side: 'request', heads: responses })
    this.#server = responses
      ? {
          framer: new MessageFramer({ ...common, side: 'response' }),
          pairing: new ResponsePairing(synchronized),
          next: null,
          received: null,
          isRaw: false,
          isBroken: false,
        }
      : null
  }

  push(from: SideBytes): void {
    if (from.side === 'client') this.#pushClient(from)
    else if (this.#server !== null) this.#pushServer(from, this.#server)
  }

  gap({ side, byteCount, sequence }: SideGap): void {
    if (side === 'client') {
      if (this.#tunnel === 'raw') {
        // What comes behind it would be taken for a part of what was lost.
        this.#tunnel = 'ignored'
        this.#listener.lost('gap')
      }
      this.#hearRequests(this.#requests.gap(byteCount))
      return
    }
    const server = this.#server
    if (server === null) return
    if (server.isRaw && !server.isBroken && this.#tunnel === 'raw') {
      server.isBroken = true
      this.#listener.lost('gap')
    }
    this.#hearResponses(server.framer.gap(byteCount), server)
    server.next = (sequence + byteCount) | 0
    // What was lost may have said more.
    server.received = null
  }

  ended(side: 'client' | 'server', at: Micros): void {
    if (side === 'client') this.#hearRequests(this.#requests.finish(at))
    else if (this.#server !== null) {
      this.#hearResponses(this.#server.framer.finish(at), this.#server)
    }
  }

  closed(at: Micros): void {
    this.ended('client', at)
    this.ended('server', at)
    if (this.#server === null) return
    this.#server.pairing.finish()
    this.#countUnpaired(this.#server.pairing)
  }

  expire(): void {}

  exchanges(): number {
    return this.#exchanges
  }

  #pushClient(from: SideBytes): void {
    if (this.#tunnel === 'raw') {
      this.#captureRaw(from, from.bytes)
      return
    }
    const server = this.#server
    if (server !== null && !server.pairing.isCertain() && isQuiet(server, from)) {
      this.#quietAt = from.sequence
    }
    const events = this.#requests.push(from.bytes, from.at, from)
    if (events.length > 0) this.#hearRequests(events, from)
  }

  #hearRequests(events: readonly FramedEvent[], from: SideBytes | null = null): void {
    for (const event of events) {
      switch (event.kind) {
        case 'head':
          this.#beginRequest(event.start, event.head.method)
          break
        case 'message':
          if (!this.#isOpen) this.#beginRequest(event.start, event.head.method)
          this.#captureRequest(event)
          this.#isOpen = false
          break
        case 'lost':
          this.#upgradeAsked = false
          this.#loseRequest(event.reason, !this.#isOpen && !event.follows)
          this.#isOpen = false
          break
        case 'opaque':
          this.#tunnel = this.#upgradeAsked ? 'raw' : 'ignored'
          if (from !== null && this.#upgradeAsked) this.#captureRaw(from, event.bytes)
      }
    }
  }

  /** The head of a request is whole. */
  #beginRequest(start: MessageStart, method: string): void {
    this.#isOpen = true
    const server = this.#server
    if (server === null) return
    const { pairing, framer } = server
    const isStillQuiet =
      start.sequence === this.#quietAt &&
      server.next === start.acknowledgement &&
      !(framer.isFollowing() && framer.isInMessage())
    this.#quietAt = null
    const wasCertain = pairing.isCertain()
    this.#open = pairing.begin(start, isStillQuiet)
    const isResumed = !wasCertain && pairing.isCertain()
    // The server's next byte then begins a response, whatever is known of those before.
    if (isResumed || (isStillQuiet && !framer.isFollowing())) framer.restart()
    framer.expectResponseTo(method)
    this.#countUnpaired(pairing)
  }

  #captureRequest({ payload, head, start, startedAt, endedAt }: FramedMessage): void {
    const { acknowledgement } = start
    const pipelined =
      this.#exchanges > 0 &&
      acknowledgement !== null &&
      acknowledgement === this.#newestAcknowledgement
    this.#newestAcknowledgement = acknowledgement
    const sequence = this.#exchanges++
    this.#upgradeAsked = head.upgrade
    if (findHeader(payload, this.#markHeader) !== null) {
      this.#upgradeAsked = false
      this.#loseRequest('marked', false)
      return
    }
    const exchange = this.#takeOpen()
    this.#server?.pairing.captured(exchange, sequence)
    this.#listener.captured({
      kind: 'request',
      sequence,
      startedAt,
      endedAt,
      payload,
      pipelined,
      raw: false,
    })
    const early = this.#early
    if (early !== null) this.#giveEarly(early)
  }

  #loseRequest(reason: FramerLoss | 'marked', unbegun: boolean): void {
    this.#listener.lost(reason)
    const exchange = this.#takeOpen()
    if (exchange !== null) {
      exchange.request = 'missing'
      if (reason === 'marked') exchange.missing = 'marked'
    }
    if (this.#early !== null) this.#giveEarly(this.#early)
    if (this.#requests.isFollowing()) return
    // A gap that begins where a request does, or in its head, holds a part of one.
    this.#server?.pairing.loseClient(unbegun && reason === 'gap')
  }

  #takeOpen(): Exchange | null {
    const exchange = this.#open
    this.#open = null
    return exchange
  }

  #pushServer(from: SideBytes, server: ServerSide): void {
    const { bytes, sequence, acknowledgement } = from
    if (server.isRaw) {
      if (this.#tunnel === 'raw' && !server.isBroken) this.#captureRawResponse(from, bytes)
      return
    }
    const events = server.framer.push(bytes, from.at, from)
    server.next = (sequence + bytes.length) | 0
    server.received = acknowledgement
    if (events.length > 0) this.#hearResponses(events, server, from)
  }

  #hearResponses(
    events: readonly FramedEvent[],
    server: ServerSide,
    from: SideBytes | null = null,
  ): void {
    for (const event of events) {
      switch (event.kind) {
        case 'message': {
          const exchange = server.pairing.respond(event.start)
          if (event.head.upgrade) this.#upgrade(exchange, server, event.endedAt)
          if (exchange !== null) this.#giveResponse(exchange, event)
          break
        }
        case 'lost':
          this.#loseResponse(event, server)
          break
        case 'opaque':
          server.isRaw = true
          if (from !== null && this.#tunnel === 'raw') this.#captureRawResponse(from, event.bytes)
          break
        case 'head':
      }
    }
    this.#countUnpaired(server.pairing)
  }

  #giveResponse(exchange: Exchange, event: FramedMessage): void {
    const { payload, startedAt, endedAt } = event
    const { sequence } = exchange
    switch (exchange.request) {
      case 'captured':
        this.#listener.captured({
          kind: 'response',
          sequence,
          startedAt,
          endedAt,
          payload,
          pipelined: false,
          raw: false,
        })
        break
      case 'missing':
        this.#listener.lost(exchange.missing)
        break
      case 'open':
        if (!this.#budget.take(payload.length)) this.#listener.lost('memory')
        else this.#early = { exchange, event: { ...event, payload: Uint8Array.from(payload) } }
    }
  }

  /** The request that an early response answers met its fate. */
  #giveEarly({ exchange, event }: EarlyResponse): void {
    this.#early = null
    this.#budget.give(event.payload.length)
    this.#giveResponse(exchange, event)
  }

  #loseResponse({ reason, follows }: FramedLoss, server: ServerSide): void {
    const { pairing, framer } = server
    const wasCertain = pairing.isCertain()
    const exchange = framer.isFollowing()
      ? pairing.respondLost()
      : pairing.loseServer(follows ?? false)
    // Else one of those that are not told from each other: counted when they are settled.
    if (exchange !== null || (wasCertain && !follows)) this.#listener.lost(reason)
  }

  #countUnpaired(pairing: ResponsePairing): void {
    const { withoutResponse, withoutRequest } = pairing.takeCounts()
    for (let count = withoutResponse; count > 0; count--) this.#listener.lost('no-response')
    for (let count = withoutRequest; count > 0; count--) this.#listener.lost('no-request')
  }

  /** The server has changed to another protocol. */
  #upgrade(exchange: Exchange | null, server: ServerSide, at: Micros): void {
    server.isRaw = true
    if (this.#tunnel !== 'none') return
    this.#hearRequests(this.#requests.finish(at))
    // A client that asks for an upgrade sends nothing else before the answer.
    const isAsked = exchange === null ? this.#upgradeAsked : exchange.request === 'captured'
    this.#tunnel = isAsked ? 'raw' : 'ignored'
    if (!isAsked && exchange?.missing !== 'marked') this.#listener.lost('not-http')
  }

  #captureRaw({ at, acknowledgement }: SideBytes, payload: Uint8Array): void {
    if (payload.length === 0) return
    const pipelined = acknowledgement !== null && acknowledgement === this.#newestAcknowledgement
    this.#newestAcknowledgement = acknowledgement
    const sequence = this.#exchanges++
    const times = { startedAt: at, endedAt: at }
    this.#listener.captured({ kind: 'request', sequence, ...times, payload, pipelined, raw: true })
  }

  #captureRawResponse({ at }: SideBytes, payload: Uint8Array): void {
    if (payload.length === 0) return
    const sequence = this.#exchanges - 1
    const times = { startedAt: at, endedAt: at }
    const raw = { pipelined: false, raw: true }
    this.#listener.captured({ kind: 'response', sequence, ...times, payload, ...raw })
  }
}

interface ServerSide {
  readonly framer: MessageFramer
  readonly pairing: ResponsePairing
  /** Sequence number behind all that the server has sent; null: nothing yet. */
  next: number | null
  /** How far it had received the client then; null: unknown. */
  received: number | null
  /** Another protocol follows. */
  isRaw: boolean
  /** Bytes of that are lost. */
  isBroken: boolean
}

/** Whether client and server had each received all of the other when the client sent this. */
function isQuiet(server: ServerSide, { sequence, acknowledgement }: SideBytes): boolean {
  if (acknowledgement === null || server.next !== acknowledgement) return false
  return server.received === sequence || (server.received === null && server.pairing.mayResume())
}
