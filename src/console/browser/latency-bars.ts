// A distribution in few bars of equal width on a logarithmic scale.
import type { LatencyBucket } from '../../model/console.ts'

const barsMax = 48

/** Shares of all answers, from `low` to `high`; they add up to 1. */
export function joinBuckets(
  buckets: readonly LatencyBucket[],
  low: number,
  high: number,
): readonly number[] {
  const bars = new Array<number>(barsMax).fill(0)
  const all = buckets.reduce((sum, { count }) => sum + count, 0)
  const scale = Math.log(high / low)
  for (const { from, to, count } of buckets) {
    const middle = Math.sqrt(from * to)
    const place = scale === 0 ? 0 : Math.log(middle / low) / scale
    const index = Math.max(0, Math.min(barsMax - 1, Math.floor(place * barsMax)))
    bars[index]! += count / all
  }
  return bars
}
