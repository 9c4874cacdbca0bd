// A run's rates and latencies over time where nothing is compared: from one snapshot of its metrics
// to the next, in bounded memory however long it lasts.
import type { Role } from '../model/comparison.ts'
import type { LedgerSnapshot } from '../model/ledger-snapshot.ts'
import type { Micros } from '../model/message.ts'
import type { Distribution, MetricsSnapshot } from '../model/metrics-snapshot.ts'
import type { SeriesPoint } from '../model/run-store.ts'

/** Beyond so many points neighbours of one role are joined, and each stands for twice as long. */
const pointsMax = 2_400

export class RunSeries {
  #before: MetricsSnapshot | null = null
  #points: SeriesPoint[] = []
  #seconds = 1

  /** Called about every second; what came since the last call is at most one point of a role. */
  push(now: MetricsSnapshot): void {
    const before = this.#before
    if (before !== null && now.at - before.at < (this.#seconds - 0.5) * 1_000_000) return
    this.#before = now
    if (before === null) return
    this.#points.push(...pointsBetween(before, now))
    if (this.#points.length <= pointsMax) return
    this.#points = halve(this.#points)
    this.#seconds *= 2
  }

  /** By time, then role; from that time on. */
  points(from: Micros): readonly SeriesPoint[] {
    return this.#points.filter(({ at }) => at >= from)
  }
}

/**
 * What is compared has all roles, but is there later and in longer stretches: until it makes a
 * line, what targets took is all that there is to draw.
 */
export function chooseSeries(
  compared: readonly SeriesPoint[],
  measured: readonly SeriesPoint[],
): readonly SeriesPoint[] {
  const isLine = compared.some(({ at }) => at !== compared[0]!.at)
  return isLine || measured.length === 0 ? compared : measured
}

function pointsBetween(before: MetricsSnapshot, now: MetricsSnapshot): readonly SeriesPoint[] {
  const seconds = Math.max(1, Math.round((now.at - before.at) / 1_000_000))
  const roles = [...new Set(now.answerTimes.map(({ role }) => role))].sort()
  return roles.map((role) => {
    const latencies = sinceThen(latencyOf(before, role), latencyOf(now, role))
    const errors = errorsOf(now, role) - errorsOf(before, role)
    const lost = unansweredOf(now, role) - unansweredOf(before, role)
    const quantile = (share: number) => quantileOf(latencies, share)
    return {
      ...{ at: before.at, seconds, role, requests: latencies.count + lost, errors },
      ...{ p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) },
    }
  })
}

/** Of all targets with that role together; they have the same bounds. */
function latencyOf({ answerTimes }: MetricsSnapshot, role: Role): Distribution {
  const own = answerTimes.filter((times) => times.role === role)
  const bounds = own[0]?.latency.bounds ?? []
  return {
    bounds,
    counts: bounds.map((_, index) => sumOf(own, ({ latency }) => latency.counts[index] ?? 0)),
    count: sumOf(own, ({ latency }) => latency.count),
    sum: sumOf(own, ({ latency }) => latency.sum),
  }
}

function sinceThen(before: Distribution, now: Distribution): Distribution {
  return {
    bounds: now.bounds,
    counts: now.counts.map((count, index) => count - (before.counts[index] ?? 0)),
    count: now.count - before.count,
    sum: now.sum - before.sum,
  }
}

/** Between the bounds that it lies between, in proportion; null where nothing was answered. */
function quantileOf({ bounds, counts, count }: Distribution, share: number): Micros | null {
  if (count <= 0) return null
  const wanted = share * count
  const index = counts.findIndex((upTo) => upTo >= wanted)
  if (index < 0) return bounds.at(-1) ?? null
  const [low, high] = [bounds[index - 1] ?? 0, bounds[index]!]
  const below = counts[index - 1] ?? 0
  const inside = counts[index]! - below
  return Math.round(low + (inside <= 0 ? 1 : (wanted - below) / inside) * (high - low))
}

function outputsOf(snapshot: MetricsSnapshot, role: Role): LedgerSnapshot['outputs'] {
  const targets = snapshot.answerTimes.filter((times) => times.role === role)
  return snapshot.ledger.outputs.filter(({ output }) =>
    targets.some(({ target }) => target === output),
  )
}

function unansweredOf(snapshot: MetricsSnapshot, role: Role): number {
  return sumOf(outputsOf(snapshot, role), ({ unanswered }) =>
    sumOf(Object.values(unanswered), (count) => count ?? 0),
  )
}

/** Without an answer, or with a status of 500 and above. */
function errorsOf(snapshot: MetricsSnapshot, role: Role): number {
  const failed = sumOf(outputsOf(snapshot, role), ({ statuses }) =>
    sumOf(Object.entries(statuses), ([status, count]) => (Number(status) >= 500 ? count : 0)),
  )
  return failed + unansweredOf(snapshot, role)
}

/** Two points of a role become one; the slower of two tails counts. */
function halve(points: readonly SeriesPoint[]): SeriesPoint[] {
  const byRole = [...Map.groupBy(points, ({ role }) => role).values()]
  const joined = byRole.flatMap((own) =>
    own.flatMap((point, index) => {
      if (index % 2 === 1) return []
      const next = own[index + 1]
      return [next === undefined ? point : join(point, next)]
    }),
  )
  return joined.sort((a, b) => a.at - b.at || (a.role < b.role ? -1 : 1))
}

function join(a: SeriesPoint, b: SeriesPoint): SeriesPoint {
  const most = (x: Micros | null, y: Micros | null) =>
    x === null || y === null ? (x ?? y) : Math.max(x, y)
  const requests = a.requests + b.requests
  const p50 =
    a.p50 === null || b.p50 === null
      ? (a.p50 ?? b.p50)
      : Math.round((a.p50 * a.requests + b.p50 * b.requests) / Math.max(1, requests))
  return {
    ...{ at: a.at, seconds: a.seconds + b.seconds, role: a.role, requests },
    ...{ errors: a.errors + b.errors, p50, p95: most(a.p95, b.p95), p99: most(a.p99, b.p99) },
  }
}

function sumOf<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((sum, one) => sum + of(one), 0)
}
