// What a target was sent and has not answered stays in memory: its ceiling, and who waits for room.
import type { Micros } from '../model/message.ts'
import type { ConnectionPool } from './connection-pool.ts'
import type { QueuedRequest } from './request-queue.ts'
import type { InFlight, TargetConnection } from './target-connection.ts'

/** Of all connections of one target; those that wait hold up no other. */
export class UnansweredBytes {
  readonly #bytesMax: number
  readonly #pool: Pick<ConnectionPool, 'proceed'>
  readonly #waiting = new Set<TargetConnection>()
  #bytes = 0

  constructor(bytesMax: number, pool: Pick<ConnectionPool, 'proceed'>) {
    this.#bytesMax = bytesMax
    this.#pool = pool
  }

  sent({ bytes }: Pick<InFlight, 'bytes'>): void {
    this.#bytes += bytes.length
  }

  /** It is answered, or never will be, or goes back to those that wait. */
  settled({ bytes }: Pick<InFlight, 'bytes'>): void {
    this.#bytes -= bytes.length
  }

  /** Whether the request may be sent; else its connection proceeds when there is room. */
  admits(connection: TargetConnection, entry: QueuedRequest): boolean {
    if (this.#hasRoom(entry)) return true
    this.#waiting.add(connection)
    return false
  }

  /** Lets go on who waits, in order, as far as there is room. */
  proceed(now: Micros): void {
    for (const connection of this.#waiting) {
      if (!this.#hasRoom(connection.queue.first())) return
      this.#waiting.delete(connection)
      this.#pool.proceed(connection, now)
    }
  }

  /** One that is longer than the ceiling goes alone. */
  #hasRoom(entry: QueuedRequest | undefined): boolean {
    if (entry === undefined || this.#bytes === 0) return true
    return this.#bytes + entry.message.payload.length <= this.#bytesMax
  }
}
