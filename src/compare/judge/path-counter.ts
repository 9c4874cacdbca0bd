// What is counted of one place in the answers of one endpoint.
import { fnv1a } from '../../base/hash.ts'
import type { Attribution, ExchangeComparison } from '../../model/comparison.ts'
import type { Micros } from '../../model/message.ts'
import type { DriftSample, PathTally, ValuePair } from '../../model/run-tally.ts'
import { BoundedCounts } from './bounded-counts.ts'

const pairsMax = 12
const classesMax = 8
const featuresMax = 128
const sessionsMax = 256
const examplesMax = 10
const driftsMax = 50

export class PathCounter {
  readonly #path: string
  readonly #kind: Attribution['kind']
  #exchanges = 0
  #candidateOdd = 0
  #baselineOdd = 0
  #broken = 0
  #confirmed = 0
  #refuted = 0
  readonly #labels: BoundedCounts
  readonly #weights: BoundedCounts
  readonly #classes: BoundedCounts
  readonly #features: BoundedCounts
  readonly #pairs: ValuePair[]
  readonly #sessions: Set<string>
  readonly #examples: string[]
  readonly #drifts: Map<string, DriftSample>
  #firstAt: Micros

  constructor(tally: PathTally) {
    this.#path = tally.path
    this.#kind = tally.kind
    this.#exchanges = tally.exchanges
    this.#candidateOdd = tally.candidateOdd
    this.#baselineOdd = tally.baselineOdd
    this.#broken = tally.broken
    this.#confirmed = tally.reasked.confirmed
    this.#refuted = tally.reasked.refuted
    this.#labels = new BoundedCounts(classesMax, tally.labels)
    this.#weights = new BoundedCounts(classesMax, tally.weights)
    this.#classes = new BoundedCounts(classesMax, tally.classes)
    this.#features = new BoundedCounts(featuresMax, tally.features)
    this.#pairs = [...tally.pairs]
    this.#sessions = new Set(tally.sessions)
    this.#examples = [...tally.examples]
    this.#drifts = new Map(tally.drifts.map((drift) => [`${drift.target} ${drift.at}`, drift]))
    this.#firstAt = tally.firstAt
  }

  /** `attributions` are those of one exchange at this place. */
  add(
    attributions: readonly Attribution[],
    comparison: ExchangeComparison,
    target: string,
    features: readonly string[],
  ): void {
    this.#exchanges += 1
    const gravest = attributions.reduce((a, b) => (isGraver(b, a) ? b : a))
    this.#labels.add(gravest.label)
    this.#weights.add(gravest.weight)
    this.#countOdd(attributions)
    if (isChange(gravest)) this.#countChange(gravest, comparison, features)
    for (const attribution of attributions) this.#countDrift(attribution, target)
  }

  /** Of requests asked again: whether both servers stood by their different answers here. */
  reasked(confirmed: boolean): void {
    if (confirmed) this.#confirmed += 1
    else this.#refuted += 1
  }

  tally(): PathTally {
    return {
      path: this.#path,
      kind: this.#kind,
      exchanges: this.#exchanges,
      labels: this.#labels.toCounts(),
      weights: this.#weights.toCounts(),
      candidateOdd: this.#candidateOdd,
      baselineOdd: this.#baselineOdd,
      broken: this.#broken,
      reasked: { confirmed: this.#confirmed, refuted: this.#refuted },
      classes: this.#classes.toCounts(),
      pairs: [...this.#pairs].sort((a, b) => b.count - a.count),
      features: this.#features.toCounts(),
      sessions: [...this.#sessions],
      examples: this.#examples,
      drifts: [...this.#drifts.values()],
      firstAt: this.#firstAt,
    }
  }

  /** At most one of each in an exchange: its places are not independent. */
  #countOdd(attributions: readonly Attribution[]): void {
    let candidate = false
    let baseline = false
    let broken = false
    for (const attribution of attributions) {
      const { equal, values } = attribution
      if (isCandidateOdd(attribution)) {
        candidate = true
        broken ||= attribution.rule !== null && !attribution.holds
      } else if (equal.baselines === false) {
        baseline ||= equal.candidateBaseline === true || values.candidate === values.baseline2
      }
    }
    if (candidate) this.#candidateOdd += 1
    else if (baseline) this.#baselineOdd += 1
    if (broken) this.#broken += 1
  }

  #countChange(
    attribution: Attribution,
    comparison: ExchangeComparison,
    features: readonly string[],
  ): void {
    const { fromClass, toClass, values } = attribution
    this.#classes.add(`${fromClass} → ${toClass}`)
    for (const feature of features) this.#features.add(feature)
    if (this.#examples.length < examplesMax) this.#examples.push(comparison.exchange)
    if (this.#sessions.size < sessionsMax) this.#sessions.add(hashSession(comparison.session))
    const from = values.baseline ?? values.production ?? null
    const to = values.candidate ?? null
    const known = this.#pairs.findIndex((pair) => pair.from === from && pair.to === to)
    if (known >= 0) {
      this.#pairs[known] = { ...this.#pairs[known]!, count: this.#pairs[known]!.count + 1 }
    } else if (this.#pairs.length < pairsMax) {
      this.#pairs.push({ from, to, fromClass, toClass, count: 1 })
    }
  }

  #countDrift(attribution: Attribution, target: string): void {
    const { values, equal, at } = attribution
    if (equal.baselineProduction !== false || equal.baselines === false) return
    const key = `${target} ${at}`
    const known = this.#drifts.get(key)
    if (known === undefined && this.#drifts.size >= driftsMax) return
    const production = values.production ?? null
    const staging = values.baseline ?? null
    this.#drifts.set(key, { target, at, production, staging, count: (known?.count ?? 0) + 1 })
  }
}

/** A place of which nothing is counted yet. */
export function createPathTally(path: string, kind: Attribution['kind'], at: Micros): PathTally {
  return {
    path,
    kind,
    exchanges: 0,
    labels: {},
    weights: {},
    candidateOdd: 0,
    baselineOdd: 0,
    broken: 0,
    reasked: { confirmed: 0, refuted: 0 },
    classes: {},
    pairs: [],
    features: {},
    sessions: [],
    examples: [],
    drifts: [],
    firstAt: at,
  }
}

const weightOrder = ['none', 'advice', 'warn', 'check', 'fail'] as const

function isGraver(a: Attribution, b: Attribution): boolean {
  return weightOrder.indexOf(a.weight) > weightOrder.indexOf(b.weight)
}

/** The candidate does otherwise than what it is held against, in a way that is not explained. */
export function isChange({ weight, label }: Attribution): boolean {
  return weight !== 'none' && label !== 'drift' && label !== 'same'
}

/** Both answers of the baseline agree, be it in the weaker check alone, and the candidate's not. */
function isCandidateOdd({ equal, weight, rule, holds, label }: Attribution): boolean {
  if (equal.candidateBaseline !== false || label === 'changed-agrees-with-production') return false
  if (weight !== 'fail' && weight !== 'check') return false
  if (equal.baselines === true) return true
  return equal.baselines === false && rule !== null && !holds
}

/** Sessions are told apart, and not shown. */
export function hashSession(session: string): string {
  return fnv1a(session).toString(16).padStart(8, '0')
}
