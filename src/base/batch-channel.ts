// From callbacks to an async iteration: batches pushed by one side, awaited by the other.

/** Holds pushed batches until they are read; its owner bounds what it pushes. */
export class BatchChannel<T> implements AsyncIterable<readonly T[]> {
  readonly #waiting: (readonly T[])[] = []
  #wake: (() => void) | null = null
  #ended = false

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

  async *[Symbol.asyncIterator](): AsyncIterator<readonly T[]> {
    for (;;) {
      const batch = this.#waiting.shift()
      if (batch !== undefined) yield batch
      else if (this.#ended) return
      else await this.#pushed()
    }
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
