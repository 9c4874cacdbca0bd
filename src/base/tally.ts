// Counts by name, in the order in which the names were first counted.

export class Tally {
  readonly #counts = new Map<string, number>()

  add(name: string, count = 1): void {
    if (count > 0) this.#counts.set(name, (this.#counts.get(name) ?? 0) + count)
  }

  addAll(counts: ReadonlyMap<string, number>): void {
    for (const [name, count] of counts) this.add(name, count)
  }

  counts(): ReadonlyMap<string, number> {
    return this.#counts
  }
}
