// Endpoints as the console shows them: what a run has counted, with its quantiles and intervals.
import { unpackCounts } from '../base/packed-counts.ts'
import {
  bucketBounds,
  latencyQuantile,
  latencyQuantiles,
} from '../compare/judge/latency-histogram.ts'
import { meanSizes } from '../compare/judge/mean-sizes.ts'
import { estimateRatio } from '../compare/judge/ratio-estimate.ts'
import type { ByRole, Label, Role } from '../model/comparison.ts'
import type {
  EndpointRow,
  EndpointView,
  LatencyBucket,
  PlaceView,
  RatioView,
} from '../model/console.ts'
import type {
  Counts,
  EndpointTally,
  LatencyCounts,
  PairedBlocks,
  PathTally,
} from '../model/run-tally.ts'
import { type Finding, findingStates } from '../model/verdict.ts'

const roles: readonly Role[] = ['production', 'baseline', 'baseline2', 'candidate']
const sparkBlocksMax = 40
/** Places of one endpoint that are shown, the most grave and most seen first. */
const placesMax = 500

/** `findings` are those of this endpoint. */
export function rowOfEndpoint(tally: EndpointTally, findings: readonly Finding[]): EndpointRow {
  const open = findings.filter(({ state }) => state !== 'accepted')
  return {
    endpoint: tally.endpoint,
    exchanges: tally.exchanges,
    labels: tally.labels,
    state: findingStates.find((state) => open.some((finding) => finding.state === state)) ?? null,
    findings: open.length,
    latency: ratioOf(tally.latency),
    p99: mapRoles(tally.latency.byRole, (counts) => latencyQuantile(counts, 0.99) ?? undefined),
    errors: mapRoles(tally.statuses, errorShare),
    spark: tally.latency.candidate.slice(-sparkBlocksMax),
  }
}

export function viewEndpoint(tally: EndpointTally, findings: readonly Finding[]): EndpointView {
  const { byRole } = tally.latency
  const places = tally.paths.map((path) => viewPlace(path, findings))
  places.sort((a, b) => rankOf(a) - rankOf(b) || b.exchanges - a.exchanges)
  return {
    ...rowOfEndpoint(tally, findings),
    statuses: tally.statuses,
    statusChanges: tally.paths.find(({ path }) => path === 'status')?.pairs ?? [],
    distributions: mapRoles(byRole, viewDistribution),
    quantiles: mapRoles(byRole, (counts) => {
      const [p50, p95, p99] = latencyQuantiles(counts, [0.5, 0.95, 0.99]) ?? []
      return p50 === undefined ? undefined : { p50, p95: p95!, p99: p99! }
    }),
    sizes: meanSizes(tally.sizes),
    size: ratioOf(tally.sizes),
    places: places.slice(0, placesMax),
    findingList: findings,
  }
}

function ratioOf({ candidate }: PairedBlocks): RatioView | null {
  const found = estimateRatio(candidate)
  if (found === null) return null
  const { ratio, low, high, pairs } = found
  return { ratio, low, high, pairs }
}

function viewPlace(path: PathTally, findings: readonly Finding[]): PlaceView {
  const { labels } = path
  const count = (...named: readonly Label[]) =>
    named.reduce((sum, label) => sum + (labels[label] ?? 0), 0)
  return {
    path: path.path,
    kind: path.kind,
    change: path.change,
    label: gravestLabel(labels),
    labels,
    differing: {
      baseline2: path.baselineOdd,
      production: count('drift', 'changed-agrees-with-production', 'changed-under-drift'),
      candidate: count('changed', 'changed-agrees-with-production', 'changed-under-drift'),
    },
    exchanges: path.exchanges,
    classes: commonest(path.classes),
    pairs: path.pairs,
    drifts: path.drifts,
    examples: path.examples,
    reasked: path.reasked,
    finding:
      findings.find((finding) => finding.path === path.path && finding.kind === path.kind) ?? null,
  }
}

/** What most of the differences are put down to. */
function gravestLabel(labels: Counts<Label>): Label {
  const entries = Object.entries(labels) as [Label, number][]
  entries.sort((a, b) => b[1] - a[1])
  return entries[0]?.[0] ?? 'same'
}

function rankOf({ finding, label }: PlaceView): number {
  if (finding !== null) return findingStates.indexOf(finding.state)
  return label === 'drift' ? 5 : label === 'unstable' ? 6 : 4
}

function viewDistribution(counts: LatencyCounts): readonly LatencyBucket[] {
  return unpackCounts(counts).map(([bucket, count]) => ({ ...bucketBounds(bucket), count }))
}

/** Of the answers of one role: those that failed, or have a status of 500 and above. */
function errorShare(statuses: Counts): number | undefined {
  let [all, errors] = [0, 0]
  for (const [status, count = 0] of Object.entries(statuses)) {
    all += count
    if (!/^[1-4]\d\d$/.test(status)) errors += count
  }
  return all === 0 ? undefined : errors / all
}

function commonest(counts: Counts): string {
  const entries = Object.entries(counts) as [string, number][]
  entries.sort((a, b) => b[1] - a[1])
  return entries[0]?.[0] ?? ''
}

function mapRoles<T, U>(byRole: ByRole<T>, map: (value: T) => U | undefined): ByRole<U> {
  const mapped: Partial<Record<Role, U>> = {}
  for (const role of roles) {
    const value = byRole[role]
    const made = value === undefined ? undefined : map(value)
    if (made !== undefined) mapped[role] = made
  }
  return mapped
}
