// A queue by time from which anything can be taken out: the binary heap of Williams (1964).

export interface HeapItem {
  /** Where it stands in its heap; -1: in none. Kept by the heap. */
  heapIndex: number
  /** What it is ordered by; unchanged while it is in a heap. */
  wakeAt: number
}

/** The item with the smallest `wakeAt` comes first; every change takes O(log n). */
export class IndexedHeap<Item extends HeapItem> {
  readonly #items: Item[] = []

  first(): Item | null {
    return this.#items[0] ?? null
  }

  /** Puts in an item that is in no heap. */
  add(item: Item): void {
    this.#items.push(item)
    this.#rise(item, this.#items.length - 1)
  }

  /** Takes out an item; nothing happens where it is in no heap. */
  remove(item: Item): void {
    const index = item.heapIndex
    if (index < 0) return
    item.heapIndex = -1
    const last = this.#items.pop()!
    if (last === item) return
    if (last.wakeAt < item.wakeAt) this.#rise(last, index)
    else this.#sink(last, index)
  }

  #rise(item: Item, from: number): void {
    let index = from
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = this.#items[parentIndex]!
      if (parent.wakeAt <= item.wakeAt) break
      this.#place(parent, index)
      index = parentIndex
    }
    this.#place(item, index)
  }

  #sink(item: Item, from: number): void {
    const items = this.#items
    let index = from
    for (;;) {
      let childIndex = 2 * index + 1
      const right = items[childIndex + 1]
      if (right !== undefined && right.wakeAt < items[childIndex]!.wakeAt) childIndex += 1
      const child = items[childIndex]
      if (child === undefined || child.wakeAt >= item.wakeAt) break
      this.#place(child, index)
      index = childIndex
    }
    this.#place(item, index)
  }

  #place(item: Item, index: number): void {
    this.#items[index] = item
    item.heapIndex = index
  }
}
