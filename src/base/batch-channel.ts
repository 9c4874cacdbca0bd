// From callbacks to an async iteration: batches pushed by one side, awaited by the other.

/** Holds pushed batches until they are read; its owner bounds what it pushes. */
export class BatchChannel<T> implements AsyncIterable<readonly T[]> {
  readonly #waiting: (readonly T[])[] = []
  #wake: (() => void) | null = null
  #ended = false
  #error: Error | null = null

  push(batch: readonly T[]): void {
    if (batch.length === 0 || this.#ended) return
    this.#waiting.push(batch)
    this.#wake?.()
  }

  /** What was pushed before is still read. */
  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  /** As `end`, and then the reader meets the error. */
  fail(error: Error): void {
    this.#error ??= error
    this.end()
  }

  async *[Symbol.asyncIterator](): AsyncIterator<readonly T[]> {
    for (;;) {
      const batch = this.#waiting.shift()
      if (batch !== undefined) yield batch
      else if (this.#ended) break
      else await this.#pushed()
    }
    if (this.#error !== null) throw this.#error
  }

  #pushed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = null
        resolve()
      }
    })
  }
}
