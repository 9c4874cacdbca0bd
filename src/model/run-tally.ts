// What a run of comparisons has counted so far: all that a verdict is made from, as plain data that
// is stored and read back. It is made by `compare/judge/run-tally-keeper.ts`.
import type {
  ByRole,
  ComparisonMode,
  DifferenceKind,
  Label,
  NoiseRule,
  ValueClass,
  Weight,
} from './comparison.ts'
import type { Micros } from './message.ts'

export interface RunTally {
  /** Grows when the shape changes; an older one is brought up when it is read. */
  readonly version: 1
  readonly exchanges: number
  readonly firstAt: Micros | null
  readonly lastAt: Micros | null
  readonly modes: Counts<ComparisonMode>
  /** Exchanges whose answers belong to sessions that began before the capture did. */
  readonly orphans: number
  readonly endpoints: readonly EndpointTally[]
  /** Endpoints and paths that found no room; what they would have shown is not known. */
  readonly omitted: number
}

/** How often each key came; a key that never came is absent. */
export type Counts<Key extends string = string> = Readonly<Partial<Record<Key, number>>>

export interface EndpointTally {
  readonly endpoint: string
  readonly exchanges: number
  /** Exchanges of each mode; those without a candidate's answer are `incomparable`. */
  readonly modes: Counts<ComparisonMode>
  /** Each exchange by its gravest label. */
  readonly labels: Counts<Label>
  /** Answers by status, or by the reason for none, of each role. */
  readonly statuses: ByRole<Counts>
  readonly failures: PairedFailures
  readonly latency: EndpointLatency
  readonly sizes: EndpointSizes
  /** `query.currency=JPY` and the like: exchanges that had each. */
  readonly features: Counts
  readonly paths: readonly PathTally[]
}

/** Exchanges in which some failed: no answer, or a status of 500 and above. */
export interface PairedFailures {
  readonly compared: number
  readonly candidateOnly: number
  readonly baselineOnly: number
  readonly both: number
  /** The same of the baseline's second answer against its first: what chance alone does. */
  readonly baseline2Only: number
  readonly baseline1Only: number
}

/**
 * Counts by bucket (`compare/judge/latency-histogram.ts`), packed (`base/packed-counts.ts`): a run
 * of ten thousand endpoints has millions of them.
 */
export type LatencyCounts = readonly number[]

export interface EndpointLatency extends PairedBlocks {
  readonly byRole: ByRole<LatencyCounts>
}

/** Of decoded bodies; pairs are of answers with the same status. */
export interface EndpointSizes extends PairedBlocks {
  /** The sum of natural logarithms of bytes + 1, and their number. */
  readonly byRole: ByRole<{ readonly logSum: number; readonly count: number }>
}

export interface PairedBlocks {
  /** Candidate over baseline (or over production where no baseline was asked), block by block. */
  readonly candidate: readonly RatioBlock[]
  /** The baseline's second answer over its first: the negative control. */
  readonly control: readonly RatioBlock[]
}

/** Pairs of one stretch of time: latencies in microseconds, or sizes in bytes. */
export interface RatioBlock {
  readonly at: Micros
  readonly pairs: number
  /** The median natural logarithm of the pairs' ratios, and the median difference. */
  readonly logRatio: number
  readonly difference: number
  /** The same of the means of the greatest twentieth of each. */
  readonly tailLogRatio: number
  readonly tailDifference: number
}

/** One place in the answers of one endpoint, and one kind of difference there. */
export interface PathTally {
  readonly path: string
  readonly kind: DifferenceKind
  /** `zero` and the like, which are counted apart; else empty (`compare/judge/change-kind.ts`). */
  readonly change: string
  /** Exchanges in which a difference was listed there. */
  readonly exchanges: number
  readonly labels: Counts<Label>
  readonly weights: Counts<Weight>
  /** By what its values are held to. */
  readonly rules: Counts<NoiseRule | 'equal'>
  /** Of three answers, the candidate's differed from two that agree. */
  readonly candidateOdd: number
  /** One of the baseline's two differed from the other and from the candidate's. */
  readonly baselineOdd: number
  /**
   * Of both, those with values of their own: the same request may be answered alike all the time,
   * which says no more than once.
   */
  readonly distinct: { readonly candidateOdd: number; readonly baselineOdd: number }
  /**
   * Exchanges in which neither agrees with the baseline's first answer, and one alone breaks even
   * the weaker check for such values: the candidate, or the baseline's second answer.
   */
  readonly broken: { readonly candidate: number; readonly baseline: number }
  /**
   * Exchanges in which the candidate's differed from two that agree, and a weaker check let it pass
   * that does not prove the two values to mean the same; by rule, and those of values of their own.
   */
  readonly hidden: Counts<NoiseRule>
  readonly hiddenDistinct: number
  /** Requests asked again that bear the difference out, and those that do not. */
  readonly reasked: { readonly confirmed: number; readonly refuted: number }
  /** The commonest `class → class` of what the candidate changed. */
  readonly classes: Counts
  /** The commonest value pairs that the candidate changed, from what it is held against. */
  readonly pairs: readonly ValuePair[]
  /** Features of the exchanges in which the candidate changed it. */
  readonly features: Counts
  /** Hashes of sessions in which the candidate changed it, the first ones. */
  readonly sessions: readonly string[]
  /** Which exchanges those are, for a guess at whether others are the same ones. */
  readonly sketch: readonly number[]
  /** Ids of exchanges to look at. */
  readonly examples: readonly string[]
  /** Data that pre-production has otherwise than production. */
  readonly drifts: readonly DriftSample[]
  readonly firstAt: Micros
}

export interface ValuePair {
  readonly from: string | null
  readonly to: string | null
  readonly fromClass: ValueClass
  readonly toClass: ValueClass
  readonly count: number
}

export interface DriftSample {
  readonly target: string
  /** The place itself, which may name an entity: `$.items[id=7].price`. */
  readonly at: string
  readonly production: string | null
  readonly staging: string | null
  readonly count: number
}
