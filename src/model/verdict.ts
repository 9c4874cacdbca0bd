// What a run came to: findings, gates and the verdict, each with the numbers behind it. Plain data.
import type { DifferenceKind, Label, NoiseRule } from './comparison.ts'

export type VerdictKind = 'pass' | 'fail' | 'undecided'

export interface RunVerdict {
  readonly verdict: VerdictKind
  /** What the mode of the run could prove and what it could not, in a sentence or two. */
  readonly proves: string
  readonly exchanges: number
  readonly gates: readonly Gate[]
  readonly causes: readonly Cause[]
  readonly findings: readonly Finding[]
  /** What rules did: hits, and what is odd about them. */
  readonly rules: readonly RuleUse[]
  /** Classes of noise, and what values were held to for it: the most hits first. */
  readonly noise: readonly NoiseUse[]
  readonly drift: DriftSummary
}

/** One condition of a pass. */
export interface Gate {
  readonly name: GateName
  readonly outcome: VerdictKind
  /** One line: the numbers, and the limit. */
  readonly why: string
}

export type GateName =
  | 'traffic'
  | 'coverage'
  | 'differences'
  | 'failures'
  | 'latency'
  | 'control'
  | 'sizes'
  | 'orphans'
  | 'capture'

/** confirmed: beyond doubt at the run's rate; suspected: not yet; advice: nothing to hold to. */
export type FindingState = 'confirmed' | 'suspected' | 'advice' | 'accepted'

/** The gravest first. */
export const findingStates = ['confirmed', 'suspected', 'advice', 'accepted'] as const

/** What an endpoint's answers differ in as a whole, and no place of theirs shows. */
export type EndpointKind = 'latency' | 'failure' | 'size'

const endpointKinds: ReadonlySet<string> = new Set<EndpointKind>(['latency', 'failure', 'size'])

/** Whether no place of the answers shows what is of that kind; it stands for the path, too. */
export function isEndpointKind(kind: string): kind is EndpointKind {
  return endpointKinds.has(kind)
}

/** `endpoint path kind`, and the change where it has a name: the same in every run. */
export function findingId(endpoint: string, path: string, kind: string, change = ''): string {
  return `${endpoint} ${path} ${kind}${change === '' ? '' : ` ${change}`}`
}

/** One thing that the candidate does otherwise, at one place of one endpoint. */
export interface Finding {
  /** Stable between runs: endpoint, path and kind. */
  readonly id: string
  readonly endpoint: string
  readonly path: string
  readonly kind: DifferenceKind | EndpointKind
  readonly state: FindingState
  readonly label: Label
  /** Of the endpoint's exchanges, those that show it. */
  readonly shown: number
  readonly exchanges: number
  /** Natural logarithm of the e-value: how strongly it speaks against "nothing changed". */
  readonly evidence: number
  readonly reasked: { readonly confirmed: number; readonly refuted: number }
  /** `11.9 → 11.91`, the commonest. */
  readonly example: string
  readonly classes: string
  /** What the exchanges that show it have in common; null where nothing does. */
  readonly when: string | null
  readonly why: string
  readonly examples: readonly string[]
  /** The finding that this one follows from; null where it stands for itself. */
  readonly consequenceOf: string | null
  /** The rule that accepted it. */
  readonly rule: string | null
}

/** Findings that one mistake explains. */
export interface Cause {
  readonly title: string
  readonly findings: readonly string[]
  readonly endpoints: number
  readonly shown: number
}

export interface RuleUse {
  readonly rule: string
  readonly hits: number
  /** It hides what is confirmed, never hit, or is over: null where all is well. */
  readonly warning: string | null
}

/** A weaker check, all through a run. */
export interface NoiseUse {
  readonly rule: NoiseRule
  /** Differences held to it: one for each exchange and place. */
  readonly hits: number
  readonly places: number
  /** Where it lets pass what would be confirmed without it, the most exchanges first. */
  readonly hides: readonly HiddenPlace[]
  /** That it hides something; null where it does not. */
  readonly warning: string | null
}

export interface HiddenPlace {
  readonly endpoint: string
  readonly path: string
  readonly kind: DifferenceKind
  /** In which the candidate differs from two answers of the baseline that agree. */
  readonly exchanges: number
}

export interface DriftSummary {
  /** Compared exchanges in which pre-production's data differs from production's, at the least. */
  readonly exchanges: number
  readonly entities: readonly DriftEntity[]
}

/** Data of one kind that is out of step. */
export interface DriftEntity {
  readonly endpoint: string
  readonly path: string
  readonly exchanges: number
  readonly samples: readonly {
    readonly target: string
    readonly at: string
    readonly production: string | null
    readonly staging: string | null
  }[]
}
