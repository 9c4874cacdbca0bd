// What is counted of one place in the answers of one endpoint.
import { fnv1a } from '../../base/hash.ts'
import type { Attribution, ExchangeComparison, NoiseRule } from '../../model/comparison.ts'
import type { Micros } from '../../model/message.ts'
import type { DriftSample, PathTally, ValuePair } from '../../model/run-tally.ts'
import { BoundedCounts } from './bounded-counts.ts'
import { addToSketch } from './exchange-sketch.ts'

const pairsMax = 12
const classesMax = 8
const rulesMax = 16
const featuresMax = 128
const sessionsMax = 256
const examplesMax = 10
const driftsMax = 50
/** Value pairs that are told apart; further ones count as distinct. */
const distinctMax = 1_024

/** What is counted of a request beside its comparison. */
export interface CountedRequest {
  readonly target: string
  readonly features: readonly string[]
  readonly isKept: boolean
}

export class PathCounter {
  readonly #path: string
  readonly #kind: Attribution['kind']
  readonly #change: string
  #exchanges = 0
  #candidateOdd = 0
  #baselineOdd = 0
  #brokenCandidate = 0
  #brokenBaseline = 0
  #confirmed = 0
  #refuted = 0
  #distinctCandidateOdd = 0
  #distinctBaselineOdd = 0
  #hiddenDistinct = 0
  /** Hashes of the values of what was the odd one; not stored, so that a pair may count again. */
  readonly #oddValues = new Set<number>()
  readonly #labels: BoundedCounts
  readonly #weights: BoundedCounts
  readonly #rules: BoundedCounts
  readonly #hidden: BoundedCounts
  readonly #classes: BoundedCounts
  readonly #features: BoundedCounts
  readonly #pairs: ValuePair[]
  readonly #sessions: Set<string>
  readonly #sketch: number[]
  readonly #examples: string[]
  readonly #drifts: Map<string, DriftSample>
  #firstAt: Micros

  constructor(tally: PathTally) {
    this.#path = tally.path
    this.#kind = tally.kind
    this.#change = tally.change
    this.#exchanges = tally.exchanges
    this.#candidateOdd = tally.candidateOdd
    this.#baselineOdd = tally.baselineOdd
    this.#brokenCandidate = tally.broken.candidate
    this.#brokenBaseline = tally.broken.baseline
    this.#distinctCandidateOdd = tally.distinct.candidateOdd
    this.#distinctBaselineOdd = tally.distinct.baselineOdd
    this.#confirmed = tally.reasked.confirmed
    this.#refuted = tally.reasked.refuted
    this.#labels = new BoundedCounts(classesMax, tally.labels)
    this.#weights = new BoundedCounts(classesMax, tally.weights)
    this.#rules = new BoundedCounts(rulesMax, tally.rules)
    this.#hidden = new BoundedCounts(rulesMax, tally.hidden)
    this.#hiddenDistinct = tally.hiddenDistinct
    this.#classes = new BoundedCounts(classesMax, tally.classes)
    this.#features = new BoundedCounts(featuresMax, tally.features)
    this.#pairs = [...tally.pairs]
    this.#sessions = new Set(tally.sessions)
    this.#sketch = [...tally.sketch]
    this.#examples = [...tally.examples]
    this.#drifts = new Map(tally.drifts.map((drift) => [`${drift.target} ${drift.at}`, drift]))
    this.#firstAt = tally.firstAt
  }

  /** `attributions` are those of one exchange at this place. */
  add(
    attributions: readonly Attribution[],
    comparison: ExchangeComparison,
    request: CountedRequest,
  ): void {
    this.#exchanges += 1
    const gravest = attributions.reduce((a, b) => (isGraver(b, a) ? b : a))
    this.#labels.add(gravest.label)
    this.#weights.add(gravest.weight)
    this.#rules.add(gravest.rule ?? 'equal')
    this.#countOdd(attributions)
    if (isChange(gravest)) this.#countChange(gravest, comparison, request)
    for (const attribution of attributions) this.#countDrift(attribution, request.target)
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
      change: this.#change,
      exchanges: this.#exchanges,
      labels: this.#labels.toCounts(),
      weights: this.#weights.toCounts(),
      rules: this.#rules.toCounts(),
      candidateOdd: this.#candidateOdd,
      baselineOdd: this.#baselineOdd,
      distinct: {
        candidateOdd: this.#distinctCandidateOdd,
        baselineOdd: this.#distinctBaselineOdd,
      },
      broken: { candidate: this.#brokenCandidate, baseline: this.#brokenBaseline },
      hidden: this.#hidden.toCounts(),
      hiddenDistinct: this.#hiddenDistinct,
      reasked: { confirmed: this.#confirmed, refuted: this.#refuted },
      classes: this.#classes.toCounts(),
      pairs: [...this.#pairs].sort((a, b) => b.count - a.count),
      features: this.#features.toCounts(),
      sessions: [...this.#sessions],
      sketch: [...this.#sketch],
      examples: this.#examples,
      drifts: [...this.#drifts.values()],
      firstAt: this.#firstAt,
    }
  }

  /** One place of an exchange, for they are not independent: the first that tells anything. */
  #countOdd(attributions: readonly Attribution[]): void {
    const ordered = [...attributions].sort((a, b) => (a.at < b.at ? -1 : 1))
    const telling = ordered.find((attribution) => tell(attribution) !== null)
    if (telling === undefined) {
      this.#countHidden(ordered)
      return
    }
    const told = tell(telling)
    if (told === 'candidate-broken') this.#brokenCandidate += 1
    if (told === 'baseline-broken') this.#brokenBaseline += 1
    if (told !== 'candidate-odd' && told !== 'baseline-odd') return
    const isNew = this.#isNew(telling)
    if (told === 'candidate-odd') {
      this.#candidateOdd += 1
      if (isNew) this.#distinctCandidateOdd += 1
    } else {
      this.#baselineOdd += 1
      if (isNew) this.#distinctBaselineOdd += 1
    }
  }

  /** What would have told something, had a rule not let it pass. */
  #countHidden(ordered: readonly Attribution[]): void {
    const hidden = ordered.find(isHidden)
    if (hidden === undefined) return
    this.#hidden.add(hidden.rule!)
    if (this.#isNew(hidden)) this.#hiddenDistinct += 1
  }

  #isNew({ values }: Attribution): boolean {
    const { baseline = '', baseline2 = '', candidate = '' } = values
    const hash = fnv1a(`${baseline}\n${baseline2}\n${candidate}`)
    if (this.#oddValues.has(hash)) return false
    if (this.#oddValues.size < distinctMax) this.#oddValues.add(hash)
    return true
  }

  #countChange(
    attribution: Attribution,
    comparison: ExchangeComparison,
    { features, isKept }: CountedRequest,
  ): void {
    const { fromClass, toClass, values } = attribution
    this.#classes.add(`${fromClass} → ${toClass}`)
    for (const feature of features) this.#features.add(feature)
    addToSketch(this.#sketch, fnv1a(comparison.exchange))
    const isExample = isKept && this.#examples.length < examplesMax
    if (isExample) this.#examples.push(comparison.exchange)
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
export function createPathTally(
  path: string,
  kind: Attribution['kind'],
  change: string,
  at: Micros,
): PathTally {
  return {
    path,
    kind,
    change,
    exchanges: 0,
    labels: {},
    weights: {},
    rules: {},
    candidateOdd: 0,
    baselineOdd: 0,
    distinct: { candidateOdd: 0, baselineOdd: 0 },
    broken: { candidate: 0, baseline: 0 },
    hidden: {},
    hiddenDistinct: 0,
    reasked: { confirmed: 0, refuted: 0 },
    classes: {},
    pairs: [],
    features: {},
    sessions: [],
    sketch: [],
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

type Told = 'candidate-odd' | 'baseline-odd' | 'candidate-broken' | 'baseline-broken'

/** Which of three answers is the odd one, or alone breaks the weaker check; null for none. */
function tell(attribution: Attribution): Told | null {
  const { equal, weight, holds, baselineHolds, label, values } = attribution
  if (equal.baselines === true) {
    const isHeld = weight === 'fail' || weight === 'check'
    if (equal.candidateBaseline !== false || !isHeld) return null
    return label === 'changed-agrees-with-production' ? null : 'candidate-odd'
  }
  if (equal.baselines !== false) return null
  if (equal.candidateBaseline === true || values.candidate === values.baseline2) {
    return 'baseline-odd'
  }
  if (baselineHolds === null || holds === baselineHolds) return null
  return holds ? 'baseline-broken' : 'candidate-broken'
}

/** Rules that prove two values to mean the same, or that are about no value. */
const provingRules: ReadonlySet<NoiseRule> = new Set(['alias', 'text', 'header'])

/** The candidate's differs from two that agree, and a rule lets it pass. */
function isHidden({ equal, weight, rule, holds }: Attribution): boolean {
  if (equal.baselines !== true || equal.candidateBaseline !== false) return false
  return weight === 'none' && holds && rule !== null && !provingRules.has(rule)
}

/** Sessions are told apart, and not shown. */
export function hashSession(session: string): string {
  return fnv1a(session).toString(16).padStart(8, '0')
}
