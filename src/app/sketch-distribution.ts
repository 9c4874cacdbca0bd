// Buckets with fixed bounds, as metrics want them, out of a sketch of quantiles.
import type { DDSketch } from '@datadog/sketches-js'
import type { Micros } from '../model/message.ts'
import type { Distribution } from '../model/metrics-snapshot.ts'

/** From an answer out of memory to one that is given up (5 s by default). */
export const latencyBounds: readonly Micros[] = [
  500, 1_000, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000, 25_000, 50_000, 75_000, 100_000, 150_000,
  250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 30_000_000,
]

/** From what a timer is off by, to a target that keeps nobody's time. */
export const scheduleBounds: readonly Micros[] = [
  100, 250, 500, 1_000, 2_000, 3_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000,
  5_000_000, 30_000_000,
]

/** Counts what is at most each bound; each count only grows as the sketch does. */
export function distribute(sketch: DDSketch, bounds: readonly Micros[]): Distribution {
  const { store, mapping, zeroCount } = sketch
  const counts: number[] = []
  let below = zeroCount
  let next = store.minKey
  for (const bound of bounds) {
    const last = Math.min(mapping.key(bound), store.maxKey)
    // Invariant: a sketch without values above zero has no bins, and its first key is infinite.
    for (; next <= last; next++) below += store.bins[next - store.offset] ?? 0
    counts.push(below)
  }
  return { bounds, counts, count: sketch.count, sum: sketch.count === 0 ? 0 : sketch.sum }
}
