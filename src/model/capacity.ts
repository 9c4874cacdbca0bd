// How many times normal traffic a target bears: what was tried, what came of it, and the answer.
// Plain data, so that it can be written as it is.

/** Why a load was more than the target bears. */
export type BreakReason =
  /** The 99th percentile from the due time is above its limit. */
  | 'p99'
  | 'errors'
  /** Less than the required share was answered in time. */
  | 'completed'
  /** What waits for an answer grows all through the trial. */
  | 'backlog'
  /** More answers than at 1 × are of another status or shape, or say something else. */
  | 'differences'
  /** The target accepted no connection. */
  | 'refused'
  /** So many errors that the trial was ended at once. */
  | 'hard-errors'

/** limited: it broke, but the generator itself did not keep its schedule, so that says nothing. */
export type TrialVerdict = 'holds' | 'breaks' | 'limited'

/** first: at 1 ×; short: while searching; long: to confirm the answer. */
export type TrialKind = 'first' | 'short' | 'long'

/** Microseconds; from when requests were due, or from when they were sent. */
export interface LatencySummary {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

export interface EndpointLoad {
  readonly endpoint: string
  /** Requests that were due in the measured part of the trial. */
  readonly offered: number
  readonly answered: number
  readonly errors: number
  /** Slower than the limit for the 99th percentile, or without an answer. */
  readonly slow: number
  /** From the due time. */
  readonly latency: LatencySummary
}

/** How well the generator kept its own schedule. */
export interface GeneratorHealth {
  /** 99th percentile of how late a request was sent on a connection that was free, microseconds. */
  readonly lateP99: number
  /** 99th percentile of the delay of its event loop, microseconds. */
  readonly loopLagP99: number
  /** Share of the time that the busiest thread was busy, 0 to 1. */
  readonly busy: number
  /** Connections that could not be opened for want of ports, files or memory, or of leave. */
  readonly exhausted: number
}

export interface TrialSummary {
  readonly kind: TrialKind
  /** Times normal. */
  readonly level: number
  /** Of the whole trial, its unmeasured beginning included; less where it was ended at once. */
  readonly seconds: number
  /** Requests that were due in the measured part, and a second of it. */
  readonly offered: number
  readonly rate: number
  /** Answered in time, whatever the status. */
  readonly answered: number
  /** Answers a second. */
  readonly throughput: number
  /** Without an answer, or a status of 500 and above. */
  readonly errors: number
  readonly statuses: Readonly<Record<string, number>>
  /** Judged: what a user would have waited. What was not answered counts with its age. */
  readonly fromDue: LatencySummary
  /** Shown: what the target took once it was asked. */
  readonly service: LatencySummary
  /** Share of the answers that are not as expected; null where nothing is known to expect. */
  readonly differing: number | null
  /** Requests without an answer, by how many more there are each second. */
  readonly backlogGrowth: number
  readonly generator: GeneratorHealth
  readonly endpoints: readonly EndpointLoad[]
  readonly verdict: TrialVerdict
  readonly reasons: readonly BreakReason[]
  /** `fromDue` and `service`, as base64 of HdrHistogram's compressed V2 encoding. */
  readonly histograms: { readonly fromDue: string; readonly service: string }
}

/** How long the target took after a trial that broke it until it was at 1 × as before. */
export interface Recovery {
  /** The level that broke it. */
  readonly level: number
  /** Null: it did not, within the time it was given. */
  readonly seconds: number | null
  /** It came back only after a time without any load. */
  readonly metastable: boolean
}

/** Why the search ended before it had its answer. */
export type EndedEarly = 'time' | 'interrupted' | 'trouble' | 'not-recovered'

/**
 * bears: `level` held; above it the target broke. at-least: `level` held, and nothing more was
 * tried. generator-bound: `level` held, and above it the generator was the limit. none: the target
 * does not bear normal traffic.
 */
export type CapacityKind = 'bears' | 'at-least' | 'generator-bound' | 'none'

export interface CapacityAnswer {
  readonly kind: CapacityKind
  /** Times normal; 0 for none. */
  readonly level: number
  /** Requests a second at `level`. */
  readonly rate: number
  /** It held at the first and broke at the second; null: nothing broke it. */
  readonly bracket: readonly [held: number, broke: number | null]
  /** Long trials at `level` that held, and the length of each. */
  readonly confirmedBy: { readonly trials: number; readonly seconds: number }
  readonly ended: EndedEarly | null
  /** In words, where there is more to say of `ended`. */
  readonly endedWhy: string | null
}

/** The first that gave way at the lowest load that broke the target; null: all alike. */
export interface GaveWay {
  readonly endpoint: string | null
  readonly reasons: readonly BreakReason[]
  readonly level: number
  /** Of all requests from their due time, microseconds: at 1 × and at `level`. */
  readonly p99: readonly [before: number, after: number]
  /** Shares. */
  readonly errors: readonly [before: number, after: number]
}

/** What one target bears. */
export interface TargetCapacity {
  readonly target: string
  readonly answer: CapacityAnswer
  readonly gaveWay: GaveWay | null
  /** After the load that took longest to recover from. */
  readonly recovery: Recovery | null
  /** In order. */
  readonly trials: readonly TrialSummary[]
  /** Microseconds and shares that every trial was held to. */
  readonly limits: { readonly p99: number; readonly errors: number; readonly differing: number }
}

/** The load that stands for normal, and how more of it was made. */
export interface NormalLoad {
  /** Requests a second on average. */
  readonly rate: number
  readonly requests: number
  readonly sessions: number
  /** Of the recording, in seconds. */
  readonly seconds: number
  /** At the highest level: distinct request targets, as a share of what as many clients ask for. */
  readonly distinct: number
  /** superposed: several clients at once; compressed: the same clients in less time. */
  readonly shape: 'superposed' | 'compressed'
  /** Unsafe requests were multiplied too. */
  readonly writesAmplified: boolean
  /** Share of the requests that are unsafe. */
  readonly writes: number
  /** What the recording misses, by the ledger's reasons; missing in older reports. */
  readonly lost?: Readonly<Record<string, number>> | undefined
}

/** What the generator could send at all, as tried against a sink of its own. */
export interface GeneratorCeiling {
  /** Requests a second, up to where it would count as the limit. */
  readonly rate: number
  /** False: it was not driven there, and may be able to send more. */
  readonly reached: boolean
}

export type Expectation = 'holds' | 'fails' | 'undecided'

/** The whole run. */
export interface CapacityReport {
  /** Grows when the shape changes. */
  readonly version: 1
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly seconds: number
  readonly normal: NormalLoad
  /**
   * `headroom`: so many times what the candidate's answer took. Null: not tried; missing in older
   * reports.
   */
  readonly generator?: (GeneratorCeiling & { readonly headroom: number | null }) | null | undefined
  readonly slo: string
  readonly candidate: TargetCapacity
  readonly baseline: TargetCapacity | null
  /** Candidate over baseline; null without one, or where one of the two has no answer. */
  readonly ratio: number | null
  readonly expected: string | null
  readonly expectation: Expectation | null
}
