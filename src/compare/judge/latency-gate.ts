// Whether the candidate is slower, endpoint by endpoint. It has to be so by more than is put up
// with and by more than the baseline is from itself, most of the time, and beyond what chance does
// at any of the endpoints.
import type { Micros } from '../../model/message.ts'
import type { EndpointTally, RunTally } from '../../model/run-tally.ts'
import type { Finding, Gate } from '../../model/verdict.ts'
import { createGateFinding } from './gate-finding.ts'
import { latencyQuantile } from './latency-histogram.ts'
import { nameSome } from './name-some.ts'
import {
  chanceOf,
  estimateRatio,
  exceeds,
  type LatencyPart,
  type RatioInterval,
  shareAbove,
} from './ratio-estimate.ts'

export interface LatencyOptions {
  /** How much slower is put up with: 1.1 is 10 %. */
  readonly latencyRatioMax: number
  readonly latencyMicrosMax: Micros
}

export interface LatencyFindings {
  readonly findings: readonly Finding[]
  /** Endpoints that look slower, but by no more than the baseline does from itself. */
  readonly unsteady: readonly string[]
  /** Endpoints that look slower, and were not seen for long enough to be sure. */
  readonly early: readonly string[]
  /** Endpoints, and those with requests enough to tell. */
  readonly endpoints: number
  readonly judged: number
}

/** That a clean candidate is found slower at any endpoint by chance. */
const chanceMax = 0.005
/** Ten seconds each: a host may be busy for a minute by itself. */
const decidedBlocksMin = 12
/** So much of the time it has to be slower. */
const timeShareMin = 0.75
const parts: readonly LatencyPart[] = ['typical', 'slowest']

/** Endpoints at which the candidate is slower, typically or at the slowest twentieth. */
export function findSlowdowns(tally: RunTally, options: LatencyOptions): LatencyFindings {
  const measured = tally.endpoints.flatMap((endpoint) => {
    const estimates = parts.flatMap((part) => {
      const ratio = estimateRatio(endpoint.latency.candidate, part)
      return ratio === null ? [] : [{ part, ratio }]
    })
    return estimates.length === 0 ? [] : [{ endpoint, estimates }]
  })
  const chanceEach = chanceMax / Math.max(1, measured.length * parts.length)
  const pooled = poolNoise(tally)
  const findings: Finding[] = []
  const unsteady: string[] = []
  const early: string[] = []
  for (const { endpoint, estimates } of measured) {
    const slower = estimates.filter(({ part, ratio }) =>
      isSlower(ratio, part, endpoint, options, chanceEach),
    )
    if (slower.length === 0) continue
    const beyond = slower.find(({ part, ratio }) =>
      isBeyondNoise(ratio, endpoint.latency.control, pooled, part),
    )
    if (beyond === undefined) unsteady.push(endpoint.endpoint)
    else if (beyond.ratio.blocks < decidedBlocksMin) early.push(endpoint.endpoint)
    else findings.push(describe(endpoint, beyond, options))
  }
  return { findings, unsteady, early, endpoints: tally.endpoints.length, judged: measured.length }
}

function isSlower(
  ratio: RatioInterval,
  part: LatencyPart,
  endpoint: EndpointTally,
  { latencyRatioMax, latencyMicrosMax }: LatencyOptions,
  chanceEach: number,
): boolean {
  if (ratio.low <= latencyRatioMax || chanceOf(ratio, latencyRatioMax) > chanceEach) return false
  if (shareAbove(ratio, latencyRatioMax) < timeShareMin) return false
  const micros = part === 'slowest' ? ratio.micros : Math.max(ratio.micros, tailGap(endpoint))
  return micros >= latencyMicrosMax
}

/** What somebody waits for it longer who waits long: at the end of the slowest twentieth. */
function tailGap({ latency }: EndpointTally): Micros {
  const { candidate = [], baseline, production } = latency.byRole
  const own = latencyQuantile(candidate, 0.95)
  const held = latencyQuantile(baseline ?? production ?? [], 0.95)
  return own === null || held === null ? 0 : own - held
}

type Blocks = EndpointTally['latency']['control']

/** How much the baseline differs from itself over all endpoints; null: too little is known. */
interface PooledNoise {
  readonly isAskedTwice: boolean
  readonly byPart: ReadonlyMap<LatencyPart, RatioInterval | null>
}

/** Estimated once: there are as many blocks as all endpoints have together. */
function poolNoise({ endpoints }: RunTally): PooledNoise {
  const blocks = endpoints.flatMap(({ latency }) => latency.control).sort((a, b) => a.at - b.at)
  const byPart = new Map(parts.map((part) => [part, estimateRatio(blocks, part)]))
  return { isAskedTwice: blocks.length > 0, byPart }
}

/** By the baseline's own second answers at the endpoint, or at all where that is known better. */
function isBeyondNoise(
  ratio: RatioInterval,
  own: Blocks,
  pooled: PooledNoise,
  part: LatencyPart,
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

function describe(
  endpoint: EndpointTally,
  { part, ratio }: { readonly part: LatencyPart; readonly ratio: RatioInterval },
  { latencyRatioMax }: LatencyOptions,
): Finding {
  const where = part === 'slowest' ? ' at the slowest twentieth' : ''
  const interval = `${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}`
  const millis = (ratio.micros / 1_000).toFixed(ratio.micros < 10_000 ? 1 : 0)
  return createGateFinding(endpoint, 'latency', {
    shown: ratio.pairs,
    evidence: evidenceOf(chanceOf(ratio, latencyRatioMax)),
    example: `× ${ratio.ratio.toFixed(2)}, ${millis} ms more${where}`,
    why:
      `× ${ratio.ratio.toFixed(2)}${where} (${interval}; ${ratio.pairs} pairs in ` +
      `${ratio.blocks} blocks of time); at most × ${latencyRatioMax} is put up with`,
  })
}

/** ln of the e-value that a chance is worth (Vovk and Wang, 2021, calibrator with κ = 1/2). */
function evidenceOf(chance: number): number {
  return -Math.LN2 - Math.log(Math.max(chance, Number.MIN_VALUE)) / 2
}

/** The gates `latency` and `control`, in which accepted findings do not count. */
export function judgeLatency(found: LatencyFindings): readonly Gate[] {
  const isSteady = found.unsteady.length === 0
  return [
    judgeSlowdowns(found),
    {
      name: 'control',
      outcome: isSteady ? 'pass' : 'undecided',
      why: isSteady
        ? 'two answers of the baseline take the same time'
        : `the baseline differs from itself as much at ${nameSome(found.unsteady)}: ask it twice ` +
          'more often, for longer, or on quieter hosts',
    },
  ]
}

function judgeSlowdowns({ findings, early, unsteady, ...counts }: LatencyFindings): Gate {
  const slower = findings.filter(({ state }) => state === 'confirmed')
  const gate = (outcome: Gate['outcome'], why: string): Gate => ({ name: 'latency', outcome, why })
  if (slower.length > 0) {
    const named = slower.map(({ endpoint, example }) => `${endpoint} ${example}`)
    return gate('fail', `slower: ${nameSome(named)}`)
  }
  if (early.length > 0) {
    const minutes = (decidedBlocksMin * 10) / 60
    return gate('undecided', `looks slower: ${nameSome(early)}; replay ${minutes} minutes or more`)
  }
  if (unsteady.length > 0) {
    return gate('undecided', `looks slower, but so does the baseline: ${nameSome(unsteady)}`)
  }
  const untold = counts.endpoints - counts.judged
  const few = untold === 0 ? '' : ` (${untold} of ${counts.endpoints} seen too briefly to tell)`
  return gate('pass', `no endpoint is slower than is put up with${few}`)
}
