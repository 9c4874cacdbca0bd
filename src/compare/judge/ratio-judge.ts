// At which endpoints the candidate has more of something than what it is held against: paired, on
// blocks of time, by more than is put up with, by more than the baseline differs from itself, most
// of the time, and beyond what chance does at any of the endpoints.
import type { EndpointTally, PairedBlocks, RatioBlock, RunTally } from '../../model/run-tally.ts'
import {
  chanceOf,
  estimateRatio,
  exceeds,
  invertRatio,
  type RatioInterval,
  type RatioPart,
  shareAbove,
} from './ratio-estimate.ts'

/** What is measured, and how much of it is put up with. */
export interface RatioQuestion {
  readonly blocksOf: (endpoint: EndpointTally) => PairedBlocks
  /** 1.1 is 10 % more. */
  readonly ratioMax: number
  /** Less by as much counts as well. */
  readonly isTwoSided: boolean
  /** Fewer blocks of time decide nothing. */
  readonly blocksMin: number
  /** Whether what is more in ratio is so much in itself that it counts. */
  readonly matters: (ratio: RatioInterval, part: RatioPart, endpoint: EndpointTally) => boolean
}

export interface RatioExcess {
  readonly endpoint: EndpointTally
  readonly part: RatioPart
  /** The candidate over what it is held against, also where it has less. */
  readonly ratio: RatioInterval
  /** That it comes to so much by chance. */
  readonly chance: number
}

export interface RatioAnswer {
  readonly beyond: readonly RatioExcess[]
  /** Endpoints that look so, but by no more than the baseline does from itself. */
  readonly unsteady: readonly string[]
  /** Endpoints that look so, and were not seen for long enough to be sure. */
  readonly early: readonly string[]
  /** Endpoints, and those with requests enough to tell. */
  readonly endpoints: number
  readonly judged: number
}

/** That a clean candidate is found out at any endpoint by chance. */
const chanceMax = 0.005
/** So much of the time it has to be more. */
const timeShareMin = 0.75

const parts: readonly RatioPart[] = ['typical', 'greatest']

/** One excess of each endpoint at most: the typical one before that of the greatest twentieth. */
export function findExcesses(tally: RunTally, question: RatioQuestion): RatioAnswer {
  const measured = tally.endpoints.flatMap((endpoint) => {
    const estimates = parts.flatMap((part) => {
      const ratio = estimateRatio(question.blocksOf(endpoint).candidate, part)
      return ratio === null ? [] : [{ part, ratio }]
    })
    return estimates.length === 0 ? [] : [{ endpoint, estimates }]
  })
  const sides = question.isTwoSided ? 2 : 1
  const chanceEach = chanceMax / Math.max(1, measured.length * parts.length * sides)
  const pooled = poolNoise(tally, question)
  const beyond: RatioExcess[] = []
  const unsteady: string[] = []
  const early: string[] = []
  for (const { endpoint, estimates } of measured) {
    const more = estimates.flatMap(({ part, ratio }): RatioExcess[] => {
      const chance = chanceOfExcess(ratio, part, endpoint, question)
      return chance > chanceEach ? [] : [{ endpoint, part, ratio, chance }]
    })
    if (more.length === 0) continue
    const { control } = question.blocksOf(endpoint)
    const excess = more.find(({ part, ratio }) => isBeyondNoise(ratio, control, pooled, part))
    if (excess === undefined) unsteady.push(endpoint.endpoint)
    else if (excess.ratio.blocks < question.blocksMin) early.push(endpoint.endpoint)
    else beyond.push(excess)
  }
  return { beyond, unsteady, early, endpoints: tally.endpoints.length, judged: measured.length }
}

/** 1 where it is no more than is put up with. */
function chanceOfExcess(
  ratio: RatioInterval,
  part: RatioPart,
  endpoint: EndpointTally,
  { ratioMax, isTwoSided, matters }: RatioQuestion,
): number {
  const sides = isTwoSided ? [ratio, invertRatio(ratio)] : [ratio]
  const side = sides.find(
    (own) =>
      own.low > ratioMax &&
      shareAbove(own, ratioMax) >= timeShareMin &&
      matters(own, part, endpoint),
  )
  return side === undefined ? 1 : chanceOf(side, ratioMax)
}

/** How much the baseline differs from itself over all endpoints; null: too little is known. */
interface PooledNoise {
  readonly isAskedTwice: boolean
  readonly byPart: ReadonlyMap<RatioPart, RatioInterval | null>
}

/** Estimated once: there are as many blocks as all endpoints have together. */
function poolNoise({ endpoints }: RunTally, { blocksOf }: RatioQuestion): PooledNoise {
  const blocks = endpoints
    .flatMap((endpoint) => blocksOf(endpoint).control)
    .sort((a, b) => a.at - b.at)
  const byPart = new Map(parts.map((part) => [part, estimateRatio(blocks, part)]))
  return { isAskedTwice: blocks.length > 0, byPart }
}

/** By the baseline's own second answers at the endpoint, or at all where that is known better. */
function isBeyondNoise(
  ratio: RatioInterval,
  own: readonly RatioBlock[],
  pooled: PooledNoise,
  part: RatioPart,
): boolean {
  const [ofOwn, ofAll] = [estimateRatio(own, part), pooled.byPart.get(part) ?? null]
  // Asked twice too few times to tell, or never.
  if (ofAll === null) return !pooled.isAskedTwice
  const isOwnBetter = ofOwn !== null && widthOf(ofOwn) <= widthOf(ofAll)
  return exceeds(ratio, isOwnBetter ? ofOwn : ofAll)
}

function widthOf({ low, high }: RatioInterval): number {
  return Math.log(high / low)
}

/** ln of the e-value that a chance is worth (Vovk and Wang, 2021, calibrator with κ = 1/2). */
export function evidenceOfChance(chance: number): number {
  return -Math.LN2 - Math.log(Math.max(chance, Number.MIN_VALUE)) / 2
}

/** `× 1.28 (1.20 to 1.36; 400 pairs in 40 blocks of time)`; `where` says of which part. */
export function describeRatio(ratio: RatioInterval, where: string): string {
  const interval = `${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}`
  const counts = `${ratio.pairs} pairs in ${ratio.blocks} blocks of time`
  return `× ${ratio.ratio.toFixed(2)}${where} (${interval}; ${counts})`
}
