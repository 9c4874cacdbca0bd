// Latencies in buckets whose bounds grow by 2 %: quantiles are exact to 1 %.

import type { Micros } from '../../model/message.ts'
import type { Counts } from '../../model/run-tally.ts'

const logGrowth = Math.log(1.02)

/** The bucket of a latency, as a key of `Counts`. */
export function latencyBucket(latency: Micros): string {
  return String(Math.round(Math.log(Math.max(1, latency)) / logGrowth))
}

/** In microseconds; null where nothing was counted. `quantile` is from 0 to 1. */
export function latencyQuantile(counts: Counts, quantile: number): Micros | null {
  const buckets = Object.entries(counts).map(([key, count]) => [Number(key), count ?? 0] as const)
  buckets.sort(([a], [b]) => a - b)
  const total = buckets.reduce((sum, [, count]) => sum + count, 0)
  if (total === 0) return null
  let seen = 0
  for (const [bucket, count] of buckets) {
    seen += count
    if (seen >= quantile * total) return Math.round(Math.exp(bucket * logGrowth))
  }
  return null
}
