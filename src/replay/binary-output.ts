// Replays messages of any TCP protocol to one target: every captured client connection over a
// connection of its own, each message behind the answer to the one before.
import type { OutputAccount } from '../model/ledger.ts'
import type { ConnectionId, Message, Micros } from '../model/message.ts'
import type { Output } from '../model/output.ts'
import type { World } from '../model/world.ts'
import { type BinaryExchangeOptions, BinaryExchanges } from './binary-exchanges.ts'
import { ConnectionPool, type PoolOptions } from './connection-pool.ts'

export interface BinaryOutputOptions
  extends BinaryExchangeOptions,
    Omit<PoolOptions, 'onConnected'> {}

export class BinaryOutput implements Output {
  readonly name: string
  readonly #account: OutputAccount
  readonly #world: World
  readonly #pool: ConnectionPool

  constructor(options: BinaryOutputOptions) {
    this.name = options.name
    this.#account = options.account
    this.#world = options.world
    const onConnected = () => options.account.connected()
    this.#pool = new ConnectionPool(
      { ...options, onConnected },
      (pool) => new BinaryExchanges(options, pool),
    )
  }

  write(batch: readonly Message[]): void {
    const now = this.#world.now()
    for (const message of batch) {
      if (message.kind === 'request' && message.raw === true) {
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
