// Packets that wait for earlier ones: messages overlap in time, and a capture file is in order.
import type { Micros } from '../../model/message.ts'

interface Waiting {
  readonly at: Micros
  readonly record: Uint8Array
}

/** Beyond, the earliest go though earlier ones may still come. */
const bytesMax = 64 * 1024 * 1024

/** Gives what was added in the order of time, and what is of one time as it was added. */
export class SortedPackets {
  readonly #waiting: Waiting[] = []
  #bytes = 0

  /** From the end, because packets are nearly in order. */
  add(at: Micros, record: Uint8Array): void {
    this.#bytes += record.length
    let index = this.#waiting.length
    while (index > 0 && this.#waiting[index - 1]!.at > at) index--
    this.#waiting.splice(index, 0, { at, record })
  }

  /** All that is not later than `at`, back to back. */
  takeUntil(at: Micros): Uint8Array {
    let count = 0
    while (count < this.#waiting.length && this.#isDue(this.#waiting[count]!, at)) {
      this.#bytes -= this.#waiting[count]!.record.length
      count++
    }
    return Buffer.concat(this.#waiting.splice(0, count).map(({ record }) => record))
  }

  #isDue(first: Waiting, at: Micros): boolean {
    return first.at <= at || this.#bytes > bytesMax
  }
}
