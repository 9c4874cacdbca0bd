// A memory that does not grow: what was put in first is forgotten first.

/**
 * A map of at most `sizeMax` entries; one more, and the sixteenth that was set first is forgotten.
 */
export class BoundedMap<Key, Value> {
  readonly #sizeMax: number
  readonly #entries = new Map<Key, Value>()

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: Key): Value | undefined {
    // A key that was just put together would be hashed first, for nothing.
    return this.#entries.size === 0 ? undefined : this.#entries.get(key)
  }

  has(key: Key): boolean {
    return this.#entries.has(key)
  }

  set(key: Key, value: Value): void {
    if (this.#entries.size >= this.#sizeMax && !this.#entries.has(key)) this.#forgetOldest()
    this.#entries.set(key, value)
  }

  /** Many at once, for to find the first, a map goes over what was deleted before it. */
  #forgetOldest(): void {
    let count = Math.ceil(this.#sizeMax / 16)
    for (const key of this.#entries.keys()) {
      if (count-- === 0) return
      this.#entries.delete(key)
    }
  }

  /** What was set, and is then forgotten. */
  take(key: Key): Value | undefined {
    const value = this.get(key)
    if (value !== undefined) this.#entries.delete(key)
    return value
  }
}
