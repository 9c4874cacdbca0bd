// A message is known when it is whole, and was begun before: where time is replayed, those that a
// capture file holds are put in the order in which they began.
import type { Message, Micros } from '../model/message.ts'

/** How far back in time a message may have begun and still find its place. */
const holdMax: Micros = 5_000_000

/** Held at most; beyond, the earliest go on. */
const messagesMax = 4_096
const bytesMax = 16 * 1024 * 1024

/** Messages of one time stay in the order in which they came. */
export class TimeOrder {
  #held: Message[] = []
  #bytes = 0

  /** Those whose turn has come, given that the source's time is `now`. */
  push(messages: readonly Message[], now: Micros): readonly Message[] {
    for (const message of messages) this.#insert(message)
    let count = 0
    while (count < this.#held.length && this.#isOver(this.#held[count]!, count, now)) {
      this.#bytes -= this.#held[count]!.payload.length
      count++
    }
    return this.#held.splice(0, count)
  }

  /** All that is left. */
  finish(): readonly Message[] {
    return this.#held.splice(0)
  }

  #isOver({ at }: Message, taken: number, now: Micros): boolean {
    const left = this.#held.length - taken
    return at + holdMax <= now || left > messagesMax || this.#bytes > bytesMax
  }

  /** From the end, because messages are nearly in order. */
  #insert(message: Message): void {
    this.#bytes += message.payload.length
    let index = this.#held.length
    while (index > 0 && this.#held[index - 1]!.at > message.at) index--
    if (index === this.#held.length) this.#held.push(message)
    else this.#held.splice(index, 0, message)
  }
}
