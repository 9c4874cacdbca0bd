// Finds a connection by its addresses and ports, for every packet: open addressing over typed
// arrays, without a string or an object per look-up, and a list in order of last use.
import type { Segment } from '../model/segment.ts'

/** Client address (4 words), server address (4 words), and both ports in one word. */
const keyWords = 9
const none = -1

/** Numbers connections by slot, small and reused; it grows by doubling and never shrinks. */
export class ConnectionTable {
  readonly #seed: number
  readonly #key = new Int32Array(keyWords)
  #size = 0
  #slotsMax = 512
  // By slot.
  #keys = new Int32Array(this.#slotsMax * keyWords)
  #hashes = new Int32Array(this.#slotsMax)
  #older = new Int32Array(this.#slotsMax)
  #younger = new Int32Array(this.#slotsMax)
  #free: number[] = []
  #slotsUsed = 0
  #oldest = none
  #youngest = none
  // By hash: slot + 1, or 0. Twice as many as slots, so that probes stay short.
  #buckets = new Int32Array(this.#slotsMax * 2)

  /** `seed` is secret to clients: they choose ports and addresses, and must not choose the hash. */
  constructor(seed: number) {
    this.#seed = seed
  }

  size(): number {
    return this.#size
  }

  /** The slot of the segment's connection, or -1. */
  find(segment: Segment): number {
    const hash = this.#readKey(segment)
    const mask = this.#buckets.length - 1
    for (let bucket = hash & mask; ; bucket = (bucket + 1) & mask) {
      const slot = this.#buckets[bucket]! - 1
      if (slot === none) return none
      if (this.#hashes[slot] === hash && this.#holdsKey(slot)) return slot
    }
  }

  /** Gives the segment's connection, which is not in the table, a slot; it is the last used. */
  insert(segment: Segment): number {
    if (this.#size === this.#slotsMax) this.#grow()
    const hash = this.#readKey(segment)
    const slot = this.#free.pop() ?? this.#slotsUsed++
    this.#keys.set(this.#key, slot * keyWords)
    this.#hashes[slot] = hash
    this.#place(slot)
    this.#link(slot)
    this.#size += 1
    return slot
  }

  remove(slot: number): void {
    this.unlink(slot)
    this.#displace(slot)
    this.#free.push(slot)
    this.#size -= 1
  }

  /** Makes the slot the last used. */
  touch(slot: number): void {
    if (slot === this.#youngest) return
    this.unlink(slot)
    this.#link(slot)
  }

  /** Takes the slot out of the order of use; `remove` is still allowed, `touch` brings it back. */
  unlink(slot: number): void {
    const older = this.#older[slot]!
    const younger = this.#younger[slot]!
    if (older !== none) this.#younger[older] = younger
    else if (this.#oldest === slot) this.#oldest = younger
    if (younger !== none) this.#older[younger] = older
    else if (this.#youngest === slot) this.#youngest = older
    this.#older[slot] = none
    this.#younger[slot] = none
  }

  /** The slot that was not used for longest, or -1. */
  oldest(): number {
    return this.#oldest
  }

  #link(slot: number): void {
    this.#older[slot] = this.#youngest
    this.#younger[slot] = none
    if (this.#youngest === none) this.#oldest = slot
    else this.#younger[this.#youngest] = slot
    this.#youngest = slot
  }

  /** Fills `#key` from the segment, client first whichever side sent it; returns the hash. */
  #readKey(segment: Segment): number {
    const { addresses, fromClient, sourcePort, destinationPort } = segment
    const key = this.#key
    const client = fromClient ? 0 : 4
    for (let word = 0; word < 4; word++) {
      key[word] = addresses[client + word]!
      key[4 + word] = addresses[(client ^ 4) + word]!
    }
    key[8] = fromClient
      ? (sourcePort << 16) | destinationPort
      : (destinationPort << 16) | sourcePort
    let hash = this.#seed
    for (let word = 0; word < keyWords; word++) {
      hash = Math.imul(hash ^ key[word]!, 0x9e3779b1)
      hash ^= hash >>> 15
    }
    return Math.imul(hash, 0x85ebca6b) ^ (hash >>> 13)
  }

  #holdsKey(slot: number): boolean {
    const start = slot * keyWords
    for (let word = keyWords - 1; word >= 0; word--) {
      if (this.#keys[start + word] !== this.#key[word]) return false
    }
    return true
  }

  #place(slot: number): void {
    const mask = this.#buckets.length - 1
    let bucket = this.#hashes[slot]! & mask
    while (this.#buckets[bucket] !== 0) bucket = (bucket + 1) & mask
    this.#buckets[bucket] = slot + 1
  }

  /** Empties the slot's bucket and closes the hole, so that no probe ends early. */
  #displace(slot: number): void {
    const mask = this.#buckets.length - 1
    let hole = this.#hashes[slot]! & mask
    while (this.#buckets[hole] !== slot + 1) hole = (hole + 1) & mask
    for (let next = (hole + 1) & mask; this.#buckets[next] !== 0; next = (next + 1) & mask) {
      const home = this.#hashes[this.#buckets[next]! - 1]! & mask
      // The entry may move back only where its own probe would still pass the hole.
      if (((next - home) & mask) < ((next - hole) & mask)) continue
      this.#buckets[hole] = this.#buckets[next]!
      hole = next
    }
    this.#buckets[hole] = 0
  }

  #grow(): void {
    this.#slotsMax *= 2
    this.#keys = enlarge(this.#keys, this.#slotsMax * keyWords)
    this.#hashes = enlarge(this.#hashes, this.#slotsMax)
    this.#older = enlarge(this.#older, this.#slotsMax)
    this.#younger = enlarge(this.#younger, this.#slotsMax)
    this.#buckets = new Int32Array(this.#slotsMax * 2)
    for (let slot = 0; slot < this.#slotsUsed; slot++) this.#place(slot)
  }
}

function enlarge(words: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const enlarged = new Int32Array(length)
  enlarged.set(words)
  return enlarged
}
