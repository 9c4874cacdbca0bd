// The curve of load against what came of it: one point a level, of all trials there.
import type { EndpointLoad, LatencySummary, TrialSummary, TrialVerdict } from '../model/capacity.ts'

export interface CurvePoint {
  readonly level: number
  readonly trials: number
  readonly rate: number
  readonly throughput: number
  readonly fromDue: LatencySummary
  readonly service: LatencySummary
  /** Shares. */
  readonly errors: number
  readonly differing: number | null
  readonly verdict: TrialVerdict
  readonly endpoints: readonly EndpointLoad[]
  /** Of the measured part that `endpoints` are counts of. */
  readonly seconds: number
}

/** By level; of several trials at one the middle one by its 99th percentile, the longest first. */
export function curveOf(trials: readonly TrialSummary[]): readonly CurvePoint[] {
  const levels = [...new Set(trials.map(({ level }) => level))].sort((a, b) => a - b)
  return levels.map((level) => {
    const all = trials.filter((trial) => trial.level === level)
    const long = all.filter(({ kind }) => kind === 'long')
    const chosen = middle(long.length > 0 ? long : all)
    return {
      ...{ level, trials: all.length, rate: chosen.rate, throughput: chosen.throughput },
      ...{ fromDue: chosen.fromDue, service: chosen.service, differing: chosen.differing },
      errors: chosen.errors / Math.max(1, chosen.offered),
      verdict: chosen.verdict,
      endpoints: chosen.endpoints,
      seconds: chosen.rate === 0 ? 0 : chosen.offered / chosen.rate,
    }
  })
}

function middle(trials: readonly TrialSummary[]): TrialSummary {
  const sorted = trials.toSorted((a, b) => a.fromDue.p99 - b.fromDue.p99)
  return sorted[Math.floor((sorted.length - 1) / 2)]!
}
