// A limit for whole exchanges: a response, what a target answered, and what follows an upgrade have
// the fate of their request.
import { BoundedMap } from '../base/bounded-map.ts'
import type { ConnectionId, ExchangeId, Message, Micros } from '../model/message.ts'
import type { Limiter } from './limit.ts'

/** Fates that are remembered; a response whose request is forgotten passes. */
const fatesMax = 262_144

/** Connections that are remembered; the copies of a forgotten one are left to time-outs. */
const connectionsMax = 65_536

/** Asks a limiter about requests, and gives all that belongs to them the same answer. */
export class ExchangeLimiter {
  readonly #limiter: Limiter
  /** Where it is not 1. */
  readonly #fates = new BoundedMap<ExchangeId, number>(fatesMax)
  /** The last request's of each connection, for what follows an upgrade. */
  readonly #last = new BoundedMap<ConnectionId, number>(connectionsMax)
  /** The most of each connection, where above 1. */
  readonly #most = new BoundedMap<ConnectionId, number>(connectionsMax)

  constructor(limiter: Limiter) {
    this.#limiter = limiter
  }

  /** How many of the message go on: 0 drops it, above 1 there are copies. */
  copies(message: Message, now: Micros): number {
    const { kind, connection } = message
    // What is no HTTP has no exchanges: it has the fate of its upgrade, or one of its own.
    if (message.raw === true) return this.#last.get(connection) ?? this.#decide(message, now)
    if (kind === 'response') return this.#fates.get(message.id) ?? 1
    if (kind === 'replayed') return Math.min(1, this.#fates.get(originalId(message)) ?? 1)
    const copies = this.#decide(message, now)
    if (copies !== 1) this.#fates.set(message.id, copies)
    // Of several requests of one id, as GoReplay gives pipelined ones, each has its own fate.
    else this.#fates.take(message.id)
    return copies
  }

  /** The connection is at its end; all names it and its copies went by. */
  ended(connection: ConnectionId): readonly ConnectionId[] {
    this.#last.take(connection)
    const copies = this.#most.take(connection) ?? 1
    return Array.from({ length: copies }, (_, copy) => copyConnection(connection, copy))
  }

  #decide(message: Message, now: Micros): number {
    const { connection } = message
    const copies = this.#limiter(message, now)
    this.#last.set(connection, copies)
    if (copies > (this.#most.get(connection) ?? 1)) this.#most.set(connection, copies)
    return copies
  }
}

/** The copy of that number, on a connection of its own, so that copies do not wait for others. */
export function createCopy(message: Message, copy: number): Message {
  const id = `${message.id}.${copy}` as ExchangeId
  return { ...message, id, connection: copyConnection(message.connection, copy), copy }
}

/** The exchange that a copy was made of; its own where it is no copy. */
export function originalId({ id, copy }: Message): ExchangeId {
  return (copy === undefined ? id : id.slice(0, -`.${copy}`.length)) as ExchangeId
}

/** The connection that a copy's was made of; its own where it is no copy. */
export function originalConnection({ connection, copy }: Message): ConnectionId {
  const original = copy === undefined ? connection : connection.slice(0, -`.${copy}`.length)
  return original as ConnectionId
}

function copyConnection(connection: ConnectionId, copy: number): ConnectionId {
  return (copy === 0 ? connection : `${connection}.${copy}`) as ConnectionId
}
