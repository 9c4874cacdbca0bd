// Replays requests to one HTTP/1 target: each when it is due, every captured client connection over
// a connection of its own, in order, and pipelined where the client pipelined.
import type { OutputAccount } from '../model/ledger.ts'
import type { ConnectionId, Message, Micros } from '../model/message.ts'
import type { Output } from '../model/output.ts'
import type { Dial, World } from '../model/world.ts'
import { ConnectionPool } from './connection-pool.ts'
import { type HttpExchangeOptions, HttpExchanges } from './http-exchanges.ts'

export interface HttpOutputOptions extends HttpExchangeOptions {
  readonly world: World
  readonly dial: Dial
  /** Open connections; beyond, idle ones are closed, and then requests wait. */
  readonly connectionsMax: number
  /** Waiting requests; beyond, the oldest are dropped as `queue-full`. */
  readonly queueBytesMax: number
  /** Copies of one connection send so long after each other (5 ms). */
  readonly copyJitterMax?: Micros
  /** Between two wake-ups at least (2 ms). */
  readonly wakePause?: Micros
}

export class HttpOutput implements Output {
  readonly name: string
  readonly #account: OutputAccount
  readonly #world: World
  readonly #pool: ConnectionPool

  constructor(options: HttpOutputOptions) {
    this.name = options.name
    this.#account = options.account
    this.#world = options.world
    const { endpoint } = options.target
    const onConnected = () => options.account.connected()
    this.#pool = new ConnectionPool(
      { ...options, endpoint, onConnected },
      (pool) => new HttpExchanges(options, pool),
    )
  }

  write(batch: readonly Message[]): void {
    const now = this.#world.now()
    for (const message of batch) {
      if (message.kind === 'request') {
        this.#account.accepted(1)
        this.#pool.enqueue(message, now)
      } else this.#account.dropped('kind', 1)
    }
  }

  ended(connections: readonly ConnectionId[]): void {
    this.#pool.ended(connections, this.#world.now())
  }

  tick(now: Micros): void {
    this.#pool.tick(now)
  }

  idle(): boolean {
    return this.#pool.idle()
  }

  queuedBytes(): number {
    return this.#pool.queuedBytes()
  }

  async close(): Promise<void> {
    this.#pool.close()
  }
}
