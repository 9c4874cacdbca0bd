// What older programs stored, brought up to how it is read.
import { mapValues } from '../base/map-values.ts'
import { packCounts, unpackCounts } from '../base/packed-counts.ts'
import type { ByRole, ExchangeComparison } from '../model/comparison.ts'
import type {
  Counts,
  EndpointSizes,
  EndpointTally,
  PairedBlocks,
  RatioBlock,
} from '../model/run-tally.ts'

/** Latencies are stored by bucket in an object, which other programs can read. */
export function formatStoredEndpoint(tally: EndpointTally): string {
  const byRole = mapValues(tally.latency.byRole, (packed) =>
    Object.fromEntries(unpackCounts(packed)),
  )
  return JSON.stringify({ ...tally, latency: { ...tally.latency, byRole } })
}

/**
 * Blocks of before the slowest were told apart have the typical answer's ratio for theirs; sizes
 * have no pairs; and of places it is not known in which exchanges they differ, what they were
 * held to, and what that hid.
 */
export function readStoredEndpoint(text: string): EndpointTally {
  const stored = JSON.parse(text) as StoredEndpoint
  const byRole = mapValues(stored.latency.byRole, (counts) => packCounts(Object.entries(counts)))
  const paths = stored.paths.map((path) => ({
    ...path,
    sketch: path.sketch ?? [],
    rules: path.rules ?? {},
    hidden: path.hidden ?? {},
    hiddenDistinct: path.hiddenDistinct ?? 0,
  }))
  const latency = { byRole, ...bringUpBlocks(stored.latency) }
  return { ...stored, latency, sizes: bringUpSizes(stored.sizes), paths }
}

type StoredEndpoint = Omit<EndpointTally, 'latency'> & {
  readonly latency: Omit<EndpointTally['latency'], 'byRole'> & { readonly byRole: ByRole<Counts> }
}

/** Before there were pairs, sizes stood there by role. */
function bringUpSizes(stored: EndpointSizes | EndpointSizes['byRole']): EndpointSizes {
  if ('byRole' in stored) return stored
  return { byRole: stored, candidate: [], control: [] }
}

function bringUpBlocks({ candidate, control }: PairedBlocks): PairedBlocks {
  return { candidate: candidate.map(bringUpBlock), control: control.map(bringUpBlock) }
}

type StoredBlock = Pick<RatioBlock, 'at' | 'pairs' | 'logRatio'> &
  Partial<RatioBlock> & { readonly micros?: number; readonly tailMicros?: number }

/** Differences were named after microseconds while there were no others. */
function bringUpBlock(block: StoredBlock): RatioBlock {
  const { at, pairs, logRatio, micros = 0, tailMicros = 0, ...rest } = block
  const known = { difference: micros, tailLogRatio: logRatio, tailDifference: tailMicros }
  return { at, pairs, logRatio, ...known, ...rest }
}

/** Of before it was known when the candidate was asked, that is when production was. */
export function readStoredComparison(text: string): ExchangeComparison {
  const stored: Omit<ExchangeComparison, 'askedAt'> & Partial<ExchangeComparison> = JSON.parse(text)
  return { askedAt: stored.at, ...stored }
}
