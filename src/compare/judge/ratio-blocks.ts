// Pairs of latencies, or of sizes, block of time by block: neighbours in time are slow together, so
// that a block counts as one observation and not as its hundred requests.
import type { Micros } from '../../model/message.ts'
import type { RatioBlock } from '../../model/run-tally.ts'

/** A block lasts so long at least, and has so many pairs at least. */
const blockMicros: Micros = 10_000_000
const pairsMin = 5
/** Pairs of one block that are looked at; beyond, it is the first ones. */
const pairsMax = 256

export class RatioBlocks {
  readonly #blocksMax: number
  #blocks: RatioBlock[]
  #length = blockMicros
  #startsAt: Micros = 0
  #numerators: number[] = []
  #denominators: number[] = []
  #pairs = 0

  /** Beyond `blocksMax`, neighbours are joined two by two. */
  constructor(blocks: readonly RatioBlock[] = [], blocksMax = 512) {
    this.#blocks = [...blocks]
    this.#blocksMax = blocksMax
  }

  /** `numerator` and `denominator` are of the same request, asked at that time. */
  add(at: Micros, numerator: number, denominator: number): void {
    if (this.#pairs >= pairsMin && at >= this.#startsAt + this.#length) this.#close()
    if (this.#pairs === 0) this.#startsAt = at
    this.#pairs += 1
    if (this.#numerators.length >= pairsMax) return
    this.#numerators.push(numerator)
    this.#denominators.push(denominator)
  }

  /** With the block that is not over, where it has pairs enough. */
  blocks(): readonly RatioBlock[] {
    return this.#pairs < pairsMin ? this.#blocks : [...this.#blocks, this.#current()]
  }

  #current(): RatioBlock {
    const [own, held] = [this.#numerators, this.#denominators]
    const [ownTail, heldTail] = [greatestTwentieth(own), greatestTwentieth(held)]
    return {
      at: this.#startsAt,
      pairs: this.#pairs,
      logRatio: median(own.map((value, index) => logRatio(value, held[index]!))),
      difference: Math.round(median(own.map((value, index) => value - held[index]!))),
      tailLogRatio: logRatio(ownTail, heldTail),
      tailDifference: Math.round(ownTail - heldTail),
    }
  }

  #close(): void {
    this.#blocks.push(this.#current())
    this.#numerators = []
    this.#denominators = []
    this.#pairs = 0
    if (this.#blocks.length < this.#blocksMax) return
    const joined: RatioBlock[] = []
    for (let index = 0; index + 1 < this.#blocks.length; index += 2) {
      joined.push(join(this.#blocks[index]!, this.#blocks[index + 1]!))
    }
    this.#blocks = joined
    this.#length *= 2
  }
}

function join(a: RatioBlock, b: RatioBlock): RatioBlock {
  const pairs = a.pairs + b.pairs
  const mean = (of: (block: RatioBlock) => number) => (of(a) * a.pairs + of(b) * b.pairs) / pairs
  return {
    at: a.at,
    pairs,
    logRatio: mean(({ logRatio }) => logRatio),
    difference: mean(({ difference }) => difference),
    tailLogRatio: mean(({ tailLogRatio }) => tailLogRatio),
    tailDifference: mean(({ tailDifference }) => tailDifference),
  }
}

function logRatio(numerator: number, denominator: number): number {
  return Math.log(Math.max(1, numerator) / Math.max(1, denominator))
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The mean of the greatest twentieth, or of the greatest one. */
function greatestTwentieth(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => b - a)
  const greatest = sorted.slice(0, Math.ceil(sorted.length / 20))
  return greatest.reduce((sum, value) => sum + value, 0) / greatest.length
}
