// Whom each difference is put down to: the release, the data, or nobody, since the value is noisy.
import type {
  Attribution,
  ByRole,
  ComparisonMode,
  DifferenceKind,
  Label,
  NoiseRule,
  Weight,
} from '../model/comparison.ts'
import type { FoundDifference } from './difference-finder.ts'
import { confidenceOf, weighAdvice, weighChange } from './weight.ts'

/** What the answers of an exchange differ in, each from the same one. */
export interface ExchangeDifferences {
  readonly mode: Exclude<ComparisonMode, 'incomparable'>
  /** From the baseline, or with no baseline from production. */
  readonly candidate: readonly FoundDifference[]
  /** From the baseline; null where there is no baseline, or no answer of production. */
  readonly production: readonly FoundDifference[] | null
  /** From the baseline; null where it was not asked twice. */
  readonly baseline2: readonly FoundDifference[] | null
}

/** Every place where any two answers differ, the candidate's first. */
export function attribute(differences: ExchangeDifferences): readonly Attribution[] {
  if (differences.mode === 'production') return differences.candidate.map(adviseOn)
  const production = new Places(differences.production)
  const baseline2 = new Places(differences.baseline2)
  const candidate = new Places(differences.candidate)
  const found = differences.candidate.map((difference) =>
    judgeCandidate(difference, production, baseline2),
  )
  const seen = new Set<string>()
  for (const difference of differences.baseline2 ?? []) {
    if (candidate.isAt(difference)) continue
    seen.add(difference.at)
    found.push(judgeOther(difference, 'unstable', production, baseline2))
  }
  for (const difference of differences.production ?? []) {
    if (seen.has(difference.at) || candidate.isAt(difference)) continue
    found.push(judgeOther(difference, 'drift', production, baseline2))
  }
  return found
}

/** Kinds that say that what is compared is there, in its type and place; the others are values. */
const valueKinds: ReadonlySet<DifferenceKind> = new Set([
  'value',
  'header',
  'order',
  'element-changed',
])

/** Kinds that say that one of the two is not there. */
const presenceKinds: ReadonlySet<DifferenceKind> = new Set([
  'missing',
  'extra',
  'header-missing',
  'header-extra',
  'element-missing',
  'element-extra',
])

/** Another value says nothing of its type, nor another type of whether it is there. */
function rankOf(kind: DifferenceKind): number {
  if (presenceKinds.has(kind)) return 3
  return valueKinds.has(kind) ? 1 : 2
}

const elementKinds: ReadonlySet<DifferenceKind> = new Set(['element-missing', 'element-extra'])

interface PlaceState {
  readonly differs: boolean
  /** The difference at that very place, of whatever kind; null where there is none. */
  readonly difference: FoundDifference | null
}

const alike: PlaceState = { differs: false, difference: null }
const covered: PlaceState = { differs: true, difference: null }

/** One answer's differences from the baseline, to be asked by place. */
class Places {
  readonly known: boolean
  readonly #byPlace = new Map<string, FoundDifference>()
  /** Patterns of lists whose elements come and go. */
  readonly #lists = new Set<string>()
  #hasStructure = false
  /** Whether the bodies were not compared, or no answer was there. */
  #coversBody = false
  #coversAll = false

  constructor(differences: readonly FoundDifference[] | null) {
    this.known = differences !== null
    for (const difference of differences ?? []) {
      this.#byPlace.set(nameOf(difference), difference)
      if (difference.kind === 'failed') this.#coversAll = true
      if (hidesBody(difference)) this.#coversBody = true
      if (!valueKinds.has(difference.kind)) this.#hasStructure = true
      if (elementKinds.has(difference.kind)) this.#lists.add(difference.path)
    }
  }

  /** Whether this answer differs from the baseline where `other` does, and as much or more. */
  compareAt(other: FoundDifference): PlaceState {
    if (this.#byPlace.size === 0) return alike
    const difference = this.#byPlace.get(nameOf(other))
    if (difference !== undefined && rankOf(difference.kind) >= rankOf(other.kind)) {
      return { differs: true, difference }
    }
    if (difference !== undefined) return { differs: false, difference }
    return this.#hasStructure && this.#isCovered(other.at) ? covered : alike
  }

  /** Whether this answer differs there in any way, so that the place is listed already. */
  isAt(other: FoundDifference): boolean {
    const { differs, difference } = this.compareAt(other)
    return differs || difference !== null
  }

  /** Whether elements of that list come and go. */
  isLooseList(other: FoundDifference): boolean {
    return elementKinds.has(other.kind) && this.#lists.has(other.path)
  }

  /** Whether something is missing, or of another type, that contains the place. */
  #isCovered(at: string): boolean {
    if (this.#coversAll || (this.#coversBody && at.startsWith('$'))) return true
    for (let end = at.length - 1; end > 0; end--) {
      const octet = at.charCodeAt(end)
      if (octet !== 0x2e && octet !== 0x5b) continue
      const outer = this.#byPlace.get(at.slice(0, end))
      if (outer !== undefined && !valueKinds.has(outer.kind)) return true
    }
    return false
  }
}

/** Kinds that a place can show beside another difference. */
const besideKinds: ReadonlySet<DifferenceKind> = new Set(['order', 'duplicate-key', 'encoding'])

function nameOf({ at, kind }: FoundDifference): string {
  return besideKinds.has(kind) ? `${at} ${kind}` : at
}

/** Whether bodies are not compared where answers differ so. */
function hidesBody({ kind, path, from, to }: FoundDifference): boolean {
  if (kind === 'status') return from?.[0] !== to?.[0]
  return path === 'body' && kind !== 'encoding'
}

/** Rules by which two servers with data of their own say the same. */
const sameMeaning: ReadonlySet<NoiseRule> = new Set([
  'alias',
  'text',
  'timestamp',
  'uuid',
  'opaque',
  'hash',
  'jwt',
  'float',
  'unordered',
  'header',
])

function judgeCandidate(
  difference: FoundDifference,
  production: Places,
  baseline2: Places,
): Attribution {
  const p = production.compareAt(difference)
  const b = baseline2.compareAt(difference)
  const isNoisy = baseline2.known && (b.differs || baseline2.isLooseList(difference))
  const agrees = production.known && p.difference !== null && isSameValue(p.difference, difference)
  const isStale = production.known && p.differs
  const label = labelOf(difference, { isNoisy, isStale, agrees, ...{ p, production, baseline2 } })
  const holds =
    label === 'unstable' ? holdsAsNoise(difference, b.difference, isNoisy) : difference.holds
  const rule = label === 'unstable' ? (difference.rule ?? 'learned') : difference.rule
  const weight = weighChange(label, difference, holds)
  return {
    ...placeOf(difference),
    label,
    weight,
    confidence: confidenceOf(label, difference, weight),
    values: valuesOf(difference, p, b, production, baseline2, true),
    rule,
    holds,
    baselineHolds: b.difference?.holds ?? null,
    equal: {
      baselines: baseline2.known ? !b.differs : null,
      baselineProduction: production.known ? !p.differs : null,
      candidateBaseline: false,
      candidateProduction: production.known ? agrees : null,
    },
  }
}

interface Evidence {
  readonly isNoisy: boolean
  readonly isStale: boolean
  readonly agrees: boolean
  readonly p: PlaceState
  readonly production: Places
  readonly baseline2: Places
}

/** The table of labels: what the baseline's own two answers and production's say of the change. */
function labelOf(difference: FoundDifference, evidence: Evidence): Label {
  const { isNoisy, isStale, agrees, p, baseline2 } = evidence
  if (isNoisy) return 'unstable'
  if (difference.rule !== null && difference.holds) {
    // Asked twice, the baseline would have shown that the value is never the same.
    if (difference.evident || (!baseline2.known && isStale)) return 'unstable'
  }
  if (!isStale) return 'changed'
  if (agrees) return 'changed-agrees-with-production'
  const { difference: drift } = p
  const meansSame = drift?.rule != null && drift.holds && sameMeaning.has(drift.rule)
  return meansSame ? 'changed' : 'changed-under-drift'
}

/** Whether a noisy value keeps at least the form that it has in the baseline. */
function holdsAsNoise(
  difference: FoundDifference,
  noise: FoundDifference | null,
  isNoisy: boolean,
): boolean {
  // In a list whose elements come and go, it is another element that stands there.
  if (isNoisy && noise === null) return !isTyped(difference)
  if (difference.rule !== null && noise?.rule !== difference.rule) return difference.holds
  // Where the baseline itself breaks the rule, breaking it says nothing.
  if (difference.rule !== null) return difference.holds || noise?.holds === false
  if (noise === null) return true
  if (!valueKinds.has(difference.kind)) return noise.kind === difference.kind
  return sizeOf(difference.to) <= 10 * Math.max(sizeOf(noise.from), sizeOf(noise.to))
}

/** Whether it is another type, or one place more or less, rather than another value. */
function isTyped({ kind }: FoundDifference): boolean {
  return !valueKinds.has(kind) && !elementKinds.has(kind)
}

/** The power of ten below a number, or the length of a text. */
function sizeOf(text: string | null): number {
  if (text === null) return 0
  const digits = /^-?(\d+)(?:\.\d+)?$/.exec(text)?.[1]
  return digits === undefined ? text.length : 10 ** (digits.length - 1)
}

function isSameValue(a: FoundDifference, b: FoundDifference): boolean {
  return a.kind === b.kind && a.toHash === b.toHash && a.to === b.to
}

/** A place where the candidate answers as the baseline does. */
function judgeOther(
  difference: FoundDifference,
  label: 'drift' | 'unstable',
  production: Places,
  baseline2: Places,
): Attribution {
  const p = production.compareAt(difference)
  const b = baseline2.compareAt(difference)
  return {
    ...placeOf(difference),
    // The candidate's value is the baseline's.
    toClass: difference.fromClass,
    label,
    weight: 'none',
    confidence: 0,
    values: valuesOf(difference, p, b, production, baseline2, false),
    rule: difference.rule ?? (label === 'unstable' ? 'learned' : null),
    holds: true,
    baselineHolds: b.difference?.holds ?? null,
    equal: {
      baselines: baseline2.known ? !b.differs : null,
      baselineProduction: production.known ? !p.differs : null,
      candidateBaseline: true,
      candidateProduction: production.known ? !p.differs : null,
    },
  }
}

function placeOf({ path, at, kind, fromClass, toClass }: FoundDifference) {
  return { path, at, kind, fromClass, toClass }
}

function valuesOf(
  difference: FoundDifference,
  p: PlaceState,
  b: PlaceState,
  production: Places,
  baseline2: Places,
  ofCandidate: boolean,
): ByRole<string | null> {
  const baseline = difference.from
  const there = ({ differs, difference: found }: PlaceState) => {
    if (found !== null) return found.to
    return differs ? null : baseline
  }
  return {
    ...(production.known ? { production: there(p) } : {}),
    baseline,
    ...(baseline2.known ? { baseline2: there(b) } : {}),
    candidate: ofCandidate ? difference.to : baseline,
  }
}

/** Rules for what is new in every answer; the others are for data. */
const neverSame: ReadonlySet<NoiseRule> = new Set([
  'uuid',
  'opaque',
  'hash',
  'jwt',
  'timestamp',
  'header',
  'float',
  'unordered',
])

/** With production alone: the rules tell data from change as well as they can. */
function adviseOn(difference: FoundDifference): Attribution {
  const isExplained = difference.rule !== null && difference.holds
  const isNoise = isExplained && neverSame.has(difference.rule!)
  const label: Label = !isExplained ? 'changed' : isNoise ? 'unstable' : 'drift'
  const weight: Weight = isExplained ? 'none' : weighAdvice(difference)
  return {
    ...placeOf(difference),
    label,
    weight,
    confidence: confidenceOf(label, difference, weight),
    values: { production: difference.from, candidate: difference.to },
    rule: difference.rule,
    holds: difference.holds,
    baselineHolds: null,
    equal: {
      baselines: null,
      baselineProduction: null,
      candidateBaseline: null,
      candidateProduction: false,
    },
  }
}
