// What older programs stored, brought up to how it is read.
import type { ExchangeComparison } from '../model/comparison.ts'
import type { EndpointTally, RatioBlock } from '../model/run-tally.ts'

/**
 * Blocks of before the slowest were told apart have the typical answer's ratio for theirs, and of
 * places it is not known in which exchanges they differ, and what they were held to.
 */
export function readStoredEndpoint(text: string): EndpointTally {
  const stored = JSON.parse(text) as EndpointTally
  const { byRole, candidate, control } = stored.latency
  const blocks = { candidate: candidate.map(bringUpBlock), control: control.map(bringUpBlock) }
  const paths = stored.paths.map((path) => ({
    ...path,
    sketch: path.sketch ?? [],
    rules: path.rules ?? {},
  }))
  return { ...stored, latency: { byRole, ...blocks }, paths }
}

type StoredBlock = Pick<RatioBlock, 'at' | 'pairs' | 'logRatio'> & Partial<RatioBlock>

function bringUpBlock(block: StoredBlock): RatioBlock {
  return { micros: 0, tailLogRatio: block.logRatio, tailMicros: 0, ...block }
}

/** Of before it was known when the candidate was asked, that is when production was. */
export function readStoredComparison(text: string): ExchangeComparison {
  const stored: Omit<ExchangeComparison, 'askedAt'> & Partial<ExchangeComparison> = JSON.parse(text)
  return { askedAt: stored.at, ...stored }
}
