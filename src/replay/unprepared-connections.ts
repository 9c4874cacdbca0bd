// Connections whose next request needs a value that is not known yet, and when to ask again.
import type { Message, Micros } from '../model/message.ts'
import type { PrepareRequest } from '../model/outcome.ts'
import type { ConnectionPool } from './connection-pool.ts'
import type { QueuedRequest } from './request-queue.ts'
import type { TargetConnection } from './target-connection.ts'

/** Before its time-out a request is sent without the value: two ticks, so that none is missed. */
const lastLead: Micros = 250_000

/** Between two rounds of asking, for each connection that is asked. */
const askPause: Micros = 50

export interface UnpreparedOptions {
  readonly prepare?: PrepareRequest
  readonly timeout: Micros
}

/** They wait, and hold up no other connection. */
export class UnpreparedConnections {
  readonly #options: UnpreparedOptions
  readonly #pool: Pick<ConnectionPool, 'proceed' | 'wakeAt'>
  readonly #connections = new Set<TargetConnection>()
  #askAgainAt: Micros = 0

  constructor(options: UnpreparedOptions, pool: Pick<ConnectionPool, 'proceed' | 'wakeAt'>) {
    this.#options = options
    this.#pool = pool
  }

  /** The request as it is to be sent; null: not yet, and its connection is asked again. */
  prepare(connection: TargetConnection, entry: QueuedRequest, now: Micros): Message | null {
    const { prepare, timeout } = this.#options
    if (prepare === undefined || entry.redirect !== null) return entry.message
    const last = now >= entry.waitsSince + Math.max(0, timeout - lastLead)
    const prepared = prepare(entry.message, last)
    if (prepared === null) {
      entry.held = true
      this.#connections.add(connection)
    } else this.#connections.delete(connection)
    return prepared
  }

  /** An answer came, which may have brought a value; asked at once, or a little later. */
  answered(now: Micros): void {
    if (this.#connections.size === 0) return
    if (now >= this.#askAgainAt) this.askAll(now)
    else for (const connection of this.#connections) this.#pool.wakeAt(connection, this.#askAgainAt)
  }

  askAll(now: Micros): void {
    if (this.#connections.size === 0) return
    const asked = [...this.#connections]
    this.#connections.clear()
    this.#askAgainAt = now + asked.length * askPause
    for (const connection of asked) this.#pool.proceed(connection, now)
  }
}
