// A queue in a ring of its own: an array gives up its memory whenever `shift` empties it, and takes
// room for seventeen with the next `push`.

const roomMin = 4

/** First in, first out; each operation takes O(1). */
export class Queue<T> {
  /** As many as a power of two, so that places wrap by a mask. */
  #places: (T | undefined)[] = []
  #head = 0
  #length = 0

  get length(): number {
    return this.#length
  }

  first(): T | undefined {
    return this.#length === 0 ? undefined : this.#places[this.#head]
  }

  last(): T | undefined {
    return this.#length === 0 ? undefined : this.#places[this.#placeOf(this.#length - 1)]
  }

  push(item: T): void {
    if (this.#length === this.#places.length) this.#grow()
    this.#places[this.#placeOf(this.#length)] = item
    this.#length += 1
  }

  /** Takes the first; undefined where there is none. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined
    const item = this.#places[this.#head]
    this.#places[this.#head] = undefined
    this.#head = this.#placeOf(1)
    this.#length -= 1
    return item
  }

  /** Puts an item before the first. */
  unshift(item: T): void {
    if (this.#length === this.#places.length) this.#grow()
    this.#head = this.#placeOf(this.#places.length - 1)
    this.#places[this.#head] = item
    this.#length += 1
  }

  /** Takes all, in their order. */
  takeAll(): T[] {
    const items = [...this]
    this.clear()
    return items
  }

  clear(): void {
    this.#places = []
    this.#head = 0
    this.#length = 0
  }

  *[Symbol.iterator](): Generator<T> {
    for (let index = 0; index < this.#length; index++) {
      yield this.#places[this.#placeOf(index)] as T
    }
  }

  #placeOf(index: number): number {
    return (this.#head + index) & (this.#places.length - 1)
  }

  #grow(): void {
    const items = [...this]
    const room = Math.max(roomMin, items.length * 2)
    this.#places = new Array<T | undefined>(room).fill(undefined)
    for (const [index, item] of items.entries()) this.#places[index] = item
    this.#head = 0
  }
}
