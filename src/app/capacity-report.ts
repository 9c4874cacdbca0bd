// The whole run: candidate, then baseline, then what the two come to.
import { planLoad } from '../capacity/load-plan.ts'
import { type RecordedTraffic, requestFlags } from '../capacity/recorded-traffic.ts'
import { judgeExpectation } from '../capacity/slo.ts'
import type {
  CapacityReport,
  GeneratorCeiling,
  NormalLoad,
  TargetCapacity,
} from '../model/capacity.ts'
import { type CapacityOptions, measureCapacity } from './capacity.ts'

export interface CapacityRunOptions extends Omit<CapacityOptions, 'target'> {
  readonly candidate: CapacityOptions['target']
  readonly baseline: CapacityOptions['target'] | null
  /** Null: it was not tried. */
  readonly ceiling: GeneratorCeiling | null
  /** What the recording misses, by the ledger's reasons. */
  readonly lost: Readonly<Record<string, number>>
  /** As the operator wrote them. */
  readonly sloText: string
  readonly expected: { readonly text: string; readonly level: number } | null
}

export async function runCapacityReport(options: CapacityRunOptions): Promise<CapacityReport> {
  const { world, expected, sloText } = options
  const startedAt = world.now()
  const candidate = await measureCapacity({ ...options, target: options.candidate })
  const baseline =
    options.baseline === null
      ? null
      : await measureCapacity({ ...options, target: options.baseline })
  return {
    version: 1,
    startedAt: new Date(startedAt / 1_000).toISOString(),
    seconds: (world.now() - startedAt) / 1e6,
    normal: describeNormal(options, Math.max(1, candidate.answer.level)),
    generator: describeGenerator(options.ceiling, candidate),
    slo: sloText,
    candidate,
    baseline,
    ratio: baseline === null ? null : ratioOf(candidate, baseline),
    expected: expected?.text ?? null,
    expectation: expected === null ? null : judgeExpectation(candidate.answer, expected.level),
  }
}

/** 0: it holds; 1: it does not; 3: that is not known, or the generator was the limit. */
export function exitCodeOf({ candidate, expectation }: CapacityReport): 0 | 1 | 3 {
  if (expectation !== null) {
    return expectation === 'holds' ? 0 : expectation === 'fails' ? 1 : 3
  }
  const { kind, ended } = candidate.answer
  if (kind === 'none') return ended === null ? 1 : 3
  return kind === 'generator-bound' || ended !== null ? 3 : 0
}

/** Of two answers that both are known; a bound is no ratio. */
function ratioOf({ answer: ours }: TargetCapacity, { answer: theirs }: TargetCapacity) {
  const isKnown = ours.kind === 'bears' && theirs.kind === 'bears'
  return isKnown ? ours.level / theirs.level : null
}

function describeGenerator(tried: GeneratorCeiling | null, { answer, trials }: TargetCapacity) {
  if (tried === null) return null
  const sent = trials.flatMap(({ verdict, rate }) => (verdict === 'limited' ? [] : rate))
  const most = Math.max(...sent, 0)
  // A host that was busy for a moment shows less than the trials then did.
  const ceiling = most > tried.rate ? { rate: most, reached: false } : tried
  return { ...ceiling, headroom: answer.rate > 0 ? ceiling.rate / answer.rate : null }
}

function describeNormal(options: CapacityRunOptions, level: number): NormalLoad {
  const { traffic, shortTrial, amplifyWrites, compress, correlates } = options
  const { count, duration, rank, flags } = traffic
  const shape = { amplifyWrites, compress, opensSessions: correlates }
  const trial = { level, duration: shortTrial, warmup: 0, ...shape }
  return {
    rate: (count / duration) * 1e6,
    requests: count,
    sessions: rank.length,
    seconds: duration / 1e6,
    distinct: planLoad(traffic, trial).distinct,
    shape: compress ? 'compressed' : 'superposed',
    writesAmplified: amplifyWrites,
    writes: countUnsafe(flags) / Math.max(1, count),
    lost: options.lost,
  }
}

function countUnsafe(flags: RecordedTraffic['flags']): number {
  return flags.reduce((sum, bits) => sum + ((bits & requestFlags.unsafe) !== 0 ? 1 : 0), 0)
}
