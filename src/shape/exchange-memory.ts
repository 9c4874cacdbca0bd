// What a script may ask for later of an exchange: its messages, its notes, where it was sent.
import type { ExchangeId, Message } from '../model/message.ts'

export interface RememberedExchange {
  request: Uint8Array | null
  response: Uint8Array | null
  readonly notes: Map<string, unknown>
  /** Where the script sent the request; null: everywhere. */
  outputs: readonly string[] | null
}

export interface ExchangeMemoryLimits {
  /** Beyond, the oldest exchange is forgotten. */
  readonly exchangesMax: number
  /** Of payloads; beyond, the oldest exchange is forgotten. */
  readonly bytesMax: number
}

/** Exchanges by id, oldest first. */
export class ExchangeMemory {
  readonly #limits: ExchangeMemoryLimits
  readonly #exchanges = new Map<ExchangeId, RememberedExchange>()
  #bytes = 0

  constructor(limits: ExchangeMemoryLimits) {
    this.#limits = limits
  }

  /** An empty one where nothing is remembered; it is not kept until something is put into it. */
  find(id: ExchangeId): RememberedExchange {
    const known = this.#exchanges.get(id)
    return known ?? { request: null, response: null, notes: new Map(), outputs: null }
  }

  /** Keeps the exchange, and the message as its request or response. */
  keep(exchange: RememberedExchange, id: ExchangeId, message: Message | null): void {
    if (message !== null) {
      // A copy, for the payload may be a small view of much.
      const payload = Buffer.from(message.payload)
      if (message.kind === 'request') exchange.request = this.#replace(exchange.request, payload)
      else exchange.response = this.#replace(exchange.response, payload)
    }
    this.#exchanges.set(id, exchange)
    const { exchangesMax, bytesMax } = this.#limits
    for (const [oldest] of this.#exchanges) {
      if (this.#exchanges.size <= exchangesMax && this.#bytes <= bytesMax) break
      this.forget(oldest)
    }
  }

  forget(id: ExchangeId): void {
    const known = this.#exchanges.get(id)
    if (known === undefined) return
    this.#exchanges.delete(id)
    this.#bytes -= (known.request?.length ?? 0) + (known.response?.length ?? 0)
  }

  #replace(before: Uint8Array | null, payload: Uint8Array): Uint8Array {
    this.#bytes += payload.length - (before?.length ?? 0)
    return payload
  }
}
