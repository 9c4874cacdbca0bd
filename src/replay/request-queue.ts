// Requests that wait to be sent: one order by age over all connections, one per connection.
import type { Message, Micros } from '../model/message.ts'

/** A request that waits, linked into the order by age. */
export interface QueuedRequest {
  readonly message: Message
  readonly queuedAt: Micros
  /** Sent once already over a connection that the target had just closed. */
  retried: boolean
  older: QueuedRequest | null
  younger: QueuedRequest | null
}

/** All waiting requests of an output, oldest first; every operation is O(1). */
export class RequestQueue {
  #oldest: QueuedRequest | null = null
  #youngest: QueuedRequest | null = null
  #bytes = 0

  oldest(): QueuedRequest | null {
    return this.#oldest
  }

  bytes(): number {
    return this.#bytes
  }

  append(message: Message, queuedAt: Micros): QueuedRequest {
    const entry = { message, queuedAt, retried: false, older: this.#youngest, younger: null }
    if (this.#youngest === null) this.#oldest = entry
    else this.#youngest.younger = entry
    this.#youngest = entry
    this.#bytes += sizeOf(entry)
    return entry
  }

  /** Puts a request that was taken out back as the oldest of all. */
  restore(entry: QueuedRequest): void {
    entry.older = null
    entry.younger = this.#oldest
    if (this.#oldest === null) this.#youngest = entry
    else this.#oldest.older = entry
    this.#oldest = entry
    this.#bytes += sizeOf(entry)
  }

  remove(entry: QueuedRequest): void {
    if (entry.older === null) this.#oldest = entry.younger
    else entry.older.younger = entry.younger
    if (entry.younger === null) this.#youngest = entry.older
    else entry.younger.older = entry.older
    entry.older = null
    entry.younger = null
    this.#bytes -= sizeOf(entry)
  }
}

/** What an entry costs besides its payload, so that empty requests cannot pile up unbounded. */
const overheadBytes = 512

function sizeOf(entry: QueuedRequest): number {
  return entry.message.payload.length + overheadBytes
}
