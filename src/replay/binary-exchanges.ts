// Any protocol over TCP on the connections of a target: bytes as captured, and whatever comes back
// before the next message, or until the target is quiet, is the answer.
import type { OutputAccount, OutputDropReason, UnansweredReason } from '../model/ledger.ts'
import type { Message, Micros } from '../model/message.ts'
import type { FailureReason, OutcomeListener } from '../model/outcome.ts'
import type { ConnectionPool } from './connection-pool.ts'
import type { ConnectionProtocol } from './connection-protocol.ts'
import { createReplayed } from './replayed-message.ts'
import { type QueuedRequest, scheduleError } from './request-queue.ts'
import { type InFlight, type TargetConnection, unwrittenReason } from './target-connection.ts'
import { UnansweredBytes } from './unanswered-bytes.ts'

export interface BinaryExchangeOptions {
  readonly name: string
  readonly account: OutputAccount
  /** Of messages that wait, and as much again of those that are sent and not answered. */
  readonly queueBytesMax: number
  /** What is kept of an answer for `onOutcome`; a longer one fails as `response-too-long`. */
  readonly responseBytesMax: number
  readonly onOutcome?: OutcomeListener
}

/** After so long without a byte an answer is whole. */
const quietMin: Micros = 2_000

/** Messages that are written before an answer came; beyond, they wait. */
const pipelineMax = 32

/** What has come back since a message was sent, and before the next one was. */
interface Answer {
  readonly to: InFlight
  readonly pieces: Uint8Array[]
  byteCount: number
  lastAt: Micros
}

export class BinaryExchanges implements ConnectionProtocol {
  readonly #options: BinaryExchangeOptions
  readonly #account: OutputAccount
  readonly #pool: ConnectionPool
  readonly #unanswered: UnansweredBytes
  /** Of what is in flight, in its order, as far as anything came. */
  readonly #answers = new Map<TargetConnection, Answer[]>()

  constructor(options: BinaryExchangeOptions, pool: ConnectionPool) {
    this.#options = options
    this.#account = options.account
    this.#pool = pool
    this.#unanswered = new UnansweredBytes(options.queueBytesMax, pool)
  }

  tick(now: Micros): void {
    this.#unanswered.proceed(now)
  }

  sift(): void {}

  opened(): void {}

  send(connection: TargetConnection, now: Micros): void {
    const newest = this.#answers.get(connection)?.at(-1)
    if (newest !== undefined && now - newest.lastAt >= quietMin) this.#settle(connection, now)
    for (;;) {
      const entry = connection.queue.first()
      if (entry === undefined || entry.sendFrom > now || !mayFollow(connection, entry)) return
      if (!this.#unanswered.admits(connection, entry)) return
      this.#write(connection, this.#pool.take(connection), now)
    }
  }

  received(connection: TargetConnection, bytes: Uint8Array, now: Micros): void {
    // Nothing was asked: a greeting, or what the target says of itself.
    const to = connection.inFlight.last()
    if (to === undefined) return
    const answer = this.#answerTo(connection, to)
    answer.lastAt = now
    answer.byteCount += bytes.length
    if (answer.byteCount > this.#options.responseBytesMax) answer.pieces.length = 0
    else if (this.#options.onOutcome !== undefined) answer.pieces.push(Buffer.from(bytes))
    this.#pool.wakeAt(connection, now + quietMin)
  }

  receivedLate(): void {}

  drained(connection: TargetConnection, now: Micros): void {
    connection.unsent = null
    this.#pool.proceed(connection, now)
  }

  broke(connection: TargetConnection, _why: unknown, now: Micros): void {
    this.giveUp(connection, 'reset', now)
  }

  giveUp(connection: TargetConnection, reason: UnansweredReason, now: Micros): void {
    this.#settle(connection, now)
    let pending = connection.wire?.pendingBytes() ?? 0
    const isStuck = pending > 0
    for (const inFlight of connection.inFlight.takeAll().reverse()) {
      const { entry, bytes } = inFlight
      this.#unanswered.settled(inFlight)
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
    const inFlight = { entry, bytes, sentAt: now, answering: false }
    connection.inFlight.push(inFlight)
    this.#unanswered.sent(inFlight)
    if (connection.state === 'ready') this.#pool.enter(connection, 'busy', now)
    if (!connection.wire!.write(bytes)) connection.unsent = entry
    if (entry.message.due !== undefined) this.#account.scheduled(scheduleError(entry, now), 0)
  }

  #answerTo(connection: TargetConnection, to: InFlight): Answer {
    const answers = this.#answers.get(connection) ?? []
    const newest = answers.at(-1)
    if (newest?.to === to) return newest
    const answer = { to, pieces: [], byteCount: 0, lastAt: 0 }
    answers.push(answer)
    this.#answers.set(connection, answers)
    return answer
  }

  /**
   * What came belongs to the newest message before it, as it does in production; messages before
   * that one had nothing of their own. Later ones have their answers still to come.
   */
  #settle(connection: TargetConnection, now: Micros): void {
    const answers = this.#answers.get(connection)
    if (answers === undefined) return
    this.#answers.delete(connection)
    const { inFlight } = connection
    for (const answer of answers) {
      for (let sent = inFlight.shift(); sent !== undefined; sent = inFlight.shift()) {
        this.#unanswered.settled(sent)
        if (sent === answer.to) {
          connection.answers += 1
          this.#answered(sent, answer)
          break
        }
        this.#failUnanswered(sent.entry, 'raw')
      }
    }
    if (connection.wire === null) return
    this.#pool.enter(connection, inFlight.length === 0 ? 'ready' : 'busy', now)
  }

  #answered({ entry, sentAt }: InFlight, { pieces, byteCount, lastAt }: Answer): void {
    const { message, due } = entry
    const sinceDue = due === 0 ? null : lastAt - Math.min(due, sentAt)
    this.#account.delivered(1)
    this.#account.answered(0, lastAt - sentAt, sinceDue)
    const { name, onOutcome, responseBytesMax } = this.#options
    if (byteCount > responseBytesMax) this.#tellFailed(message, 'response-too-long')
    else if (onOutcome !== undefined) {
      const timing = { sentAt, endedAt: lastAt }
      const response = createReplayed(message, name, timing, Buffer.concat(pieces))
      onOutcome({ kind: 'answered', request: message, response })
    }
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
