// When requests were sent whose answers by production are to come.
import { BoundedMap } from '../base/bounded-map.ts'
import { Queue } from '../base/queue.ts'
import type { ConnectionId, ExchangeId, Message, Micros } from '../model/message.ts'

interface OpenRequest {
  readonly id: ExchangeId
  readonly at: Micros
}

/** Beyond, those of the connections that came first are forgotten. */
const connectionsMax = 32_768
/** Of one connection; beyond, the oldest is forgotten. */
const requestsMax = 64

/**
 * By connection, for answers come in order there. A table of requests would change with each: what
 * such a table leaves behind for the garbage collector costs more than all else a response does.
 */
export class OpenRequests {
  readonly #open = new BoundedMap<ConnectionId, Queue<OpenRequest>>(connectionsMax)

  asked({ id, connection, at }: Message): void {
    let requests = this.#open.get(connection)
    if (requests === undefined) {
      requests = new Queue()
      this.#open.set(connection, requests)
    }
    if (requests.length === requestsMax) requests.shift()
    requests.push({ id, at })
  }

  /**
   * When the request was sent that this answers; null: not known. Answers come in order: requests
   * before it will have none.
   */
  answered({ id, connection }: Message): Micros | null {
    const requests = this.#open.get(connection)
    if (requests === undefined) return null
    if (requests.first()?.id !== id && !isAmong(id, requests)) return null
    for (;;) {
      const request = requests.shift()!
      if (request.id === id) return request.at
    }
  }

  ended(connection: ConnectionId): void {
    this.#open.take(connection)
  }
}

function isAmong(id: ExchangeId, requests: Iterable<OpenRequest>): boolean {
  for (const request of requests) if (request.id === id) return true
  return false
}
