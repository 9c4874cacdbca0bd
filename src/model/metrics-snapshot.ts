// What a run shows of itself at one point in time, for metrics and for the terminal: plain data.
import type { ComparisonMode, Label, Role } from './comparison.ts'
import type { LedgerSnapshot } from './ledger-snapshot.ts'
import type { Micros } from './message.ts'
import type { FindingState, VerdictKind } from './verdict.ts'

export interface MetricsSnapshot {
  readonly at: Micros
  readonly startedAt: Micros
  readonly ledger: LedgerSnapshot
  /** In the order of the ledger's sources. */
  readonly arrivals: readonly Arrival[]
  /** In the order of the ledger's outputs; null where an output cannot tell. */
  readonly queuedBytes: readonly (number | null)[]
  /** One for each server that has answered. */
  readonly answerTimes: readonly AnswerTimes[]
  /** Null where nothing is compared. */
  readonly comparison: ComparisonProgress | null
}

/** How a source keeps up with production; null before its first message, and for recordings. */
export interface Arrival {
  readonly source: string
  /** When the newest message that has come was captured, by the capturing host's clock. */
  readonly newestAt: Micros | null
  /** How long after its last byte was captured the newest message came here. */
  readonly lag: Micros | null
}

export interface AnswerTimes {
  readonly role: Role
  /** As the operator wrote it; null for production, which is nobody's target. */
  readonly target: string | null
  readonly latency: Distribution
  /** Null for production. */
  readonly latencyFromDue: Distribution | null
  readonly schedule: Distribution | null
}

/** How many values were at most each of `bounds`; the values in all, and their sum. */
export interface Distribution {
  /** In microseconds, ascending; a value within 1 % of a bound may count on either side. */
  readonly bounds: readonly Micros[]
  /** Cumulative, as long as `bounds`. */
  readonly counts: readonly number[]
  readonly count: number
  readonly sum: Micros
}

/** What whoever compares has come to; counts grow, `verdict` and `findings` are as of now. */
export interface ComparisonProgress {
  readonly exchanges: Readonly<Partial<Record<ComparisonMode, number>>>
  /** Exchanges by their gravest label. */
  readonly labels: Readonly<Partial<Record<Label, number>>>
  readonly verdict: VerdictKind
  readonly findings: Readonly<Partial<Record<FindingState, number>>>
}
