// Which request a response answers (RFC 9112, section 9.3.2: in order), and from where on that is
// certain again after a loss. What TCP tells of the other side's progress excludes pairs, and names
// the moments at which nothing is on its way in either direction.
import { Queue } from '../../base/queue.ts'
import type { MessageStart } from './framed-event.ts'

/** A request whose response is to come. */
export interface Exchange {
  readonly start: MessageStart
  /** open: the request is not whole; missing: it is lost, or not wanted. */
  request: 'open' | 'captured' | 'missing'
  /** forgotten: which response is its own cannot be told any more. */
  response: 'awaited' | 'given' | 'forgotten'
  /** Of its captured request. */
  sequence: number
  /** Why there is no request for its response. */
  missing: 'no-request' | 'marked'
}

export interface PairingCounts {
  /** Requests that were captured and whose response was not. */
  readonly withoutResponse: number
  /** Responses that were seen and whose request was not. */
  readonly withoutRequest: number
}

const noCounts: PairingCounts = { withoutResponse: 0, withoutRequest: 0 }

/** Requests that wait for a response; beyond, order is no longer relied on. */
const exchangesMax = 1024

/**
 * After a loss, pairs are certain again from a request on that begins at a quiet moment: client and
 * server have each received all that the other has sent. A client that waits for its answers before
 * it sends more is waiting for none then, but one that always keeps a request on its way may be. So
 * a quiet moment is enough only where at most one request was unanswered, and only bytes of the
 * server were lost (`#sole`); otherwise there have to be as many responses as requests between two
 * of them, and the client must never have sent a request between reading and reading on.
 */
export class ResponsePairing {
  #certain: boolean
  readonly #waiting = new Queue<Exchange>()
  /** Of the newest request of all. */
  #newest: MessageStart | null = null
  #refuted = false
  #sole = false
  /** The fewest requests that can be unanswered, those that are lost among them. */
  #due = 0
  /** Since the last moment at which nothing was on its way; null: none, or a loss came after it. */
  #counted: { requests: number; responses: number } | null = null
  /** While uncertain: of captured requests, and of responses. */
  #requests = 0
  #responses = 0
  /** Of responses whose loss was told, though they may yet be seen. */
  #told = 0
  #withoutResponse = 0
  #withoutRequest = 0

  /** `synchronized`: the connection is seen from its first byte on. */
  constructor(synchronized: boolean) {
    this.#certain = synchronized
  }

  /** Whether requests that begin are given their responses. */
  isCertain(): boolean {
    return this.#certain
  }

  /**
   * A request began, at a moment at which nothing was on its way (`isQuiet`) or another; null where
   * its response will not be told from others.
   */
  begin(start: MessageStart, isQuiet: boolean): Exchange | null {
    this.#judgeClient(start)
    this.#newest = start
    this.#due += 1
    if (!this.#certain && isQuiet) {
      this.#forget()
      if (this.mayResume()) this.#resume()
      else this.#counted = { requests: 0, responses: 0 }
    }
    if (this.#certain && this.#waiting.length === exchangesMax) this.#doubt()
    if (!this.#certain) {
      if (this.#counted !== null) this.#counted.requests += 1
      this.#sole = false
      return null
    }
    const exchange: Exchange = {
      start,
      request: 'open',
      response: 'awaited',
      sequence: 0,
      missing: 'no-request',
    }
    this.#waiting.push(exchange)
    return exchange
  }

  /** Whether a quiet moment is enough for pairs to be certain again. */
  mayResume(): boolean {
    if (this.#sole) return true
    const counted = this.#counted
    if (this.#refuted || counted === null) return false
    return counted.requests > 0 && counted.requests === counted.responses
  }

  /** The request that began with that is whole; its number is `sequence`. */
  captured(exchange: Exchange | null, sequence: number): void {
    if (exchange === null || exchange.response === 'forgotten') this.#requests += 1
    if (exchange === null) return
    exchange.request = 'captured'
    exchange.sequence = sequence
  }

  /** A final response that began there is whole; what it answers, or null: uncertain. */
  respond(start: MessageStart): Exchange | null {
    const exchange = this.#waiting.first()
    if (exchange !== undefined && !canAnswer(exchange, start)) this.#doubt()
    return this.respondLost()
  }

  /** A response is lost, and its end was or will be seen; what it answers, or null. */
  respondLost(): Exchange | null {
    this.#due = Math.max(0, this.#due - 1)
    const exchange = this.#waiting.shift()
    if (exchange === undefined) {
      if (this.#certain) this.#stopPairing()
      this.#responses += 1
      if (this.#counted !== null) this.#counted.responses += 1
      return null
    }
    exchange.response = 'given'
    return exchange
  }

  /**
   * Requests may follow that are not seen; what was sent before them is answered in order.
   * `unbegun`: at least one is lost for certain that `begin` was not told of.
   */
  loseClient(unbegun: boolean): void {
    if (unbegun) this.#due += 1
    // What the client had read when it sent the last one is not known.
    this.#newest = null
    this.#stopPairing()
  }

  /**
   * The response that is under way is lost, and others may be: gives what it answers, or null.
   * `follows`: its own loss was told before.
   */
  loseServer(follows: boolean): Exchange | null {
    const exchange = follows ? null : (this.#waiting.shift() ?? null)
    const isSole = this.#certain && this.#waiting.length === 0
    this.#doubt()
    this.#due = 0
    if (exchange !== null) this.#told += 1
    this.#sole = isSole
    return exchange
  }

  /** No more will come. */
  finish(): void {
    this.#forget()
    this.#settle()
  }

  /** Counts of what will not be paired, each told once. */
  takeCounts(): PairingCounts {
    const [withoutResponse, withoutRequest] = [this.#withoutResponse, this.#withoutRequest]
    if (withoutResponse === 0 && withoutRequest === 0) return noCounts
    this.#withoutResponse = 0
    this.#withoutRequest = 0
    return { withoutResponse, withoutRequest }
  }

  #resume(): void {
    this.#settle()
    this.#certain = true
    this.#sole = false
    this.#counted = null
  }

  /** Nothing is known any more of which response is whose. */
  #doubt(): void {
    this.#stopPairing()
    this.#forget()
  }

  #stopPairing(): void {
    this.#certain = false
    this.#sole = false
    this.#counted = null
  }

  #forget(): void {
    for (const exchange of this.#waiting.takeAll()) {
      exchange.response = 'forgotten'
      if (exchange.request === 'captured') this.#requests += 1
    }
  }

  /** What was seen of either kind, one by one; the surplus belongs to what was not seen. */
  #settle(): void {
    this.#withoutResponse += this.#requests
    this.#withoutRequest += Math.max(0, this.#responses - this.#requests - this.#told)
    this.#told = 0
    this.#requests = 0
    this.#responses = 0
  }

  /** A client that reads and sends on while answers are due does not wait for them. */
  #judgeClient(start: MessageStart): void {
    if (this.#due === 0 || this.#newest === null) return
    if (this.#newest.acknowledgement !== start.acknowledgement) this.#refuted = true
  }
}

/** Whether the server had read of the request, and the client had not read of the response yet. */
function canAnswer({ start: request }: Exchange, response: MessageStart): boolean {
  const read = response.acknowledgement
  if (read !== null && ((read - request.sequence) | 0) <= 0) return false
  const received = request.acknowledgement
  return received === null || ((response.sequence - received) | 0) >= 0
}
