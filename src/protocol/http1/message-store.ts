// The bytes of a message that came in pieces, in one buffer that grows as they come.
import type { MemoryBudget } from '../../base/memory-budget.ts'

/** Smaller pieces come in a row; the first of them makes room for the next. */
const capacityMin = 512

/** Holds one message at a time; all memory is taken from the budget first. */
export class MessageStore {
  readonly #budget: MemoryBudget
  #bytes: Uint8Array = Buffer.alloc(0)
  #length = 0

  constructor(budget: MemoryBudget) {
    this.#budget = budget
  }

  /** The stored bytes begin at 0 and end at `length()`; replaced by `append`. */
  bytes(): Uint8Array {
    return this.#bytes
  }

  length(): number {
    return this.#length
  }

  /** What was taken from the budget. */
  takenBytes(): number {
    return this.#bytes.length
  }

  /** Copies a piece; false, and nothing is changed, where the budget has no room for it. */
  append(bytes: Uint8Array, start: number, end: number, lengthMax: number): boolean {
    const length = this.#length + end - start
    if (length > this.#bytes.length && !this.#grow(length, lengthMax)) return false
    this.#bytes.set(
      start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end),
      this.#length,
    )
    this.#length = length
    return true
  }

  /** Hands out what is stored, and is empty then. */
  take(): Uint8Array {
    const stored = this.#bytes.subarray(0, this.#length)
    this.clear()
    return stored
  }

  clear(): void {
    if (this.#bytes.length === 0) return
    this.#budget.give(this.#bytes.length)
    this.#bytes = Buffer.alloc(0)
    this.#length = 0
  }

  /** Doubles, so that copying stays in proportion, but not beyond what the message can need. */
  #grow(length: number, lengthMax: number): boolean {
    const doubled = Math.max(capacityMin, this.#bytes.length * 2)
    const capacity = Math.max(length, Math.min(doubled, lengthMax))
    if (!this.#budget.take(capacity - this.#bytes.length)) return false
    const grown = Buffer.allocUnsafe(capacity)
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
    return true
  }
}
