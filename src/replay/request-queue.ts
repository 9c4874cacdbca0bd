// Requests that wait to be sent: one order by age over all connections, one per connection.
import { hashFraction } from '../base/hash.ts'
import type { Message, Micros } from '../model/message.ts'

/** A request that waits, linked into the order by age. */
export interface QueuedRequest {
  readonly message: Message
  /** When it is to be sent; 0: as soon as its turn comes. */
  readonly due: Micros
  /** Not before. */
  readonly sendFrom: Micros
  /** Since when it waits: when it was queued, or was due if that is later. */
  readonly waitsSince: Micros
  /** Sent once already over a connection that the target had just closed. */
  retried: boolean
  /** Not written behind another one, though the client did: the target took that badly. */
  alone: boolean
  /** It waited for a value that the target had yet to issue. */
  held: boolean
  /** What is sent instead, as an answer pointed elsewhere; `sentAt` is that of the first. */
  redirect: Redirected | null
  older: QueuedRequest | null
  younger: QueuedRequest | null
}

export interface Redirected {
  readonly bytes: Uint8Array
  readonly count: number
  readonly sentAt: Micros
}

/** How far from when it was due a request is sent now. */
export function scheduleError({ due }: QueuedRequest, now: Micros): Micros {
  return Math.abs(now - due)
}

/** Copies of one connection do not send in the same moment. */
const copyJitterMax: Micros = 5_000

/** When the message is due; 0: at once. */
export function dueOf(
  { due, copy, connection }: Message,
  jitterMax: Micros = copyJitterMax,
): Micros {
  if (due === undefined) return 0
  if (copy === undefined || jitterMax === 0) return due
  return due + Math.round(hashFraction(connection) * jitterMax)
}

/** All waiting requests of an output, oldest first; every operation is O(1). */
export class RequestQueue {
  readonly #earlyMax: Micros
  #oldest: QueuedRequest | null = null
  #youngest: QueuedRequest | null = null
  #bytes = 0

  /** A request may be sent so long before it is due. */
  constructor(earlyMax: Micros) {
    this.#earlyMax = earlyMax
  }

  oldest(): QueuedRequest | null {
    return this.#oldest
  }

  bytes(): number {
    return this.#bytes
  }

  append(message: Message, now: Micros, due: Micros): QueuedRequest {
    const entry: QueuedRequest = {
      message,
      due,
      sendFrom: due - this.#earlyMax,
      waitsSince: Math.max(now, due),
      retried: false,
      alone: false,
      held: false,
      redirect: null,
      older: this.#youngest,
      younger: null,
    }
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
