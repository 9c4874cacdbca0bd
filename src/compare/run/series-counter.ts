// Requests, failures and latencies of each role over time, for charts.
import type { AnswerSummary, ExchangeComparison, Role } from '../../model/comparison.ts'
import type { Micros } from '../../model/message.ts'
import type { SeriesPoint } from '../../model/run-store.ts'
import { BoundedCounts } from '../judge/bounded-counts.ts'
import { latencyBucket, latencyQuantile } from '../judge/latency-histogram.ts'

/** One point stands for so long. */
const pointSeconds = 5
/** In the beginning points are of a second each, so that there is soon something to see. */
const earlyMicros: Micros = 30_000_000
const bucketsMax = 2_048

interface Counting {
  requests: number
  errors: number
  readonly latencies: BoundedCounts
}

/** By the time at which production's clients asked; a point is given when time has passed it. */
export class SeriesCounter {
  #startsAt: Micros | null = null
  #seconds = 1
  /** From then on points are as long as they stay. */
  #earlyUntil: Micros | null = null
  #roles = new Map<Role, Counting>()

  /** Points that are complete, in the order of time. */
  add(comparison: ExchangeComparison): readonly SeriesPoint[] {
    this.#earlyUntil ??= ceilTo(comparison.at + earlyMicros, pointSeconds)
    const seconds = comparison.at < this.#earlyUntil ? 1 : pointSeconds
    const startsAt = floorTo(comparison.at, seconds)
    const isNew = this.#startsAt !== null && startsAt > this.#startsAt
    const done = isNew ? this.finish() : []
    // What comes late is counted where it comes.
    if (this.#startsAt === null) {
      this.#startsAt = startsAt
      this.#seconds = seconds
    }
    for (const [role, answer] of Object.entries(comparison.answers)) {
      count(this.#of(role as Role), answer)
    }
    return done
  }

  finish(): readonly SeriesPoint[] {
    const at = this.#startsAt
    if (at === null) return []
    const points = [...this.#roles].map(([role, counting]) =>
      toPoint(at, this.#seconds, role, counting),
    )
    this.#startsAt = null
    this.#roles = new Map()
    return points
  }

  #of(role: Role): Counting {
    let counting = this.#roles.get(role)
    if (counting === undefined) {
      counting = { requests: 0, errors: 0, latencies: new BoundedCounts(bucketsMax) }
      this.#roles.set(role, counting)
    }
    return counting
  }
}

function count(counting: Counting, { failure, status, latency }: AnswerSummary): void {
  counting.requests += 1
  if (failure !== null || (status !== null && status >= 500)) counting.errors += 1
  if (failure === null) counting.latencies.add(latencyBucket(latency))
}

function floorTo(at: Micros, seconds: number): Micros {
  return Math.floor(at / seconds / 1_000_000) * seconds * 1_000_000
}

function ceilTo(at: Micros, seconds: number): Micros {
  return Math.ceil(at / seconds / 1_000_000) * seconds * 1_000_000
}

function toPoint(
  at: Micros,
  seconds: number,
  role: Role,
  { requests, errors, latencies }: Counting,
): SeriesPoint {
  const counts = latencies.toPacked()
  const quantile = (share: number) => latencyQuantile(counts, share)
  return {
    at,
    seconds,
    role,
    requests,
    errors,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
  }
}
