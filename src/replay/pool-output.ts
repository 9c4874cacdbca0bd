// What outputs to a target have in common, whatever is spoken there: they pass on to a pool.
import type { OutputAccount } from '../model/ledger.ts'
import type { Message } from '../model/message.ts'
import type { Output } from '../model/output.ts'
import type { World } from '../model/world.ts'
import type { ConnectionPool } from './connection-pool.ts'

export interface PoolOutputOptions {
  readonly name: string
  readonly account: OutputAccount
  readonly world: World
  readonly pool: ConnectionPool
  /** Whether the message is one to send; others are dropped as `kind`. */
  readonly takes: (message: Message) => boolean
}

/** An output to a target, with all that an output may tell. */
export type PoolOutput = Required<Pick<Output, 'ended' | 'queuedBytes'>> & Output

export function createPoolOutput(options: PoolOutputOptions): PoolOutput {
  const { name, account, world, pool, takes } = options
  return {
    name,
    write(batch) {
      const now = world.now()
      for (const message of batch) {
        if (takes(message)) {
          account.accepted(1)
          pool.enqueue(message, now)
        } else account.dropped('kind', 1)
      }
    },
    ended: (connections) => pool.ended(connections, world.now()),
    tick: (now) => pool.tick(now),
    idle: () => pool.idle(),
    queuedBytes: () => pool.queuedBytes(),
    close: async () => pool.close(),
  }
}
