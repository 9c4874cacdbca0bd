// Whether the candidate's answers are larger or smaller, endpoint by endpoint. What is in them is
// compared place by place, with evidence of its own, so that size by itself, as of white space, is
// told of and fails nothing, unless the operator sets a limit.
import type { RunTally } from '../../model/run-tally.ts'
import type { Finding, Gate } from '../../model/verdict.ts'
import { createGateFinding } from './gate-finding.ts'
import { hasBaseline } from './modes.ts'
import { nameSome } from './name-some.ts'
import {
  describeRatio,
  evidenceOfChance,
  findExcesses,
  type RatioAnswer,
  type RatioExcess,
} from './ratio-judge.ts'

export interface SizeOptions {
  /** How much larger or smaller is put up with: 1.1 is 10 %; null: sizes fail nothing. */
  readonly sizeRatioMax: number | null
}

export interface SizeFindings extends Omit<RatioAnswer, 'beyond'> {
  readonly findings: readonly Finding[]
  readonly isLimited: boolean
}

/** What is told of where no limit is set. */
const toldRatioMax = 1.2
/** What an answer is larger by below this is no matter for anybody. */
const bytesMin = 100
/** A host that is busy for a minute answers late, and not at greater length. */
const decidedBlocksMin = 5

/** Endpoints whose decoded bodies are of another size, typically or in the largest twentieth. */
export function findSizeChanges(tally: RunTally, { sizeRatioMax }: SizeOptions): SizeFindings {
  const ratioMax = sizeRatioMax ?? toldRatioMax
  const { beyond, ...rest } = findExcesses(tally, {
    blocksOf: ({ sizes }) => sizes,
    ratioMax,
    isTwoSided: true,
    blocksMin: decidedBlocksMin,
    matters: ({ difference }) => difference >= bytesMin,
  })
  const isLimited = sizeRatioMax !== null
  const findings = beyond.map((excess) => describe(excess, ratioMax, isLimited))
  return { findings, isLimited, ...rest }
}

function describe(
  { endpoint, part, ratio, chance }: RatioExcess,
  ratioMax: number,
  isLimited: boolean,
): Finding {
  const where = part === 'greatest' ? ' in the largest twentieth' : ''
  const more = ratio.difference > 0 ? 'more' : 'fewer'
  const bytes = `${Math.abs(Math.round(ratio.difference))} bytes ${more}`
  const limit = isLimited ? 'is put up with' : 'is not worth telling'
  return createGateFinding(endpoint, 'size', {
    // Production's answers are of other data, and as long as those are.
    state: isLimited && hasBaseline(endpoint) ? 'confirmed' : 'advice',
    shown: ratio.pairs,
    evidence: evidenceOfChance(chance),
    example: `× ${ratio.ratio.toFixed(2)}, ${bytes}${where}`,
    why: `${describeRatio(ratio, where)}; × ${ratioMax} either way ${limit}`,
  })
}

/** The gate `sizes`, which fails where a limit is set; accepted findings do not count. */
export function judgeSizes({ findings, isLimited, unsteady, ...counts }: SizeFindings): Gate {
  const gate = (outcome: Gate['outcome'], why: string): Gate => ({ name: 'sizes', outcome, why })
  const named = (state: Finding['state']) =>
    findings
      .filter((finding) => finding.state === state)
      .map(({ endpoint, example }) => `${endpoint} ${example}`)
  const [confirmed, told] = [named('confirmed'), named('advice')]
  if (confirmed.length > 0) return gate('fail', `other sizes: ${nameSome(confirmed)}`)
  if (isLimited && unsteady.length > 0) {
    return gate('undecided', `other sizes, but so has the baseline: ${nameSome(unsteady)}`)
  }
  if (told.length > 0) return gate('pass', `other sizes, which fail nothing: ${nameSome(told)}`)
  const untold = counts.endpoints - counts.judged
  const few = untold === 0 ? '' : ` (${untold} of ${counts.endpoints} seen too briefly to tell)`
  return gate('pass', `no endpoint answers at greater or lesser length${few}`)
}
