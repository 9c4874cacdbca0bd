// A run's series in as many points as a chart is wide, whether it has lasted a minute or a week.
import type { Role } from '../model/comparison.ts'
import type { Micros } from '../model/message.ts'
import type { SeriesPoint } from '../model/run-store.ts'

/** At most `pointsMax` points of each role. Of joined points the rates add up; quantiles do not, so
 * that the median is weighted by answers and the tails are the slowest. */
export function bucketSeries(
  points: readonly SeriesPoint[],
  pointsMax: number,
): readonly SeriesPoint[] {
  const [first] = points
  const last = points.at(-1)
  if (first === undefined || last === undefined) return []
  const lengths = points.map(({ seconds }) => seconds * 1_000_000)
  const [shortest, longest] = [least(lengths), -least(lengths.map((length) => -length))]
  const span = last.at + last.seconds * 1_000_000 - first.at
  const needed = span / pointsMax
  // A whole number of the usual points each, so that all buckets hold as many; those of the
  // beginning are shorter.
  const width = needed <= shortest ? shortest : longest * Math.ceil(needed / longest)
  const buckets = new Map<string, SeriesPoint[]>()
  for (const point of points) {
    const start = first.at + Math.floor((point.at - first.at) / width) * width
    const key = `${start} ${point.role}`
    const bucket = buckets.get(key)
    if (bucket === undefined) buckets.set(key, [point])
    else bucket.push(point)
  }
  return [...buckets].map(([key, bucket]) => {
    const [start = '', role = ''] = key.split(' ')
    return join(Number(start), role as Role, bucket)
  })
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((smallest, number) => Math.min(smallest, number), Infinity)
}

function join(at: Micros, role: Role, points: readonly SeriesPoint[]): SeriesPoint {
  const [only] = points
  if (points.length === 1) return only!
  const sum = (of: (point: SeriesPoint) => number) =>
    points.reduce((total, point) => total + of(point), 0)
  const slowest = (of: (point: SeriesPoint) => Micros | null) =>
    points.reduce<Micros | null>((most, point) => {
      const value = of(point)
      return value === null ? most : Math.max(most ?? 0, value)
    }, null)
  const answered = points.filter(({ p50 }) => p50 !== null)
  const weight = answered.reduce((total, { requests }) => total + requests, 0)
  return {
    at,
    seconds: sum(({ seconds }) => seconds),
    role,
    requests: sum(({ requests }) => requests),
    errors: sum(({ errors }) => errors),
    p50:
      weight === 0
        ? null
        : answered.reduce((total, { p50, requests }) => total + p50! * requests, 0) / weight,
    p95: slowest(({ p95 }) => p95),
    p99: slowest(({ p99 }) => p99),
  }
}
