// The pairs of one target: production's value and what stands for it there. Bounded in number, in
// bytes and in time; what was longest without use is forgotten first.
import type { Micros } from '../model/message.ts'
import type { Producer } from './correlate-report.ts'
import { detach } from './correlate-values.ts'

export interface TableOptions {
  /** Beyond, the sixteenth that was longest without use is forgotten. */
  readonly pairsMax: number
  /** A pair that is neither learnt again nor used for so long is forgotten. */
  readonly expiry: Micros
}

export interface Pair {
  /** Null where production used the value for several things, so that none can be said. */
  substitute: string | null
  /** Created or handed out to a client, and not only listed. */
  isCertain: boolean
  /** The client's session that it was learnt in; null: of none that could be told. */
  scope: number | null
  producer: Producer
  usedAt: Micros
}

/** new: not known before; same: known so; changed: another value; kept: the one before stays. */
export type Learned = 'new' | 'same' | 'changed' | 'kept'

/** For keys and values together, with what a pair costs beside them. */
const tableBytesMax = 128 * 1024 * 1024
const pairBytes = 256

/** A use counts as one only after this part of the expiry, so that few uses cost anything. */
const useResolution = 16

export class CorrelationTable {
  readonly #options: TableOptions
  /** In the order of their last use, roughly: a use moves a pair only after a while. */
  readonly #pairs = new Map<string, Pair>()
  #bytes = 0
  #evicted = 0
  #expired = 0
  #shrunkAt: Micros = 0

  constructor(options: TableOptions) {
    this.#options = options
  }

  size(): number {
    return this.#pairs.size
  }

  /** Pairs forgotten because there were too many. */
  evicted(): number {
    return this.#evicted
  }

  /** Pairs forgotten because nobody used them. */
  expired(): number {
    return this.#expired
  }

  /** The pair of that key, and counts as a use. */
  find(key: string, now: Micros): Pair | null {
    const pair = this.#pairs.get(key)
    if (pair === undefined) return null
    const age = now - pair.usedAt
    if (age > this.#options.expiry) {
      this.#remove(key, pair)
      this.#expired += 1
      return null
    }
    if (age > this.#options.expiry / useResolution) this.#touch(key, pair, now)
    return pair
  }

  /** Takes in what stands for the key; what is only listed replaces nothing that was handed out. */
  learn(key: string, found: Omit<Pair, 'usedAt'>, now: Micros): Learned {
    const known = this.find(key, now)
    if (known === null) {
      const substitute = found.substitute === null ? null : detach(found.substitute)
      this.#pairs.set(detach(key), { ...found, substitute, usedAt: now })
      this.#bytes += bytesOf(key, found.substitute)
      this.#shrink(now)
      return 'new'
    }
    if (known.substitute === found.substitute) {
      known.isCertain ||= found.isCertain
      this.#touch(key, known, now)
      return 'same'
    }
    if (known.isCertain && !found.isCertain) return 'kept'
    this.#bytes += bytesOf('', found.substitute) - bytesOf('', known.substitute)
    Object.assign(known, found)
    if (found.substitute !== null) known.substitute = detach(found.substitute)
    this.#touch(key, known, now)
    return 'changed'
  }

  /** Lets go of a pair that turned out to be none. */
  forget(key: string): void {
    const pair = this.#pairs.get(key)
    if (pair !== undefined) this.#remove(key, pair)
  }

  #touch(key: string, pair: Pair, now: Micros): void {
    pair.usedAt = now
    this.#pairs.delete(key)
    this.#pairs.set(key, pair)
  }

  /** Many at once, for to find the first, a map goes over what was deleted before it. */
  #shrink(now: Micros): void {
    const { pairsMax, expiry } = this.#options
    const isOver = this.#pairs.size > pairsMax || this.#bytes > tableBytesMax
    if (!isOver && now - this.#shrunkAt < expiry / useResolution) return
    this.#shrunkAt = now
    const pairsLeft = isOver ? pairsMax - Math.floor(pairsMax / 16) : pairsMax
    const bytesLeft = isOver ? tableBytesMax - tableBytesMax / 16 : tableBytesMax
    for (const [key, pair] of this.#pairs) {
      const isOld = now - pair.usedAt > expiry
      if (!isOld && this.#pairs.size <= pairsLeft && this.#bytes <= bytesLeft) return
      this.#remove(key, pair)
      if (isOld) this.#expired += 1
      else this.#evicted += 1
    }
  }

  #remove(key: string, pair: Pair): void {
    this.#pairs.delete(key)
    this.#bytes -= bytesOf(key, pair.substitute)
  }
}

function bytesOf(key: string, substitute: string | null): number {
  return key.length + (substitute ?? '').length + (key === '' ? 0 : pairBytes)
}
