// The connections of one target, whatever is spoken on them: one for each captured client
// connection, opened for what is due, and closed as the clients did; ceilings and time-outs.
import type { OutputDropReason } from '../model/ledger.ts'
import type { ConnectionId, Message, Micros } from '../model/message.ts'
import type { Dial, Endpoint, Wire, WireHandler, World } from '../model/world.ts'
import type { ConnectionProtocol } from './connection-protocol.ts'
import { EndingWires } from './ending-wires.ts'
import { dueOf, type QueuedRequest, RequestQueue } from './request-queue.ts'
import { planWakes, SleepingConnections } from './sleeping-connections.ts'
import {
  type ConnectionState,
  createTargetConnection,
  dialLead,
  isAsleep,
  isDone,
  type TargetConnection,
} from './target-connection.ts'
import { TargetHealth } from './target-health.ts'

export interface PoolOptions {
  readonly world: World
  readonly dial: Dial
  readonly endpoint: Endpoint
  /** For an answer, for a turn to be sent, and for a connection. */
  readonly timeout: Micros
  /** Open connections; beyond, idle ones are closed, and then requests wait. */
  readonly connectionsMax: number
  /** Waiting requests; beyond, the oldest are dropped as `queue-full`. */
  readonly queueBytesMax: number
  /** Copies of one connection send so long after each other (5 ms). */
  readonly copyJitterMax?: Micros
  /** Between two wake-ups at least; more exact, and takes more time (see `planWakes`). */
  readonly wakePause?: Micros
  readonly onConnected: () => void
}

/** A connection without requests is closed after this long, well before servers do it. */
const idleMax: Micros = 15_000_000

/** The same where another protocol is spoken, in which long silences are usual. */
const openIdleMax: Micros = 300_000_000

const rememberedMax = 16_384

/** Connections that are looked at for one without a request that is to come. */
const idleLooksMax = 64

export class ConnectionPool {
  readonly #options: PoolOptions
  readonly #protocol: ConnectionProtocol
  readonly #world: World
  readonly #health: TargetHealth
  readonly #queue: RequestQueue
  readonly #connections = new Map<ConnectionId, TargetConnection>()
  readonly #sleeping: SleepingConnections
  // Sets keep insertion order: the first of each is the one that has been there longest.
  readonly #members: Readonly<Record<ConnectionState, Set<TargetConnection> | null>> = {
    none: null,
    waiting: new Set(),
    connecting: new Set(),
    ready: new Set(),
    busy: new Set(),
    open: new Set(),
  }
  readonly #waiting = this.#members.waiting!
  readonly #ready = this.#members.ready!
  readonly #busy = this.#members.busy!
  /** Closed by the target after an upgrade; beyond the ceiling the oldest are forgotten. */
  readonly #remembered = new Set<TargetConnection>()
  /** Answered just now, with more to send. */
  readonly #runnable: TargetConnection[] = []
  readonly #ending = new EndingWires()
  #wires = 0
  #closed = false

  constructor(options: PoolOptions, speak: (pool: ConnectionPool) => ConnectionProtocol) {
    this.#options = options
    this.#protocol = speak(this)
    this.#world = options.world
    const plan = planWakes(options.wakePause)
    this.#queue = new RequestQueue(plan.earlyMax)
    this.#sleeping = new SleepingConnections(this.#world, plan, this.proceed.bind(this))
    this.#health = new TargetHealth(() => options.world.random())
  }

  /** Takes a message into the queue of its connection, and sends it if that may be. */
  enqueue(message: Message, now: Micros): void {
    const connection = this.#connectionOf(message.connection)
    connection.ended = false
    const due = dueOf(message, this.#options.copyJitterMax)
    connection.queue.push(this.#queue.append(message, now, due))
    if (connection.queue.length === 1) this.proceed(connection, now)
    while (this.#queue.bytes() > this.#options.queueBytesMax) {
      this.#shed(this.#queue.oldest()!, 'queue-full', now)
    }
  }

  /** These clients have closed: so are their connections here, behind the last answer. */
  ended(ids: readonly ConnectionId[], now: Micros): void {
    for (const id of ids) {
      const connection = this.#connections.get(id)
      if (connection === undefined) continue
      connection.ended = true
      if (connection.queue.length === 0) this.proceed(connection, now)
    }
  }

  tick(now: Micros): void {
    const expired = now - this.#options.timeout
    this.#protocol.tick(now)
    for (const connection of this.#busy) {
      if (connection.since > expired) break
      this.#protocol.giveUp(connection, 'timeout', now)
      this.proceed(connection, now)
    }
    for (const connection of this.#members.connecting!) {
      if (connection.since > expired) break
      this.#health.failed(now)
      this.drop(connection)
      this.proceed(connection, now)
    }
    const reason = this.#health.isDown() ? 'unreachable' : 'queue-timeout'
    for (;;) {
      const oldest = this.#queue.oldest()
      if (oldest === null || oldest.waitsSince > expired) break
      this.#shed(oldest, reason, now)
    }
    this.#ending.expire(expired)
    this.#closeIdle(this.#ready, now - idleMax)
    this.#closeIdle(this.#members.open!, now - openIdleMax)
    this.#admit(now)
    this.#sleeping.wake(now)
  }

  idle(): boolean {
    return this.#queue.oldest() === null && this.#busy.size === 0 && this.#ending.isEmpty()
  }

  queuedBytes(): number {
    return this.#queue.bytes()
  }

  close(): void {
    this.#closed = true
    this.#sleeping.close()
    const now = this.#world.now()
    for (const connection of this.#busy) this.#protocol.giveUp(connection, 'exit', now)
    for (let entry = this.#queue.oldest(); entry !== null; entry = this.#queue.oldest()) {
      this.#shed(entry, 'exit', now)
    }
    for (const connection of this.#connections.values()) {
      // Another protocol's last bytes may still be on their way.
      if (connection.unsent !== null) this.#protocol.giveUp(connection, 'exit', now)
      this.drop(connection)
    }
    this.#connections.clear()
    this.#waiting.clear()
  }

  /** Sends what the connection has waiting, or gets it a wire; forgets it where nothing waits. */
  proceed(connection: TargetConnection, now: Micros): void {
    if (connection.wire === null) this.#protocol.sift(connection)
    else if (connection.state !== 'connecting') this.#protocol.send(connection, now)
    const head = connection.queue.first()
    if (head === undefined) {
      if (connection.wire === null || isDone(connection)) this.#retire(connection)
    } else if (connection.state === 'none') {
      const dialAt = head.sendFrom - dialLead(connection)
      if (dialAt > now) this.wakeAt(connection, dialAt)
      else {
        this.enter(connection, 'waiting', now)
        this.#admit(now)
      }
    } else if (head.sendFrom > now) this.wakeAt(connection, head.sendFrom)
  }

  /** Takes the head of the connection's queue, to be sent. */
  take(connection: TargetConnection): QueuedRequest {
    const entry = connection.queue.shift()!
    this.#queue.remove(entry)
    return entry
  }

  /** Puts back what was taken, as the next to be sent. */
  restore(connection: TargetConnection, entry: QueuedRequest): void {
    this.#queue.restore(entry)
    connection.queue.unshift(entry)
  }

  /** Lets go of the wire, whatever it is doing. */
  drop(connection: TargetConnection): void {
    this.#release(connection)?.destroy()
  }

  #release(connection: TargetConnection): Wire | null {
    const { wire, framer } = connection
    if (wire === null) return null
    connection.wire = null
    connection.framer = null
    this.#wires -= 1
    framer?.release()
    this.enter(connection, 'none', 0)
    return wire
  }

  enter(connection: TargetConnection, state: ConnectionState, now: Micros): void {
    this.#members[connection.state]?.delete(connection)
    connection.state = state
    connection.since = now
    this.#members[state]?.add(connection)
  }

  /** Lets the connection proceed at that time, which replaces what it was to wake at before. */
  wakeAt(connection: TargetConnection, at: Micros): void {
    this.#sleeping.wakeAt(connection, at)
  }

  #connectionOf(id: ConnectionId): TargetConnection {
    const known = this.#connections.get(id)
    if (known !== undefined) return known
    const connection = createTargetConnection(id)
    this.#connections.set(id, connection)
    return connection
  }

  /**
   * Lets all answers that are there be read before the next requests are written: to wake a target
   * that sleeps for each of them takes a quarter of all processor time.
   */
  #proceedSoon(connection: TargetConnection, now: Micros): void {
    const { soon } = this.#world
    if (soon === undefined || connection.queue.length === 0) {
      this.proceed(connection, now)
      return
    }
    if (this.#runnable.push(connection) > 1) return
    soon(() => {
      const then = this.#world.now()
      for (const one of this.#runnable.splice(0)) if (!this.#closed) this.proceed(one, then)
    })
  }

  /** Dials for connections that wait, as far as the ceiling and the target's health allow. */
  #admit(now: Micros): void {
    for (const connection of this.#waiting) {
      if (this.#wires >= this.#options.connectionsMax) {
        const idle = this.#longestIdle()
        if (idle !== null) this.#evict(idle, now)
        if (this.#wires >= this.#options.connectionsMax) return
      }
      if (!this.#health.mayDial(now)) return
      this.#dial(connection, now)
    }
  }

  /** The first that has nothing to send, and else the one of another protocol that was silent. */
  #longestIdle(): TargetConnection | null {
    let looks = 0
    for (const connection of this.#ready) {
      if (connection.queue.length === 0) return connection
      if (++looks === idleLooksMax) break
    }
    return this.#members.open!.values().next().value ?? null
  }

  #dial(connection: TargetConnection, now: Micros): void {
    this.enter(connection, 'connecting', now)
    this.#wires += 1
    connection.wires += 1
    connection.answers = 0
    const wire: Wire = this.#options.dial(
      this.#options.endpoint,
      this.#handle(connection, () => this.#ending.closed(wire)),
    )
    connection.wire = wire
  }

  /** Speaks for one wire only: once the connection has let go of it, nothing it says counts. */
  #handle(connection: TargetConnection, onEnded: () => void): WireHandler {
    const number = connection.wires
    const current = () => connection.wires === number && connection.wire !== null
    return {
      connected: () => {
        if (!current()) return
        const now = this.#world.now()
        this.#health.connected()
        this.#options.onConnected()
        this.enter(connection, 'ready', now)
        this.#protocol.opened(connection)
        this.proceed(connection, now)
        this.#admit(now)
      },
      received: (bytes) => {
        const now = this.#world.now()
        if (!current()) return this.#protocol.receivedLate(connection, bytes, now)
        this.#protocol.received(connection, bytes, now)
        if (!isAsleep(connection, now)) this.#proceedSoon(connection, now)
      },
      drained: () => {
        if (current()) this.#protocol.drained(connection, this.#world.now())
      },
      closed: (why) => {
        if (!current()) return onEnded()
        const now = this.#world.now()
        if (connection.state === 'connecting') this.#health.failed(now)
        else this.#protocol.broke(connection, why, now)
        this.drop(connection)
        this.proceed(connection, now)
        this.#admit(now)
      },
    }
  }

  #shed(entry: QueuedRequest, reason: OutputDropReason, now: Micros): void {
    this.#queue.remove(entry)
    const connection = this.#connections.get(entry.message.connection)!
    // Invariant: messages are queued and shed in order of age, so the oldest of all is a first.
    connection.queue.shift()
    this.#protocol.dropped(entry.message, reason)
    if (connection.queue.length > 0) return
    if (connection.state === 'waiting') this.enter(connection, 'none', now)
    if (connection.state === 'none' || isDone(connection)) this.#retire(connection)
  }

  #closeIdle(set: ReadonlySet<TargetConnection>, since: Micros): void {
    for (const connection of set) {
      if (connection.since > since) break
      this.#evict(connection, this.#world.now())
    }
  }

  /** Closes a connection that is idle; what it has to send is sent over a new one. */
  #evict(connection: TargetConnection, now: Micros): void {
    if (connection.state === 'open') this.#protocol.broke(connection, 'ended', now)
    this.drop(connection)
    this.proceed(connection, now)
  }

  /** Closes a connection that has nothing to do, and forgets it. */
  #retire(connection: TargetConnection): void {
    const isRead = connection.state !== 'open' && connection.framer !== null
    const wire = this.#release(connection)
    if (isRead || this.#closed) wire?.destroy()
    else if (wire !== null) this.#ending.end(wire, this.#world.now())
    this.#sleeping.remove(connection)
    if (connection.upgraded && !connection.ended) this.#remember(connection)
    else this.#forget(connection)
  }

  /** What follows on a connection that was upgraded is told apart from what never was. */
  #remember(connection: TargetConnection): void {
    this.#remembered.add(connection)
    if (this.#remembered.size <= rememberedMax) return
    for (const oldest of this.#remembered) {
      if (oldest.wire === null && oldest.queue.length === 0) this.#forget(oldest)
      this.#remembered.delete(oldest)
      break
    }
  }

  #forget(connection: TargetConnection): void {
    this.#remembered.delete(connection)
    const { id } = connection
    if (this.#connections.get(id) === connection) this.#connections.delete(id)
  }
}
