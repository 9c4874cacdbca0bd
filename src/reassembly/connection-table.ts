// Finds a connection by its addresses and ports, for every packet: open addressing over typed
// arrays, without a string or an object per look-up.
import type { Segment } from '../model/segment.ts'

/** Client address (4 words), server address (4 words), and both ports in one word. */
const keyWords = 9
const none = -1

/** Numbers connections by slot, small and reused; it grows by doubling and never shrinks. */
export class ConnectionTable {
  readonly #seeds: readonly [number, number]
  readonly #key = new Int32Array(keyWords)
  #size = 0
  #slotsMax = 512
  // By slot.
  #keys = new Int32Array(this.#slotsMax * keyWords)
  #hashes = new Int32Array(this.#slotsMax)
  #free: number[] = []
  #slotsUsed = 0
  // By hash: slot + 1, or 0. Twice as many as slots, so that probes stay short.
  #buckets = new Int32Array(this.#slotsMax * 2)

  /** `seed` is secret to clients: they choose ports and addresses, and must not choose the hash. */
  constructor(seed: number) {
    this.#seeds = [seed | 0, Math.imul(seed, 0x9e3779b1) ^ 0x85ebca6b]
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

  /** Gives the segment's connection, which is not in the table, a slot. */
  insert(segment: Segment): number {
    if (this.#size === this.#slotsMax) this.#grow()
    const hash = this.#readKey(segment)
    const slot = this.#free.pop() ?? this.#slotsUsed++
    this.#keys.set(this.#key, slot * keyWords)
    this.#hashes[slot] = hash
    this.#place(slot)
    this.#size += 1
    return slot
  }

  /** The four words of the client's address. */
  clientAddress(slot: number): Int32Array {
    return this.#keys.slice(slot * keyWords, slot * keyWords + 4)
  }

  remove(slot: number): void {
    this.#displace(slot)
    this.#free.push(slot)
    this.#size -= 1
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
    return hashKey(key, this.#seeds)
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
    this.#buckets = new Int32Array(this.#slotsMax * 2)
    for (let slot = 0; slot < this.#slotsUsed; slot++) this.#place(slot)
  }
}

/**
 * HalfSipHash-1-3 with 32 bits out, less the length, which never varies. Multiply-and-shift hashes
 * are half the price, but collide for chosen IPv6 addresses whatever their seed is.
 */
function hashKey(key: Int32Array, seeds: readonly [number, number]): number {
  const finalRounds = 3
  let a = seeds[0]
  let b = seeds[1]
  let c = seeds[0] ^ 0x6c796765
  let d = seeds[1] ^ 0x74656462
  for (let round = 0; round < keyWords + finalRounds; round++) {
    if (round === keyWords) c ^= 0xff
    const word = round < keyWords ? key[round]! : 0
    d ^= word
    a = (a + b) | 0
    b = ((b << 5) | (b >>> 27)) ^ a
    a = (a << 16) | (a >>> 16)
    c = (c + d) | 0
    d = ((d << 8) | (d >>> 24)) ^ c
    a = (a + d) | 0
    d = ((d << 7) | (d >>> 25)) ^ a
    c = (c + b) | 0
    b = ((b << 13) | (b >>> 19)) ^ c
    c = (c << 16) | (c >>> 16)
    a ^= word
  }
  return b ^ d
}

function enlarge(words: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const enlarged = new Int32Array(length)
  enlarged.set(words)
  return enlarged
}
