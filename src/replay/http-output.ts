// Replays requests to one HTTP/1 target: each when it is due, every captured client connection over
// a connection of its own, in order, and pipelined where the client pipelined.
import type { Micros } from '../model/message.ts'
import type { Dial, World } from '../model/world.ts'
import { ConnectionPool } from './connection-pool.ts'
import { type HttpExchangeOptions, HttpExchanges } from './http-exchanges.ts'
import { createPoolOutput, type PoolOutput } from './pool-output.ts'

export interface HttpOutputOptions extends HttpExchangeOptions {
  readonly world: World
  readonly dial: Dial
  /** Open connections; beyond, idle ones are closed, and then requests wait. */
  readonly connectionsMax: number
  /** Copies of one connection send so long after each other (5 ms). */
  readonly copyJitterMax?: Micros
  /** Between two wake-ups at least (2 ms). */
  readonly wakePause?: Micros
}

/** Each message that is no request counts as `kind`. */
export function createHttpOutput(options: HttpOutputOptions): PoolOutput {
  const { target, account } = options
  const onConnected = () => account.connected()
  const pool = new ConnectionPool(
    { ...options, endpoint: target.endpoint, onConnected },
    (pool) => new HttpExchanges(options, pool),
  )
  return createPoolOutput({ ...options, pool, takes: ({ kind }) => kind === 'request' })
}
