// How much slower one of two servers is, or how much larger its answers, by blocks of time. Blocks
// are put together to a few batches that lie far apart, which are as good as independent though
// neighbours are not (batch means; Schmeiser, Batch size effects in the analysis of simulation
// output, 1982).
import type { RatioBlock } from '../../model/run-tally.ts'
import { studentQuantile, studentSurvival } from './student.ts'

/** What of the pairs is looked at: the typical one, or the greatest twentieth of each side. */
export type RatioPart = 'typical' | 'greatest'

/** How much more, with an interval that holds the truth in 998 of 1,000 cases. */
export interface RatioInterval {
  readonly ratio: number
  readonly low: number
  readonly high: number
  /** By how much, in the mean: in microseconds, or in bytes. */
  readonly difference: number
  readonly blocks: number
  readonly pairs: number
  /** The batches' natural logarithms of ratios. */
  readonly batches: readonly number[]
}

/** Blocks below this say nothing. */
const blocksMin = 5
const batchesMax = 16

/** The mean over batches with Student's interval; null where there are too few blocks. */
export function estimateRatio(
  blocks: readonly RatioBlock[],
  part: RatioPart = 'typical',
): RatioInterval | null {
  if (blocks.length < blocksMin) return null
  const isTail = part === 'greatest'
  const batches = batch(blocks.map((block) => (isTail ? block.tailLogRatio : block.logRatio)))
  const { mean, error } = summarise(batches)
  const margin = studentQuantile(batches.length - 1) * error
  const differences = blocks.map((block) => (isTail ? block.tailDifference : block.difference))
  return {
    ratio: Math.exp(mean),
    low: Math.exp(mean - margin),
    high: Math.exp(mean + margin),
    difference: differences.reduce((sum, some) => sum + some, 0) / differences.length,
    blocks: blocks.length,
    pairs: blocks.reduce((sum, { pairs }) => sum + pairs, 0),
    batches,
  }
}

/** The same seen from the other side: how much more the one has that was divided by. */
export function invertRatio(interval: RatioInterval): RatioInterval {
  const { ratio, low, high, difference, batches } = interval
  return {
    ...interval,
    ratio: 1 / ratio,
    low: 1 / high,
    high: 1 / low,
    difference: -difference,
    batches: batches.map((batch) => -batch),
  }
}

/** The chance of such batches where the true ratio is `ratioMax` (one-sided). */
export function chanceOf({ batches }: RatioInterval, ratioMax: number): number {
  const { mean, error } = summarise(batches)
  const excess = mean - Math.log(ratioMax)
  if (error === 0) return excess > 0 ? 0 : 1
  return studentSurvival(excess / error, batches.length - 1)
}

/**
 * Whether one ratio is farther from 1 than another one is, to either side, in 999 of 1,000 cases:
 * what is known of the other one by few requests counts as little.
 */
export function exceeds(ratio: RatioInterval, noise: RatioInterval): boolean {
  const [own, other] = [summarise(ratio.batches), summarise(noise.batches)]
  const degrees = Math.min(ratio.batches.length, noise.batches.length) - 1
  const margin = studentQuantile(degrees) * Math.hypot(own.error, other.error)
  return Math.abs(own.mean) - Math.abs(other.mean) > margin
}

/** The share of batches above a ratio: a trouble of one hour is in few of them. */
export function shareAbove({ batches }: RatioInterval, ratio: number): number {
  return batches.filter((batch) => batch > Math.log(ratio)).length / batches.length
}

/** Means of neighbours, as many in each as may be. */
function batch(values: readonly number[]): readonly number[] {
  const count = Math.min(batchesMax, values.length)
  return Array.from({ length: count }, (_, index) => {
    const start = Math.floor((index * values.length) / count)
    const end = Math.floor(((index + 1) * values.length) / count)
    const some = values.slice(start, end)
    return some.reduce((sum, value) => sum + value, 0) / some.length
  })
}

/** The standard error is that of a first-order autoregression, where neighbours are alike. */
function summarise(batches: readonly number[]): { readonly mean: number; readonly error: number } {
  const count = batches.length
  const mean = batches.reduce((sum, value) => sum + value, 0) / count
  let squares = 0
  let products = 0
  batches.forEach((value, index) => {
    squares += (value - mean) ** 2
    if (index > 0) products += (value - mean) * (batches[index - 1]! - mean)
  })
  const likeness = Math.min(likenessMax, Math.max(0, squares === 0 ? 0 : products / squares))
  const alone = Math.sqrt(squares / (count - 1) / count)
  return { mean, error: alone * Math.sqrt((1 + likeness) / (1 - likeness)) }
}

const likenessMax = 0.8
