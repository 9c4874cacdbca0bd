// Slots in an order of which any can leave at once: a list linked through typed arrays, because a
// `Set` that loses its first entries again and again looks past more and more of them.

const none = -1

/** Holds small numbers, each at most once; it grows to the largest and never shrinks. */
export class SlotList {
  #size = 0
  #older = new Int32Array(512)
  #younger = new Int32Array(512)
  #oldest = none
  #youngest = none

  size(): number {
    return this.#size
  }

  /** The slot that was added first, or -1. */
  oldest(): number {
    return this.#oldest
  }

  /** Adds the slot, which is not in the list, as the youngest. */
  add(slot: number): void {
    while (slot >= this.#older.length) this.#grow()
    this.#older[slot] = this.#youngest
    this.#younger[slot] = none
    if (this.#youngest === none) this.#oldest = slot
    else this.#younger[this.#youngest] = slot
    this.#youngest = slot
    this.#size += 1
  }

  /** Takes the slot, which is in the list, out of it. */
  remove(slot: number): void {
    const older = this.#older[slot]!
    const younger = this.#younger[slot]!
    if (older === none) this.#oldest = younger
    else this.#younger[older] = younger
    if (younger === none) this.#youngest = older
    else this.#older[younger] = older
    this.#size -= 1
  }

  /** Makes the slot, which is in the list, the youngest. */
  touch(slot: number): void {
    if (slot === this.#youngest) return
    this.remove(slot)
    this.add(slot)
  }

  #grow(): void {
    const [older, younger] = [this.#older, this.#younger]
    this.#older = new Int32Array(older.length * 2)
    this.#younger = new Int32Array(older.length * 2)
    this.#older.set(older)
    this.#younger.set(younger)
  }
}
