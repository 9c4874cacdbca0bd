// Whether a load was borne: every condition by itself, so that an answer says which one failed.
import type { BreakReason, GeneratorHealth, TrialVerdict } from '../model/capacity.ts'
import type { Micros } from '../model/message.ts'

export interface TrialLimits {
  readonly p99: Micros
  /** Shares of the requests that were due. */
  readonly errors: number
  readonly completedMin: number
  /** Share of the answers that differ at 1 ×; null where that is not known. */
  readonly differing: number | null
}

export interface TrialNumbers {
  readonly offered: number
  readonly answered: number
  readonly errors: number
  /** From the due time, in microseconds. */
  readonly p99: Micros
  readonly differing: number | null
  /** Requests without an answer, at even distances through the measured part. */
  readonly backlog: readonly number[]
  readonly seconds: number
  readonly generator: GeneratorHealth
  /** Why it was ended at once. */
  readonly ended: 'refused' | 'hard-errors' | null
}

export interface Judgement {
  readonly verdict: TrialVerdict
  readonly reasons: readonly BreakReason[]
  /** So far from every limit, or so far beyond one, that a second trial would say the same. */
  readonly clear: boolean
}

/** Errors of so many of all requests end a trial at once. */
export const hardErrorShare = 0.2

/** Beyond these the generator is the limit, and not the target. */
export const generatorLimits = { lateP99: 5_000, loopLagP99: 10_000, busy: 0.8 } as const

/** Where requests may take long, being this part of it late explains nothing. */
const latenessShare = 0.05

/** More answers may differ than at 1 × by chance, and by this. */
const differingSlack = 0.02

export function judgeTrial(numbers: TrialNumbers, limits: TrialLimits): Judgement {
  const reasons = findReasons(numbers, limits)
  if (reasons.length === 0) return { verdict: 'holds', reasons, clear: isFarBelow(numbers, limits) }
  // A target that refuses or fails does so whatever the generator's health.
  const isCertain = numbers.ended !== null
  if (!isCertain && isGeneratorBound(numbers.generator, limits.p99)) {
    return { verdict: 'limited', reasons, clear: false }
  }
  return { verdict: 'breaks', reasons, clear: isCertain || isFarBeyond(numbers, limits) }
}

/** `p99Max` is the limit that the trial is held to. */
export function isGeneratorBound(health: GeneratorHealth, p99Max: Micros): boolean {
  const { lateP99, loopLagP99, busy, exhausted } = health
  const lateMax = Number.isFinite(p99Max) ? p99Max * latenessShare : 0
  return (
    exhausted > 0 ||
    lateP99 > Math.max(generatorLimits.lateP99, lateMax) ||
    loopLagP99 > Math.max(generatorLimits.loopLagP99, lateMax) ||
    busy > generatorLimits.busy
  )
}

function findReasons(numbers: TrialNumbers, limits: TrialLimits): readonly BreakReason[] {
  const { offered, answered, errors, p99, ended } = numbers
  const reasons: BreakReason[] = ended === null ? [] : [ended]
  const total = Math.max(1, offered)
  if (p99 > limits.p99) reasons.push('p99')
  if (errors / total > limits.errors) reasons.push('errors')
  // What failed at once is an error, and not late.
  if ((answered + errors) / total < limits.completedMin) reasons.push('completed')
  if (isGrowing(numbers)) reasons.push('backlog')
  if (differsMore(numbers, limits)) reasons.push('differences')
  return reasons
}

function differsMore({ differing, answered }: TrialNumbers, limits: TrialLimits): boolean {
  if (differing === null || limits.differing === null) return false
  const usual = limits.differing
  // Three standard deviations of a share of so many answers.
  const chance = 3 * Math.sqrt((usual * (1 - usual) + 0.01) / Math.max(1, answered))
  return differing > usual + differingSlack + chance
}

/** Points of the least-squares line by which a growing backlog is told from chance. */
const growthMin = 3
const growthShare = 0.02
/** A backlog goes up and down by about its square root, and may begin low and end high. */
const growthDeviations = 4
const significance = 4

/** The whole growth over the part, by the least-squares line, and its t-value. */
export function fitGrowth(backlog: readonly number[]): {
  readonly growth: number
  readonly t: number
} {
  const count = backlog.length
  if (count < 3) return { growth: 0, t: 0 }
  const meanX = (count - 1) / 2
  const meanY = backlog.reduce((sum, y) => sum + y, 0) / count
  let xy = 0
  let xx = 0
  backlog.forEach((y, x) => {
    xy += (x - meanX) * (y - meanY)
    xx += (x - meanX) ** 2
  })
  const slope = xy / xx
  const squares = backlog.reduce((sum, y, x) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0)
  const error = Math.sqrt(squares / (count - 2) / xx)
  return { growth: slope * (count - 1), t: error === 0 ? Math.sign(slope) * 1e9 : slope / error }
}

function isGrowing({ backlog, offered }: TrialNumbers): boolean {
  const { growth, t } = fitGrowth(backlog)
  const mean = backlog.reduce((sum, waiting) => sum + waiting, 0) / Math.max(1, backlog.length)
  const chance = growthDeviations * Math.sqrt(mean)
  return growth > Math.max(growthMin, growthShare * offered, chance) && t > significance
}

function isFarBelow(numbers: TrialNumbers, limits: TrialLimits): boolean {
  const { p99, errors, offered } = numbers
  return p99 < limits.p99 / 2 && errors / Math.max(1, offered) < limits.errors / 2
}

function isFarBeyond(numbers: TrialNumbers, limits: TrialLimits): boolean {
  const { p99, errors, offered, answered } = numbers
  const total = Math.max(1, offered)
  return p99 > limits.p99 * 3 || errors / total > limits.errors * 5 || answered / total < 0.8
}
