// Whether the candidate is slower, endpoint by endpoint.
import type { Micros } from '../../model/message.ts'
import type { EndpointTally, RunTally } from '../../model/run-tally.ts'
import type { Finding, Gate } from '../../model/verdict.ts'
import { createGateFinding } from './gate-finding.ts'
import { latencyQuantile } from './latency-histogram.ts'
import { nameSome } from './name-some.ts'
import type { RatioInterval, RatioPart } from './ratio-estimate.ts'
import {
  describeRatio,
  evidenceOfChance,
  findExcesses,
  type RatioAnswer,
  type RatioExcess,
} from './ratio-judge.ts'

export interface LatencyOptions {
  /** How much slower is put up with: 1.1 is 10 %. */
  readonly latencyRatioMax: number
  readonly latencyMicrosMax: Micros
}

export interface LatencyFindings extends Omit<RatioAnswer, 'beyond'> {
  readonly findings: readonly Finding[]
}

/** Ten seconds each: a host may be busy for a minute by itself. */
const decidedBlocksMin = 12

/** Endpoints at which the candidate is slower, typically or at the slowest twentieth. */
export function findSlowdowns(tally: RunTally, options: LatencyOptions): LatencyFindings {
  const { beyond, ...rest } = findExcesses(tally, {
    blocksOf: ({ latency }) => latency,
    ratioMax: options.latencyRatioMax,
    isTwoSided: false,
    blocksMin: decidedBlocksMin,
    matters: (ratio, part, endpoint) => waitOf(ratio, part, endpoint) >= options.latencyMicrosMax,
  })
  return { findings: beyond.map((excess) => describe(excess, options)), ...rest }
}

function waitOf({ difference }: RatioInterval, part: RatioPart, endpoint: EndpointTally): Micros {
  return part === 'greatest' ? difference : Math.max(difference, tailGap(endpoint))
}

/** What somebody waits for it longer who waits long: at the end of the slowest twentieth. */
function tailGap({ latency }: EndpointTally): Micros {
  const { candidate = [], baseline, production } = latency.byRole
  const own = latencyQuantile(candidate, 0.95)
  const held = latencyQuantile(baseline ?? production ?? [], 0.95)
  return own === null || held === null ? 0 : own - held
}

function describe(
  { endpoint, part, ratio, chance }: RatioExcess,
  { latencyRatioMax }: LatencyOptions,
): Finding {
  const where = part === 'greatest' ? ' at the slowest twentieth' : ''
  const millis = (ratio.difference / 1_000).toFixed(ratio.difference < 10_000 ? 1 : 0)
  return createGateFinding(endpoint, 'latency', {
    shown: ratio.pairs,
    evidence: evidenceOfChance(chance),
    example: `× ${ratio.ratio.toFixed(2)}, ${millis} ms more${where}`,
    why: `${describeRatio(ratio, where)}; at most × ${latencyRatioMax} is put up with`,
  })
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
