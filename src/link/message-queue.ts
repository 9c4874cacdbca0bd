// Messages that wait for a link that carries each as a message of its own: a gor record without the
// separator, as GoReplay sends it over a WebSocket.
import type { Message } from '../model/message.ts'
import { formatGorMeta } from '../protocol/gor/gor-meta.ts'
import type { RecordRun } from './record-queue.ts'

/** Holds up to `bytesMax`; beyond, the oldest go to make room. */
export class MessageQueue {
  readonly #bytesMax: number
  readonly #waiting: RecordRun[] = []
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Copies the message in; returns how many messages it cost: older ones, or itself. */
  append(message: Message): number {
    const bytes = Buffer.concat([Buffer.from(formatGorMeta(message), 'latin1'), message.payload])
    if (bytes.length > this.#bytesMax) return message.kind === 'closed' ? 0 : 1
    const shed = this.#shrink(this.#bytesMax - bytes.length)
    this.#bytes += bytes.length
    this.#waiting.push({ bytes, messages: message.kind === 'closed' ? 0 : 1 })
    return shed
  }

  /** The oldest; null when empty. */
  take(): RecordRun | null {
    const taken = this.#waiting.shift()
    if (taken === undefined) return null
    this.#bytes -= taken.bytes.length
    return taken
  }

  bytes(): number {
    return this.#bytes
  }

  isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** Drops everything; returns how many messages that were. */
  clear(): number {
    return this.#shrink(0)
  }

  #shrink(bytesMax: number): number {
    let shed = 0
    while (this.#bytes > bytesMax) shed += this.take()?.messages ?? 0
    return shed
  }
}
