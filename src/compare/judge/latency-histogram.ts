// Latencies in buckets whose bounds grow by 2 %: quantiles are exact to 1 %.

import { unpackCounts } from '../../base/packed-counts.ts'
import type { Micros } from '../../model/message.ts'
import type { LatencyCounts } from '../../model/run-tally.ts'

const logGrowth = Math.log(1.02)

/** The bucket of a latency, as a key of `Counts`. */
export function latencyBucket(latency: Micros): string {
  return String(Math.round(Math.log(Math.max(1, latency)) / logGrowth))
}

/** What a bucket holds, in microseconds. */
export function bucketBounds(bucket: number): { readonly from: Micros; readonly to: Micros } {
  const bound = (offset: number) => Math.exp((bucket + offset) * logGrowth)
  return { from: bound(-0.5), to: bound(0.5) }
}

/** In microseconds; null where nothing was counted. `quantile` is from 0 to 1. */
export function latencyQuantile(counts: LatencyCounts, quantile: number): Micros | null {
  return latencyQuantiles(counts, [quantile])?.[0] ?? null
}

/** Of several quantiles, which grow; null where nothing was counted. */
export function latencyQuantiles(
  counts: LatencyCounts,
  quantiles: readonly number[],
): readonly Micros[] | null {
  const buckets = unpackCounts(counts)
  const total = buckets.reduce((sum, [, count]) => sum + count, 0)
  if (total === 0) return null
  let index = 0
  let seen = buckets[0]![1]
  return quantiles.map((quantile) => {
    while (seen < quantile * total && index + 1 < buckets.length) seen += buckets[++index]![1]
    return Math.round(Math.exp(buckets[index]![0] * logGrowth))
  })
}
