// A ceiling for bytes that many owners buffer together.

/** Counts bytes taken and given back; `take` says no where the ceiling would be passed. */
export class MemoryBudget {
  readonly bytesMax: number
  #used = 0

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
  }

  take(bytes: number): boolean {
    if (this.#used + bytes > this.bytesMax) return false
    this.#used += bytes
    return true
  }

  give(bytes: number): void {
    this.#used -= bytes
  }

  used(): number {
    return this.#used
  }
}
