// Any protocol over TCP on the connections of a target: bytes as captured, and whatever comes back
// until the target is quiet is the answer.
import type { OutputAccount, OutputDropReason, UnansweredReason } from '../model/ledger.ts'
import type { Message, Micros } from '../model/message.ts'
import type { FailureReason, OutcomeListener } from '../model/outcome.ts'
import type { ConnectionPool } from './connection-pool.ts'
import type { ConnectionProtocol } from './connection-protocol.ts'
import { createReplayed } from './replayed-message.ts'
import { type QueuedRequest, scheduleError } from './request-queue.ts'
import { type TargetConnection, unwrittenReason } from './target-connection.ts'

export interface BinaryExchangeOptions {
  readonly name: string
  readonly account: OutputAccount
  /** What is kept of an answer for `onOutcome`; a longer one fails as `response-too-long`. */
  readonly responseBytesMax: number
  readonly onOutcome?: OutcomeListener
}

/** After so long without a byte an answer is whole. */
const quietMin: Micros = 2_000

/** Messages that are written before an answer came; beyond, they wait. */
const pipelineMax = 32

/** What has come back to what is in flight. */
interface Answer {
  readonly pieces: Uint8Array[]
  byteCount: number
  lastAt: Micros
}

export class BinaryExchanges implements ConnectionProtocol {
  readonly #options: BinaryExchangeOptions
  readonly #account: OutputAccount
  readonly #pool: ConnectionPool
  readonly #answers = new Map<TargetConnection, Answer>()

  constructor(options: BinaryExchangeOptions, pool: ConnectionPool) {
    this.#options = options
    this.#account = options.account
    this.#pool = pool
  }

  tick(): void {}

  sift(): void {}

  opened(): void {}

  send(connection: TargetConnection, now: Micros): void {
    const answer = this.#answers.get(connection)
    if (answer !== undefined && now - answer.lastAt >= quietMin) this.#settle(connection, now)
    for (;;) {
      const entry = connection.queue[0]
      if (entry === undefined || entry.sendFrom > now || !mayFollow(connection, entry)) return
      this.#write(connection, this.#pool.take(connection), now)
    }
  }

  received(connection: TargetConnection, bytes: Uint8Array, now: Micros): void {
    // Nothing was asked: a greeting, or what the target says of itself.
    if (connection.inFlight.length === 0) return
    let answer = this.#answers.get(connection)
    if (answer === undefined) {
      answer = { pieces: [], byteCount: 0, lastAt: now }
      this.#answers.set(connection, answer)
    }
    answer.lastAt = now
    answer.byteCount += bytes.length
    if (answer.byteCount > this.#options.responseBytesMax) answer.pieces.length = 0
    else if (this.#options.onOutcome !== undefined) answer.pieces.push(Buffer.from(bytes))
    this.#pool.wakeAt(connection, now + quietMin)
  }

  drained(connection: TargetConnection, now: Micros): void {
    connection.unsent = null
    this.#pool.proceed(connection, now)
  }

  broke(connection: TargetConnection, _why: unknown, now: Micros): void {
    this.giveUp(connection, 'reset', now)
  }

  giveUp(connection: TargetConnection, reason: UnansweredReason, now: Micros): void {
    if (this.#answers.has(connection)) {
      this.#settle(connection, now)
      return
    }
    let pending = connection.wire?.pendingBytes() ?? 0
    const isStuck = pending > 0
    for (const { entry, bytes } of connection.inFlight.splice(0).reverse()) {
      if (pending <= 0) this.#failUnanswered(entry, reason)
      else this.dropped(entry.message, unwrittenReason(reason))
      pending -= bytes.length
    }
    connection.unsent = null
    // What nobody answers is usual in some protocols, and no reason to start over.
    if (isStuck) this.#pool.drop(connection)
    else if (connection.wire !== null) this.#pool.enter(connection, 'ready', now)
  }

  dropped(message: Message, reason: OutputDropReason): void {
    this.#account.dropped(reason, 1)
    this.#tellFailed(message, reason)
  }

  #write(connection: TargetConnection, entry: QueuedRequest, now: Micros): void {
    const bytes = entry.message.payload
    connection.inFlight.push({ entry, bytes, sentAt: now, answering: false })
    if (connection.state === 'ready') this.#pool.enter(connection, 'busy', now)
    if (!connection.wire!.write(bytes)) connection.unsent = entry
    if (entry.message.due !== undefined) this.#account.scheduled(scheduleError(entry, now), 0)
  }

  /** What came belongs to the first that was in flight; nobody can say where the next begins. */
  #settle(connection: TargetConnection, now: Micros): void {
    const answer = this.#answers.get(connection)!
    this.#answers.delete(connection)
    const [first, ...rest] = connection.inFlight.splice(0)
    const { entry, sentAt } = first!
    const sinceDue = entry.due === 0 ? null : answer.lastAt - Math.min(entry.due, sentAt)
    this.#account.delivered(1)
    this.#account.answered(0, answer.lastAt - sentAt, sinceDue)
    const { name, onOutcome, responseBytesMax } = this.#options
    if (answer.byteCount > responseBytesMax) this.#tellFailed(entry.message, 'response-too-long')
    else if (onOutcome !== undefined) {
      const timing = { sentAt, endedAt: answer.lastAt }
      const payload = Buffer.concat(answer.pieces)
      const response = createReplayed(entry.message, name, timing, payload)
      onOutcome({ kind: 'answered', request: entry.message, response })
    }
    for (const { entry: behind } of rest) this.#failUnanswered(behind, 'raw')
    if (connection.wire !== null) this.#pool.enter(connection, 'ready', now)
  }

  #failUnanswered({ message }: QueuedRequest, reason: UnansweredReason): void {
    this.#account.delivered(1)
    this.#account.unanswered(reason, 1)
    this.#tellFailed(message, reason)
  }

  #tellFailed(request: Message, reason: FailureReason): void {
    const { name, onOutcome } = this.#options
    onOutcome?.({ kind: 'failed', request, target: name, reason })
  }
}

/** Alone on the wire, or behind others as the client sent it. */
function mayFollow({ inFlight, unsent }: TargetConnection, { message }: QueuedRequest): boolean {
  if (unsent !== null) return false
  return inFlight.length === 0 || (message.pipelined === true && inFlight.length < pipelineMax)
}
