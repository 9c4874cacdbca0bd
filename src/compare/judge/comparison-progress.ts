// What a run of comparisons has come to so far, in a few numbers: for metrics and the terminal.
import type { ComparisonProgress } from '../../model/metrics-snapshot.ts'
import type { Counts, RunTally } from '../../model/run-tally.ts'
import type { RunVerdict } from '../../model/verdict.ts'

/** Sums the labels of all endpoints, and counts findings by state. */
export function progressOf(tally: RunTally, { verdict, findings }: RunVerdict): ComparisonProgress {
  return {
    exchanges: tally.modes,
    labels: sum(tally.endpoints.map(({ labels }) => labels)),
    verdict,
    findings: sum(findings.map(({ state }) => ({ [state]: 1 }))),
  }
}

function sum<Key extends string>(all: readonly Counts<Key>[]): Counts<Key> {
  const summed: Partial<Record<Key, number>> = {}
  for (const counts of all) {
    for (const key of Object.keys(counts) as Key[]) {
      summed[key] = (summed[key] ?? 0) + (counts[key] ?? 0)
    }
  }
  return summed
}
