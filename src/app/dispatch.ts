// From one run of messages to every output: its share, its limit, its copies, and the ends of the
// connections behind them.
import { BoundedMap } from '../base/bounded-map.ts'
import type { OutputAccount } from '../model/ledger.ts'
import type { ConnectionId, Message, Micros } from '../model/message.ts'
import type { Output } from '../model/output.ts'
import { createCopy, ExchangeLimiter, originalConnection } from '../shape/exchange-limiter.ts'
import type { Limiter } from '../shape/limit.ts'

export interface OutputRoute {
  readonly output: Output
  readonly account: OutputAccount
  readonly limiter: Limiter | null
  /** Takes what targets answered; else that is dropped as `kind`. */
  readonly takesReplayed?: boolean
  /** What the message becomes on its way there: redacted. */
  readonly prepare?: ((message: Message) => Message) | null
}

/** Hands a batch to all outputs in turn, each message to its fate at each of them. */
export type Dispatch = (batch: readonly Message[], now: Micros) => void

/** With `split`, client connections are shared out round robin, instead of a copy to each. */
export function createDispatch(routes: readonly OutputRoute[], split: boolean): Dispatch {
  const share = split ? createSplit(routes.length) : null
  const takers = routes.map((route, index) => {
    const isOwn = share === null ? null : (message: Message) => share(message) === index
    return new OutputTaker(route, isOwn)
  })
  const orders = takingOrders(takers)
  let turn = 0
  return (batch, now) => {
    for (const taker of orders[turn++ % orders.length]!) taker.take(batch, now)
  }
}

/** Every rotation, forth and back: of two, each comes before the other as often. */
function takingOrders<T>(takers: readonly T[]): readonly (readonly T[])[] {
  const rotations = takers.map((_, by) => [...takers.slice(by), ...takers.slice(0, by)])
  return takers.length < 2 ? [takers] : [...rotations, ...rotations.map((one) => one.toReversed())]
}

/** Client connections whose output is remembered; beyond, the one seen first is shared out anew. */
const splitConnectionsMax = 262_144

/** Gives each new client connection the next output in turn, and keeps it there. */
function createSplit(outputs: number): (message: Message) => number {
  const chosen = new BoundedMap<ConnectionId, number>(splitConnectionsMax)
  let next = 0
  return (message) => {
    const connection = originalConnection(message)
    const known = chosen.get(connection)
    if (known !== undefined) return known
    const output = next
    next = (next + 1) % outputs
    chosen.set(connection, output)
    return output
  }
}

/** One output, as the dispatch sees it. */
class OutputTaker {
  readonly #route: OutputRoute
  readonly #isOwn: ((message: Message) => boolean) | null
  readonly #limiter: ExchangeLimiter | null

  constructor(route: OutputRoute, isOwn: ((message: Message) => boolean) | null) {
    this.#route = route
    this.#isOwn = isOwn
    this.#limiter = route.limiter === null ? null : new ExchangeLimiter(route.limiter)
  }

  take(batch: readonly Message[], now: Micros): void {
    const { output } = this.#route
    const passed: Message[] = []
    const ended: ConnectionId[] = []
    for (const message of batch) {
      if (message.kind !== 'closed') this.#pass(message, now, passed)
      else if (this.#isOwn?.(message) !== false) ended.push(...this.#end(message.connection))
    }
    if (passed.length > 0) output.write(passed)
    // Invariant: behind the last message of each, for a connection sends nothing after its end.
    if (ended.length > 0) output.ended?.(ended)
  }

  #pass(message: Message, now: Micros, passed: Message[]): void {
    const { account, prepare = null } = this.#route
    const refusal = this.#refusal(message)
    if (refusal !== null) return void account.dropped(refusal, 1)
    const copies = this.#limiter === null ? 1 : this.#limiter.copies(message, now)
    if (copies === 0) return void account.dropped('limit', 1)
    const prepared = prepare === null ? message : prepare(message)
    passed.push(prepared)
    for (let copy = 1; copy < copies; copy++) passed.push(createCopy(prepared, copy))
    if (copies > 1) account.amplified(copies - 1)
  }

  #refusal(message: Message): 'split' | 'route' | 'kind' | null {
    const { output, takesReplayed = false } = this.#route
    if (this.#isOwn?.(message) === false) return 'split'
    if (message.outputs !== undefined && !message.outputs.includes(output.name)) return 'route'
    return message.kind === 'replayed' && !takesReplayed ? 'kind' : null
  }

  #end(connection: ConnectionId): readonly ConnectionId[] {
    return this.#limiter === null ? [connection] : this.#limiter.ended(connection)
  }
}
