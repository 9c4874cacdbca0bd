// Lists whose order does not count, as the baseline showed when it was asked twice.
import type { FoundDifference } from './difference-finder.ts'

/** By endpoint and pattern of the place; what does not fit is not learnt, so its order counts. */
export class ListOrders {
  readonly #listsMax: number
  readonly #byEndpoint = new Map<string, Set<string>>()
  #count = 0

  constructor(listsMax: number) {
    this.#listsMax = listsMax
  }

  /** Takes in how two answers of the baseline differ. */
  learn(endpoint: string, found: readonly FoundDifference[]): void {
    for (const { kind, path } of found) {
      if (kind !== 'order' || this.#count >= this.#listsMax) continue
      const patterns = this.#byEndpoint.get(endpoint) ?? new Set()
      if (patterns.has(path)) continue
      patterns.add(path)
      this.#byEndpoint.set(endpoint, patterns)
      this.#count++
    }
  }

  isUnordered(endpoint: string, pattern: string): boolean {
    return this.#byEndpoint.get(endpoint)?.has(pattern) ?? false
  }
}
