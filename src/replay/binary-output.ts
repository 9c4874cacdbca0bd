// Replays messages of any TCP protocol to one target: every captured client connection over a
// connection of its own, each message behind the answer to the one before.
import type { Message } from '../model/message.ts'
import { type BinaryExchangeOptions, BinaryExchanges } from './binary-exchanges.ts'
import { ConnectionPool, type PoolOptions } from './connection-pool.ts'
import { createPoolOutput, type PoolOutput } from './pool-output.ts'

export interface BinaryOutputOptions
  extends BinaryExchangeOptions,
    Omit<PoolOptions, 'onConnected'> {}

/** Each message that is no client's of another protocol counts as `kind`. */
export function createBinaryOutput(options: BinaryOutputOptions): PoolOutput {
  const onConnected = () => options.account.connected()
  const pool = new ConnectionPool(
    { ...options, onConnected },
    (pool) => new BinaryExchanges(options, pool),
  )
  const takes = ({ kind, raw }: Message) => kind === 'request' && raw === true
  return createPoolOutput({ ...options, pool, takes })
}
