// Ratios of paired latencies, block of time by block: neighbours in time are slow together, so that
// a block counts as one observation and not as its hundred requests.

import type { Micros } from '../../model/message.ts'
import type { RatioBlock } from '../../model/run-tally.ts'

/** A block lasts so long at least, and has so many pairs at least. */
const blockMicros: Micros = 10_000_000
const pairsMin = 5
/** Ratios of one block that its median is taken from; beyond, it is the first ones'. */
const pairsMax = 256
/** Beyond, neighbours are joined two by two. */
const blocksMax = 512

export class RatioBlocks {
  #blocks: RatioBlock[]
  #length = blockMicros
  #startsAt: Micros = 0
  #ratios: number[] = []
  #pairs = 0

  constructor(blocks: readonly RatioBlock[] = []) {
    this.#blocks = [...blocks]
  }

  /** `numerator` and `denominator` are latencies of the same request. */
  add(at: Micros, numerator: Micros, denominator: Micros): void {
    if (this.#pairs >= pairsMin && at >= this.#startsAt + this.#length) this.#close()
    if (this.#pairs === 0) this.#startsAt = at
    this.#pairs += 1
    if (this.#ratios.length < pairsMax) this.#ratios.push(logRatio(numerator, denominator))
  }

  /** With the block that is not over, where it has pairs enough. */
  blocks(): readonly RatioBlock[] {
    return this.#pairs < pairsMin ? this.#blocks : [...this.#blocks, this.#current()]
  }

  #current(): RatioBlock {
    return { at: this.#startsAt, pairs: this.#pairs, logRatio: median(this.#ratios) }
  }

  #close(): void {
    this.#blocks.push(this.#current())
    this.#ratios = []
    this.#pairs = 0
    if (this.#blocks.length < blocksMax) return
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
  return { at: a.at, pairs, logRatio: (a.logRatio * a.pairs + b.logRatio * b.pairs) / pairs }
}

function logRatio(numerator: Micros, denominator: Micros): number {
  return Math.log(Math.max(1, numerator) / Math.max(1, denominator))
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** How much slower, with an interval that holds the truth in 998 of 1,000 cases. */
export interface RatioInterval {
  readonly ratio: number
  readonly low: number
  readonly high: number
  readonly blocks: number
  readonly pairs: number
}

/** Blocks below this say nothing. */
const blocksMin = 5

/** The mean over blocks with Student's interval; null where there are too few blocks. */
export function estimateRatio(blocks: readonly RatioBlock[]): RatioInterval | null {
  const count = blocks.length
  if (count < blocksMin) return null
  const mean = blocks.reduce((sum, block) => sum + block.logRatio, 0) / count
  const squares = blocks.reduce((sum, block) => sum + (block.logRatio - mean) ** 2, 0)
  const margin = studentQuantile(count - 1) * Math.sqrt(squares / (count - 1) / count)
  return {
    ratio: Math.exp(mean),
    low: Math.exp(mean - margin),
    high: Math.exp(mean + margin),
    blocks: count,
    pairs: blocks.reduce((sum, block) => sum + block.pairs, 0),
  }
}

/** Student's t at 0.999 for 1, 2, … degrees of freedom (NIST, e-Handbook, section 1.3.6.7.2). */
const studentTable = [
  318.313, 22.327, 10.215, 7.173, 5.893, 5.208, 4.782, 4.499, 4.296, 4.143, 4.024, 3.929, 3.852,
  3.787, 3.733, 3.686, 3.646, 3.61, 3.579, 3.552, 3.527, 3.505, 3.485, 3.467, 3.45, 3.435, 3.421,
  3.408, 3.396, 3.385,
]
const normalQuantile = 3.09

function studentQuantile(degrees: number): number {
  const known = studentTable[degrees - 1]
  // Beyond the table the quantile nears the normal one by about 1 / degrees.
  return known ?? normalQuantile + ((studentTable.at(-1)! - normalQuantile) * 30) / degrees
}
