// The ledger as it is written to a file and shown: plain numbers at one point in time.
import type { OutputDropReason, SourceDropReason, UnansweredReason } from './ledger.ts'

/** For every output `captured + amplified = delivered + Σ dropped + pending`; 0 pend at exit. */
export interface LedgerSnapshot {
  /** ISO 8601, UTC. */
  readonly at: string
  /** Messages that all sources together handed to the outputs. */
  readonly captured: number
  readonly sources: readonly SourceSnapshot[]
  readonly outputs: readonly OutputSnapshot[]
}

export interface SourceSnapshot {
  readonly source: string
  readonly messages: number
  readonly dropped: Readonly<Partial<Record<SourceDropReason, number>>>
}

export interface OutputSnapshot {
  readonly output: string
  readonly accepted: number
  /** Copies beyond the first of each message. */
  readonly amplified: number
  readonly delivered: number
  readonly answered: number
  /** Delivered without a whole answer; empty for outputs that are never answered. */
  readonly unanswered: Readonly<Partial<Record<UnansweredReason, number>>>
  readonly dropped: Readonly<Partial<Record<OutputDropReason, number>>>
  /** Queued or in flight: without a fate yet; 0 at exit. */
  readonly pending: number
  /** Answers by status code. */
  readonly statuses: Readonly<Record<string, number>>
  /** From sending to the whole answer, over all answers; null before the first. */
  readonly latency: LatencySnapshot | null
  /** From when a request was due to the whole answer: what a user would have waited. */
  readonly latencyFromDue: LatencySnapshot | null
  /** How far from when they were due requests were sent; null where none was due at a time. */
  readonly schedule: LatencySnapshot | null
  /** Opened to the target since the start. */
  readonly connections: number
  /** Answers that pointed elsewhere and were followed. */
  readonly redirects: number
}

/** In microseconds, exact to 1 %. */
export interface LatencySnapshot {
  readonly p50: number
  readonly p99: number
  readonly max: number
}
