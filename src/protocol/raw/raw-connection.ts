// A connection of any protocol: what a client sends between two reads of an answer is one request,
// and what the server sends between two requests is one response; both as they are.
import type { MemoryBudget } from '../../base/memory-budget.ts'
import type { Micros } from '../../model/message.ts'
import type {
  ConnectionListener,
  ConnectionMachine,
  SideBytes,
  SideGap,
} from '../connection-machine.ts'
import { MessageStore } from '../http1/message-store.ts'

export interface RawConnectionOptions {
  /** A longer message is cut there, and goes on in another one. */
  readonly messageBytesMax: number
  readonly budget: MemoryBudget
  /** Follow the server's side, too. */
  readonly responses: boolean
  /** Give what came of a message that is cut by a gap. */
  readonly allowIncomplete: boolean
}

export class RawConnection implements ConnectionMachine {
  readonly #options: RawConnectionOptions
  readonly #listener: ConnectionListener
  readonly #client: RawSide
  readonly #server: RawSide
  #exchanges = 0
  /** Of the newest request's first byte. */
  #acknowledgement: number | null = null

  constructor(options: RawConnectionOptions, listener: ConnectionListener) {
    this.#options = options
    this.#listener = listener
    this.#client = new RawSide(options.budget)
    this.#server = new RawSide(options.budget)
  }

  push(from: SideBytes): void {
    if (from.side === 'server') {
      if (!this.#options.responses) return
      this.#endRequest()
      this.#append(this.#server, from)
      return
    }
    this.#endResponse()
    // The client had received some of an answer meanwhile.
    if (from.acknowledgement !== this.#client.acknowledgement) this.#endRequest()
    this.#append(this.#client, from)
  }

  gap({ side, at }: SideGap): void {
    if (side === 'client') this.#cut(this.#client, at)
    else if (this.#options.responses) this.#cut(this.#server, at)
  }

  ended(side: 'client' | 'server'): void {
    if (side === 'client') this.#endRequest()
    else this.#endResponse()
  }

  closed(): void {
    this.#endRequest()
    this.#endResponse()
  }

  expire(before: Micros): void {
    if (this.#client.endedAt < before) this.#endRequest()
    if (this.#server.endedAt < before) this.#endResponse()
  }

  exchanges(): number {
    return this.#exchanges
  }

  #append(side: RawSide, from: SideBytes): void {
    const { bytes, at, acknowledgement } = from
    const { messageBytesMax } = this.#options
    for (let start = 0; start < bytes.length; ) {
      if (!side.isOpen) side.begin(at, acknowledgement)
      side.endedAt = at
      if (side.isLost) return
      const end = Math.min(bytes.length, start + messageBytesMax - side.store.length())
      if (!side.store.append(bytes, start, end, messageBytesMax)) {
        this.#lose(side, 'memory')
        return
      }
      start = end
      if (side.store.length() < messageBytesMax) continue
      if (side === this.#client) this.#endRequest()
      else this.#endResponse()
    }
  }

  /** Bytes of a message are missing: it is lost up to where the next one begins. */
  #cut(side: RawSide, at: Micros): void {
    if (!side.isOpen) side.begin(at, null)
    else if (this.#options.allowIncomplete && !side.isLost) {
      if (side === this.#client) this.#endRequest()
      else this.#endResponse()
      return
    }
    this.#lose(side, 'gap')
  }

  #lose(side: RawSide, reason: 'gap' | 'memory'): void {
    if (side.isLost) return
    side.isLost = true
    side.store.clear()
    this.#listener.lost(reason)
  }

  #endRequest(): void {
    const { acknowledgement } = this.#client
    const message = this.#client.end()
    if (message === null) return
    const pipelined =
      this.#exchanges > 0 && acknowledgement !== null && acknowledgement === this.#acknowledgement
    this.#acknowledgement = acknowledgement
    const sequence = this.#exchanges++
    this.#listener.captured({ kind: 'request', sequence, ...message, pipelined, raw: true })
  }

  #endResponse(): void {
    const message = this.#server.end()
    if (message === null) return
    // A server that speaks first has an exchange of its own.
    if (this.#exchanges === 0) this.#exchanges = 1
    const sequence = this.#exchanges - 1
    this.#listener.captured({ kind: 'response', sequence, ...message, pipelined: false, raw: true })
  }
}

/** The message of a side that is under way. */
class RawSide {
  readonly store: MessageStore
  isOpen = false
  isLost = false
  startedAt: Micros = 0
  endedAt: Micros = 0
  acknowledgement: number | null = null

  constructor(budget: MemoryBudget) {
    this.store = new MessageStore(budget)
  }

  begin(at: Micros, acknowledgement: number | null): void {
    this.isOpen = true
    this.isLost = false
    this.startedAt = at
    this.endedAt = at
    this.acknowledgement = acknowledgement
  }

  /** What was under way; null where that was nothing, or is lost. */
  end(): { startedAt: Micros; endedAt: Micros; payload: Uint8Array } | null {
    const { isOpen, isLost, startedAt, endedAt } = this
    this.isOpen = false
    return isOpen && !isLost ? { startedAt, endedAt, payload: this.store.take() } : null
  }
}
