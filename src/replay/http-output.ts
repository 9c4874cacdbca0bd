// Replays requests to one HTTP/1 target: every captured client connection has a connection of its
// own, which carries one request at a time (RFC 9112, section 9.3), so that order is kept.
import { strict as assert } from 'node:assert'
import { MemoryBudget } from '../base/memory-budget.ts'
import type { OutputAccount } from '../model/ledger.ts'
import type { ConnectionId, Message, Micros } from '../model/message.ts'
import type { Output } from '../model/output.ts'
import type { Dial, WireClose, WireHandler, World } from '../model/world.ts'
import type { FramedEvent } from '../protocol/http1/message-framer.ts'
import { createRequestEditor, type RequestEdit } from '../protocol/http1/request-editor.ts'
import { type QueuedRequest, RequestQueue } from './request-queue.ts'
import {
  createResponseFramer,
  createTargetConnection,
  mayRetry,
  requestMethod,
  type TargetConnection,
} from './target-connection.ts'
import { TargetHealth } from './target-health.ts'
import type { TargetUrl } from './target-url.ts'

export interface HttpOutputOptions {
  readonly name: string
  readonly target: TargetUrl
  readonly edit: RequestEdit
  readonly world: World
  readonly dial: Dial
  readonly account: OutputAccount
  /** For an answer, for a turn to be sent, and for a connection. */
  readonly timeout: Micros
  /** Open connections; beyond, idle ones are closed, and then requests wait. */
  readonly connectionsMax: number
  /** Waiting requests; beyond, the oldest are dropped as `queue-full`. */
  readonly queueBytesMax: number
}

/** A connection without requests is closed after this long, well before servers do it. */
const idleMax: Micros = 15_000_000

/** Heads of answers that are cut over packets; beyond, an answer counts as `bad-response`. */
const responseBytesMax = 16 * 1024 * 1024

export class HttpOutput implements Output {
  readonly name: string
  readonly #options: HttpOutputOptions
  readonly #account: OutputAccount
  readonly #world: World
  readonly #edit: (payload: Uint8Array) => Uint8Array | null
  readonly #health: TargetHealth
  readonly #budget = new MemoryBudget(responseBytesMax)
  readonly #queue = new RequestQueue()
  readonly #connections = new Map<ConnectionId, TargetConnection>()
  // Sets keep insertion order: the first of each is the one that has been there longest.
  readonly #waiting = new Set<TargetConnection>()
  readonly #connecting = new Set<TargetConnection>()
  readonly #ready = new Set<TargetConnection>()
  readonly #busy = new Set<TargetConnection>()
  #wires = 0

  constructor(options: HttpOutputOptions) {
    this.name = options.name
    this.#options = options
    this.#account = options.account
    this.#world = options.world
    this.#edit = createRequestEditor(options.edit)
    this.#health = new TargetHealth(() => options.world.random())
  }

  write(batch: readonly Message[]): void {
    const now = this.#world.now()
    for (const message of batch) {
      if (message.kind === 'request') this.#enqueue(message, now)
      else this.#account.dropped('kind', 1)
    }
    const { queueBytesMax } = this.#options
    while (this.#queue.bytes() > queueBytesMax) this.#shed(this.#queue.oldest()!, 'queue-full')
  }

  tick(now: Micros): void {
    const expired = now - this.#options.timeout
    for (const connection of this.#busy) {
      if (connection.since > expired) break
      this.#giveUp(connection, 'timeout')
      this.#proceed(connection, now)
    }
    for (const connection of this.#connecting) {
      if (connection.since > expired) break
      this.#health.failed(now)
      this.#drop(connection)
      this.#proceed(connection, now)
    }
    const reason = this.#health.isDown() ? 'unreachable' : 'queue-timeout'
    for (;;) {
      const oldest = this.#queue.oldest()
      if (oldest === null || oldest.queuedAt > expired) break
      this.#shed(oldest, reason)
    }
    for (const connection of this.#ready) {
      if (connection.since > now - idleMax) break
      this.#retire(connection)
    }
    this.#admit(now)
  }

  idle(): boolean {
    return this.#queue.oldest() === null && this.#busy.size === 0
  }

  async close(): Promise<void> {
    for (const connection of this.#busy) this.#giveUp(connection, 'exit')
    for (;;) {
      const oldest = this.#queue.oldest()
      if (oldest === null) break
      this.#shed(oldest, 'exit')
    }
    for (const connection of this.#connections.values()) this.#drop(connection)
    this.#connections.clear()
    this.#waiting.clear()
  }

  #enqueue(message: Message, now: Micros): void {
    let connection = this.#connections.get(message.connection)
    if (connection === undefined) {
      connection = createTargetConnection(message.connection)
      this.#connections.set(message.connection, connection)
    }
    this.#account.accepted(1)
    connection.queue.push(this.#queue.append(message, now))
    if (connection.state === 'none' || connection.state === 'ready') this.#proceed(connection, now)
  }

  /** Sends what the connection has waiting, or gets it a wire; forgets it where nothing waits. */
  #proceed(connection: TargetConnection, now: Micros): void {
    if (connection.state === 'ready') this.#sendNext(connection, now)
    if (connection.state !== 'none') return
    if (connection.queue.length === 0) {
      this.#connections.delete(connection.id)
      return
    }
    this.#enter(connection, 'waiting', now)
    this.#admit(now)
  }

  /** Dials for connections that wait, as far as the ceiling and the target's health allow. */
  #admit(now: Micros): void {
    for (const connection of this.#waiting) {
      if (this.#wires >= this.#options.connectionsMax) {
        const longestIdle = first(this.#ready)
        if (longestIdle !== null) this.#retire(longestIdle)
        if (this.#wires >= this.#options.connectionsMax) return
      }
      if (!this.#health.mayDial(now)) return
      this.#dial(connection, now)
    }
  }

  #dial(connection: TargetConnection, now: Micros): void {
    this.#enter(connection, 'connecting', now)
    this.#wires += 1
    connection.answers = 0
    connection.framer = createResponseFramer(this.#budget)
    const handler = this.#handle(connection)
    connection.wire = this.#options.dial(this.#options.target.endpoint, handler)
  }

  /** Speaks for one wire only: once the connection has let go of it, nothing it says counts. */
  #handle(connection: TargetConnection): WireHandler {
    const framer = connection.framer
    const current = () => connection.framer === framer
    return {
      connected: () => {
        if (!current()) return
        const now = this.#world.now()
        this.#health.connected()
        this.#account.connected()
        this.#enter(connection, 'ready', now)
        this.#proceed(connection, now)
        this.#admit(now)
      },
      received: (bytes) => {
        if (current()) this.#receive(connection, bytes)
      },
      drained: () => {},
      closed: (why) => {
        if (current()) this.#closed(connection, why)
      },
    }
  }

  #sendNext(connection: TargetConnection, now: Micros): void {
    assert(connection.state === 'ready' && connection.wire !== null)
    for (;;) {
      const entry = connection.queue.shift()
      if (entry === undefined) return
      this.#queue.remove(entry)
      const bytes = this.#edit(entry.message.payload)
      if (bytes === null) {
        this.#account.dropped('not-http', 1)
        continue
      }
      connection.inFlight = { entry, sentAt: now, answering: false }
      this.#enter(connection, 'busy', now)
      connection.framer!.expectResponseTo(requestMethod(entry.message.payload))
      connection.wire.write(bytes)
      const { due } = entry.message
      if (due !== undefined) this.#account.scheduled(Math.max(0, now - due))
      return
    }
  }

  #receive(connection: TargetConnection, bytes: Uint8Array): void {
    const { inFlight } = connection
    const now = this.#world.now()
    // Nothing was asked: what comes now would be taken for the next answer.
    if (inFlight === null) this.#drop(connection)
    else {
      inFlight.answering = true
      const events = connection.framer!.push(bytes, now)
      for (const event of events) this.#framed(connection, event, now)
    }
    if (connection.state !== 'busy') this.#proceed(connection, now)
  }

  #framed(connection: TargetConnection, event: FramedEvent, now: Micros): void {
    const { inFlight } = connection
    if (inFlight === null || event.kind !== 'message') {
      if (inFlight !== null) this.#giveUp(connection, 'bad-response')
      else this.#drop(connection)
      return
    }
    this.#account.delivered(1)
    const { due } = inFlight.entry.message
    const sinceDue = due === undefined ? null : now - due
    this.#account.answered(event.head.status, now - inFlight.sentAt, sinceDue)
    connection.inFlight = null
    connection.answers += 1
    if (event.head.keepAlive) this.#enter(connection, 'ready', now)
    else this.#drop(connection)
  }

  #closed(connection: TargetConnection, why: WireClose): void {
    const now = this.#world.now()
    if (connection.state === 'connecting') this.#health.failed(now)
    const events = connection.inFlight === null ? [] : connection.framer!.finish(now)
    for (const event of events) {
      if (event.kind === 'message' && why === 'ended') this.#framed(connection, event, now)
    }
    const { inFlight } = connection
    if (inFlight !== null && mayRetry(connection, inFlight)) {
      inFlight.entry.retried = true
      connection.inFlight = null
      this.#queue.restore(inFlight.entry)
      connection.queue.unshift(inFlight.entry)
    } else if (inFlight !== null) this.#giveUp(connection, 'reset')
    this.#drop(connection)
    this.#proceed(connection, now)
    this.#admit(now)
  }

  /** Settles the fate of the request in flight, which gets no answer, and lets the wire go. */
  #giveUp(
    connection: TargetConnection,
    reason: 'timeout' | 'reset' | 'bad-response' | 'exit',
  ): void {
    assert(connection.inFlight !== null && connection.wire !== null)
    connection.inFlight = null
    if (connection.wire.pendingBytes() === 0) {
      this.#account.delivered(1)
      this.#account.unanswered(reason, 1)
    } else {
      // A target that answers before it has read the whole request breaks it off, too.
      this.#account.dropped(reason === 'bad-response' ? 'reset' : unwritten[reason], 1)
    }
    this.#drop(connection)
  }

  #shed(
    entry: QueuedRequest,
    reason: 'queue-full' | 'queue-timeout' | 'unreachable' | 'exit',
  ): void {
    this.#queue.remove(entry)
    this.#account.dropped(reason, 1)
    const connection = this.#connections.get(entry.message.connection)
    assert(connection !== undefined)
    // Invariant: requests are queued and shed in order of age, so the oldest of all is a first.
    assert(connection.queue.shift() === entry)
    if (connection.queue.length > 0 || connection.state !== 'waiting') return
    this.#waiting.delete(connection)
    this.#connections.delete(connection.id)
  }

  /** Closes a connection that has nothing to do, and forgets it. */
  #retire(connection: TargetConnection): void {
    this.#drop(connection)
    this.#connections.delete(connection.id)
  }

  /** Lets go of the wire, whatever it is doing. */
  #drop(connection: TargetConnection): void {
    const { wire, framer } = connection
    if (wire === null) return
    connection.wire = null
    connection.framer = null
    this.#wires -= 1
    framer?.release()
    this.#enter(connection, 'none', 0)
    wire.destroy()
  }

  #enter(connection: TargetConnection, state: TargetConnection['state'], now: Micros): void {
    this.#members(connection.state)?.delete(connection)
    connection.state = state
    connection.since = now
    this.#members(state)?.add(connection)
  }

  #members(state: TargetConnection['state']): Set<TargetConnection> | null {
    switch (state) {
      case 'none':
        return null
      case 'waiting':
        return this.#waiting
      case 'connecting':
        return this.#connecting
      case 'ready':
        return this.#ready
      case 'busy':
        return this.#busy
    }
  }
}

const unwritten = { timeout: 'write-timeout', reset: 'reset', exit: 'exit' } as const

function first<T>(set: ReadonlySet<T>): T | null {
  for (const item of set) return item
  return null
}
