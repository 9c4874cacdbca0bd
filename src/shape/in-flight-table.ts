// Messages that are with another program, by what their lines are known again by, oldest first; and
// the ends of connections that wait behind them.
import type { SourceAccount } from '../model/ledger.ts'
import type { ConnectionId, Message, Micros } from '../model/message.ts'

export interface InFlight {
  /** Without its payload, which the other program has. */
  readonly message: Message
  readonly account: SourceAccount
  readonly since: Micros
  readonly key: string
}

export interface WaitingEnd {
  readonly message: Message
  readonly account: SourceAccount
}

interface Connection {
  inFlight: number
  end: WaitingEnd | null
}

const noBytes = new Uint8Array(0)

/** Holds at most what is put in; whoever does so bounds it by `size` and `takeOldest`. */
export class InFlightTable {
  /** In the order they were added: sets keep it. */
  readonly #order = new Set<InFlight>()
  /** Of equal keys, as GoReplay gives pipelined requests, the first printed is the first given. */
  readonly #byKey = new Map<string, InFlight[]>()
  readonly #connections = new Map<ConnectionId, Connection>()

  get size(): number {
    return this.#order.size
  }

  add(key: string, message: Message, account: SourceAccount, since: Micros): void {
    const entry = { key, message: { ...message, payload: noBytes }, account, since }
    this.#order.add(entry)
    const same = this.#byKey.get(key)
    if (same === undefined) this.#byKey.set(key, [entry])
    else same.push(entry)
    const connection = this.#connections.get(message.connection)
    if (connection !== undefined) connection.inFlight += 1
    else this.#connections.set(message.connection, { inFlight: 1, end: null })
  }

  /** The one of that key, and where it can be told, of that target; null where there is none. */
  take(key: string, target: string | undefined): InFlight | null {
    const same = this.#byKey.get(key)
    if (same === undefined) return null
    const found = same.findIndex(({ message }) => message.target === target)
    const entry = same[Math.max(0, found)]!
    this.#remove(entry, same)
    return entry
  }

  oldest(): InFlight | null {
    for (const entry of this.#order) return entry
    return null
  }

  takeOldest(): InFlight | null {
    const entry = this.oldest()
    if (entry !== null) this.#remove(entry, this.#byKey.get(entry.key)!)
    return entry
  }

  /** The connection ended: kept until nothing of it is in flight; false where nothing is. */
  close(message: Message, account: SourceAccount): boolean {
    const connection = this.#connections.get(message.connection)
    if (connection === undefined) return false
    connection.end = { message, account }
    return true
  }

  /** To be asked after each entry that was taken: its connection's end, where it was the last. */
  takeEnd(taken: InFlight): WaitingEnd | null {
    const connection = this.#connections.get(taken.message.connection)
    if (connection === undefined || connection.inFlight > 0) return null
    this.#connections.delete(taken.message.connection)
    return connection.end
  }

  #remove(entry: InFlight, same: InFlight[]): void {
    this.#order.delete(entry)
    same.splice(same.indexOf(entry), 1)
    if (same.length === 0) this.#byKey.delete(entry.key)
    this.#connections.get(entry.message.connection)!.inFlight -= 1
  }
}
