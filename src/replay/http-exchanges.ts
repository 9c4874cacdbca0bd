// HTTP/1.1 on the connections of a target (RFC 9112, section 9.3): answers in the order of the
// requests, retries, redirects, and what follows an upgrade.
import { MemoryBudget } from '../base/memory-budget.ts'
import type { OutputAccount, OutputDropReason, UnansweredReason } from '../model/ledger.ts'
import type { Message, Micros } from '../model/message.ts'
import type {
  FailureReason,
  OutcomeListener,
  PrepareRequest,
  TunnelListener,
} from '../model/outcome.ts'
import type { WireClose } from '../model/world.ts'
import type { FramedEvent } from '../protocol/http1/framed-event.ts'
import { MessageFramer } from '../protocol/http1/message-framer.ts'
import {
  createRequestEditor,
  type EditRequest,
  type RequestEdit,
} from '../protocol/http1/request-editor.ts'
import type { ConnectionPool } from './connection-pool.ts'
import type { ConnectionProtocol } from './connection-protocol.ts'
import { composeRedirect } from './redirect.ts'
import { createReplayed } from './replayed-message.ts'
import { type QueuedRequest, scheduleError } from './request-queue.ts'
import {
  type InFlight,
  mayRetry,
  requestMethod,
  type TargetConnection,
  unwrittenReason,
} from './target-connection.ts'
import type { TargetUrl } from './target-url.ts'
import { UnansweredBytes } from './unanswered-bytes.ts'
import { UnpreparedConnections } from './unprepared-connections.ts'

export interface HttpExchangeOptions {
  readonly name: string
  readonly target: TargetUrl
  readonly edit: RequestEdit
  readonly account: OutputAccount
  /** For an answer, for a turn to be sent, and for a connection. */
  readonly timeout: Micros
  /** Answers in a row that point elsewhere and are followed; 0: none. */
  readonly redirectsMax?: number
  /** Of requests that wait, and as much again of those that are sent and not answered. */
  readonly queueBytesMax: number
  /** What is kept of an answer for `onOutcome`; a longer one fails as `response-too-long`. */
  readonly responseBytesMax?: number
  readonly onOutcome?: OutcomeListener
  /** Hears of every answer that is followed, whose request has its outcome later. */
  readonly onRedirect?: (answer: Message) => void
  readonly onTunnel?: TunnelListener
  readonly prepare?: PrepareRequest
}

/** Requests that are written before their answers came; beyond, they wait. */
const pipelineMax = 32

/** Of all answers that are under way; beyond, an answer counts as too long, or as no HTTP. */
const buffersMax = 64 * 1024 * 1024

const headBytesMax = 256 * 1024
const defaultResponseBytesMax = 1024 * 1024

const noBytes = new Uint8Array(0)

type Framed = Extract<FramedEvent, { kind: 'message' }>

export class HttpExchanges implements ConnectionProtocol {
  readonly #options: HttpExchangeOptions
  readonly #account: OutputAccount
  readonly #pool: ConnectionPool
  readonly #edit: EditRequest
  readonly #budget = new MemoryBudget(buffersMax)
  readonly #unprepared: UnpreparedConnections
  readonly #unanswered: UnansweredBytes

  constructor(options: HttpExchangeOptions, pool: ConnectionPool) {
    this.#options = options
    this.#account = options.account
    this.#pool = pool
    this.#edit = createRequestEditor(options.edit)
    this.#unprepared = new UnpreparedConnections(options, pool)
    this.#unanswered = new UnansweredBytes(options.queueBytesMax, pool)
  }

  tick(now: Micros): void {
    this.#unprepared.askAll(now)
    this.#unanswered.proceed(now)
  }

  opened(connection: TargetConnection): void {
    const { onOutcome, redirectsMax = 0, responseBytesMax } = this.#options
    const messageBytesMax = responseBytesMax ?? defaultResponseBytesMax
    connection.framer = new MessageFramer({
      side: 'response',
      limits: { headBytesMax, messageBytesMax },
      budget: this.#budget,
      synchronized: true,
      keep: onOutcome !== undefined || redirectsMax > 0 ? 'short' : false,
    })
  }

  /** Bytes of another protocol belong to the wire that agreed to it, and to no other. */
  sift(connection: TargetConnection): void {
    while (connection.queue.first()?.message.raw === true) {
      const { message } = this.#pool.take(connection)
      if (connection.upgraded) this.#account.dropped('reset', 1)
      else this.dropped(message, connection.asked ? 'upgrade-refused' : 'kind')
    }
  }

  send(connection: TargetConnection, now: Micros): void {
    for (;;) {
      const entry = connection.queue.first()
      if (entry === undefined || entry.sendFrom > now) return
      if (entry.message.raw !== true) {
        if (!this.#sendRequest(connection, entry, now)) return
      } else if (connection.state === 'open') {
        if (!this.#sendRaw(connection, entry, now)) return
      } else {
        if (connection.inFlight.length > 0) return
        this.sift(connection)
      }
    }
  }

  received(connection: TargetConnection, bytes: Uint8Array, now: Micros): void {
    if (connection.state === 'open') {
      // One that is written to alone is no idle one.
      this.#pool.enter(connection, 'open', now)
      this.#tunnelled(connection, bytes, now)
      return
    }
    const head = connection.inFlight.first()
    if (head === undefined) {
      // Nothing was asked: what comes now would be taken for the next answer.
      this.#pool.drop(connection)
      return
    }
    head.answering = true
    const events = connection.framer!.push(bytes, now)
    for (const event of events) this.#framed(connection, event, now)
    this.#unprepared.answered(now)
    this.#unanswered.proceed(now)
  }

  receivedLate(connection: TargetConnection, bytes: Uint8Array, now: Micros): void {
    this.#tunnelled(connection, bytes, now)
  }

  drained(connection: TargetConnection, now: Micros): void {
    if (connection.unsent === null) return
    connection.unsent = null
    this.#countRaw()
    this.#pool.proceed(connection, now)
  }

  broke(connection: TargetConnection, why: WireClose, now: Micros): void {
    this.#dropUnsent(connection, 'reset')
    if (connection.inFlight.length === 0) return
    for (const event of connection.framer!.finish(now)) {
      if (event.kind === 'message' && why === 'ended') this.#framed(connection, event, now)
    }
    this.#settleBroken(connection, 'reset')
  }

  giveUp(connection: TargetConnection, reason: UnansweredReason, _now: Micros): void {
    this.#dropUnsent(connection, reason === 'exit' ? 'exit' : 'reset')
    let pending = connection.wire?.pendingBytes() ?? 0
    for (const { entry, bytes } of this.#takeUnanswered(connection).reverse()) {
      if (pending <= 0) this.#failUnanswered(entry, reason)
      // A target that answers before it has read the whole request breaks it off, too.
      else this.dropped(entry.message, unwrittenReason(reason))
      pending -= bytes.length
    }
    this.#pool.drop(connection)
  }

  dropped(message: Message, reason: OutputDropReason): void {
    this.#account.dropped(reason, 1)
    this.#tellFailed(message, reason)
  }

  /** False where it has to wait: for answers, for values, or for a wire that speaks HTTP. */
  #sendRequest(connection: TargetConnection, entry: QueuedRequest, now: Micros): boolean {
    const { state, inFlight } = connection
    if (state === 'open') {
      this.#dropUnsent(connection, 'reset')
      this.#pool.drop(connection)
      return false
    }
    const behind = inFlight.length
    if (behind > 0 && (behind === pipelineMax || !mayPipeline(entry))) return false
    if (!this.#unanswered.admits(connection, entry)) return false
    const prepared = this.#unprepared.prepare(connection, entry, now)
    if (prepared === null) return false
    this.#pool.take(connection)
    const bytes = entry.redirect?.bytes ?? this.#edit(prepared.payload, entry.message.copy)
    if (bytes === null) this.dropped(entry.message, 'not-http')
    else this.#write(connection, entry, bytes, now)
    return true
  }

  #write(connection: TargetConnection, entry: QueuedRequest, bytes: Uint8Array, now: Micros): void {
    const sentAt = entry.redirect?.sentAt ?? now
    const free = connection.state === 'ready' ? connection.since : now
    const inFlight = { entry, bytes, sentAt, answering: false }
    connection.inFlight.push(inFlight)
    this.#unanswered.sent(inFlight)
    connection.asked = true
    if (connection.state === 'ready') this.#pool.enter(connection, 'busy', now)
    connection.framer!.expectResponseTo(requestMethod(bytes))
    connection.wire!.write(bytes)
    const { due } = entry.message
    if (due !== undefined && entry.redirect === null && !entry.retried) {
      const own = entry.held ? 0 : Math.max(0, now - Math.max(free, entry.due))
      this.#account.scheduled(scheduleError(entry, now), own)
    }
  }

  /** False where what was written before is still on its way. */
  #sendRaw(connection: TargetConnection, entry: QueuedRequest, now: Micros): boolean {
    if (connection.unsent !== null) return false
    this.#pool.take(connection)
    this.#pool.enter(connection, 'open', now)
    this.#remember(connection, entry.message, now)
    if (entry.message.due !== undefined) this.#account.scheduled(scheduleError(entry, now), 0)
    if (connection.wire!.write(entry.message.payload)) this.#countRaw()
    else connection.unsent = entry
    return true
  }

  #countRaw(): void {
    this.#account.delivered(1)
    this.#account.unanswered('raw', 1)
  }

  #dropUnsent(connection: TargetConnection, reason: 'reset' | 'exit'): void {
    if (connection.unsent === null) return
    connection.unsent = null
    this.#account.dropped(reason, 1)
  }

  #framed(connection: TargetConnection, event: FramedEvent, now: Micros): void {
    if (connection.state === 'open') {
      if (event.kind === 'opaque') this.#tunnelled(connection, event.bytes, now)
      return
    }
    const { inFlight } = connection
    if (event.kind !== 'message' || inFlight.length === 0) {
      if (inFlight.length > 0) this.giveUp(connection, 'bad-response', now)
      else this.#pool.drop(connection)
      return
    }
    const answered = inFlight.shift()!
    this.#unanswered.settled(answered)
    connection.answers += 1
    const redirect = this.#redirect(answered, event)
    if (redirect === null) this.#answered(answered, event, now)
    else this.#tellRedirect(answered, event, now)
    if (event.head.upgrade) this.#upgrade(connection, answered, now)
    else if (!event.head.keepAlive) this.#closeAfter(connection)
    if (redirect !== null) this.#follow(connection, answered, redirect, now)
    if (connection.state !== 'busy') return
    this.#pool.enter(connection, inFlight.length === 0 ? 'ready' : 'busy', now)
  }

  #answered({ entry, sentAt }: InFlight, { head, payload }: Framed, now: Micros): void {
    const { message } = entry
    const sinceDue = message.due === undefined ? null : now - Math.min(entry.due, sentAt)
    this.#account.delivered(1)
    this.#account.answered(head.status, now - sentAt, sinceDue)
    const { onOutcome, name } = this.#options
    if (onOutcome === undefined) return
    if (payload.length === 0) {
      this.#tellFailed(message, 'response-too-long')
      return
    }
    const timing = { sentAt, endedAt: now }
    onOutcome({
      kind: 'answered',
      request: message,
      response: createReplayed(message, name, timing, payload),
    })
  }

  #redirect({ entry, bytes }: InFlight, { head, payload }: Framed): Uint8Array | null {
    const { redirectsMax = 0, target } = this.#options
    const count = entry.redirect?.count ?? 0
    if (count >= redirectsMax || head.status < 300 || head.status > 308) return null
    return composeRedirect(head.status, payload, bytes, [target.host, target.endpoint.host])
  }

  #tellRedirect({ entry, sentAt }: InFlight, { payload }: Framed, now: Micros): void {
    const { onRedirect, name } = this.#options
    onRedirect?.(createReplayed(entry.message, name, { sentAt, endedAt: now }, payload))
  }

  /** Sends the request once more, to where its answer points. */
  #follow(
    connection: TargetConnection,
    { entry, sentAt }: InFlight,
    bytes: Uint8Array,
    now: Micros,
  ): void {
    this.#account.redirected()
    entry.redirect = { bytes, count: (entry.redirect?.count ?? 0) + 1, sentAt }
    if (connection.wire === null) this.#pool.restore(connection, entry)
    else this.#write(connection, entry, bytes, now)
  }

  /** The target speaks the other protocol from here on; nothing else that was sent is answered. */
  #upgrade(connection: TargetConnection, asked: InFlight, now: Micros): void {
    this.#remember(connection, asked.entry.message, asked.sentAt)
    for (const { entry } of this.#takeUnanswered(connection)) this.#failUnanswered(entry, 'reset')
    connection.upgraded = true
    this.#pool.enter(connection, 'open', now)
  }

  /** Without its payload, which may look into a batch of a megabyte. */
  #remember(connection: TargetConnection, message: Message, sentAt: Micros): void {
    if (this.#options.onTunnel === undefined) return
    connection.newest = { message: { ...message, payload: noBytes, raw: true }, sentAt }
  }

  #tunnelled({ newest }: TargetConnection, bytes: Uint8Array, now: Micros): void {
    const { onTunnel, name } = this.#options
    if (onTunnel === undefined || newest === null || bytes.length === 0) return
    const timing = { sentAt: newest.sentAt, endedAt: now }
    onTunnel(createReplayed(newest.message, name, timing, bytes))
  }

  /** What was sent behind an answer that says close was not looked at (RFC 9112, section 9.6). */
  #closeAfter(connection: TargetConnection): void {
    for (const { entry } of this.#takeUnanswered(connection).reverse()) {
      entry.alone = true
      this.#pool.restore(connection, entry)
    }
    this.#pool.drop(connection)
  }

  /** All that was sent and is not answered; it takes no room from others any more. */
  #takeUnanswered(connection: TargetConnection): InFlight[] {
    const taken = connection.inFlight.takeAll()
    for (const inFlight of taken) this.#unanswered.settled(inFlight)
    return taken
  }

  #settleBroken(connection: TargetConnection, reason: 'reset'): void {
    const again: InFlight[] = []
    for (const inFlight of connection.inFlight.takeAll()) {
      if (mayRetry(connection, inFlight)) again.push(inFlight)
      else connection.inFlight.push(inFlight)
    }
    this.giveUp(connection, reason, 0)
    for (const inFlight of again.reverse()) {
      const { entry } = inFlight
      this.#unanswered.settled(inFlight)
      entry.retried = true
      entry.alone = true
      this.#pool.restore(connection, entry)
    }
  }

  #failUnanswered(entry: QueuedRequest, reason: UnansweredReason): void {
    this.#account.delivered(1)
    this.#account.unanswered(reason, 1)
    this.#tellFailed(entry.message, reason)
  }

  #tellFailed(request: Message, reason: FailureReason): void {
    const { onOutcome, name } = this.#options
    if (request.raw !== true) onOutcome?.({ kind: 'failed', request, target: name, reason })
  }
}

function mayPipeline({ message, alone }: QueuedRequest): boolean {
  return message.pipelined === true && !alone
}
