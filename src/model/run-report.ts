// A run as it is reported: its verdict with all that a reader needs to follow it. Plain data; the
// report as JSON is this, and docs/report.schema.json its schema.
import type { AnswerSummary, ByRole, ComparisonMode } from './comparison.ts'
import type { Micros } from './message.ts'
import type { RunInfo, SeriesPoint } from './run-store.ts'
import type { Counts, ValuePair } from './run-tally.ts'
import type { DriftSummary, Finding, Gate, NoiseUse, RuleUse, VerdictKind } from './verdict.ts'

export interface RunReport {
  /** Grows when the shape changes. */
  readonly version: 1
  readonly run: RunInfo
  readonly traffic: ReportTraffic
  readonly verdict: VerdictKind
  readonly proves: string
  readonly gates: readonly Gate[]
  readonly causes: readonly ReportCause[]
  /** The confirmed ones first, then by evidence. */
  readonly findings: readonly ReportFinding[]
  /** Findings beyond the most that are listed. */
  readonly findingsOmitted: number
  /** The most exchanges first. */
  readonly endpoints: readonly ReportEndpoint[]
  readonly drift: DriftSummary
  readonly rules: readonly RuleUse[]
  readonly noise: readonly NoiseUse[]
  readonly series: readonly SeriesPoint[]
}

export interface ReportTraffic {
  readonly exchanges: number
  readonly firstAt: Micros | null
  readonly lastAt: Micros | null
  readonly mode: ComparisonMode
  readonly modes: Counts<ComparisonMode>
  readonly orphans: number
  readonly omitted: number
  /** Of what was captured, the share that was lost before it could be compared. */
  readonly lostShare: number
}

export interface ReportCause {
  readonly title: string
  readonly state: Finding['state']
  readonly findings: readonly string[]
  readonly endpoints: number
  readonly shown: number
}

export interface ReportFinding extends Finding {
  /** The commonest values that the candidate changed. */
  readonly pairs: readonly ValuePair[]
  readonly labels: Counts
  readonly samples: readonly ReportSample[]
}

/** One exchange that shows a finding. */
export interface ReportSample {
  readonly exchange: string
  readonly at: Micros
  /** A shell command that asks the same again; secrets are variables in it. */
  readonly curl: string
  /** At the finding's path; null where it is absent there. */
  readonly values: ByRole<string | null>
  readonly answers: ByRole<AnswerSummary>
}

export interface ReportEndpoint {
  readonly endpoint: string
  readonly exchanges: number
  readonly same: number
  readonly changed: number
  readonly drift: number
  readonly unstable: number
  readonly confirmed: number
  readonly suspected: number
  /** Requests that the candidate alone, and what it is held against alone, failed to answer. */
  readonly failures: { readonly candidateOnly: number; readonly baselineOnly: number }
  readonly latency: ByRole<ReportLatency>
  /** The candidate's over what it is held against; null where there is too little. */
  readonly ratio: ReportRatio | null
  /** The baseline's over its own second: what chance does. */
  readonly control: ReportRatio | null
  readonly sizes: ReportSizes
}

/** Of decoded bodies. */
export interface ReportSizes {
  /** The geometric mean, in bytes, of each role's answers. */
  readonly byRole: ByRole<number>
  /** As of latencies, of answers with the same status. */
  readonly ratio: ReportRatio | null
  readonly control: ReportRatio | null
}

export interface ReportLatency {
  readonly count: number
  readonly p50: Micros
  readonly p95: Micros
  readonly p99: Micros
  /** From 0 to 100 % in steps of 5, and 99 % and 99.9 %: the quantile and the latency. */
  readonly quantiles: readonly (readonly [quantile: number, latency: Micros])[]
}

/** A ratio, and the interval that holds the truth in 998 of 1,000 cases. */
export interface ReportRatio {
  readonly ratio: number
  readonly low: number
  readonly high: number
  readonly pairs: number
}
