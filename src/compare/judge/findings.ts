// From what was counted to findings: what the candidate does otherwise, and how sure that is.
import type { DifferenceKind, Label } from '../../model/comparison.ts'
import type { Counts, EndpointTally, PathTally, RunTally } from '../../model/run-tally.ts'
import { type Finding, findingId } from '../../model/verdict.ts'
import { describeFeature, findCommonFeature } from './common-feature.ts'
import { oddOneOut, pairedFailures, reasked, rejectEvidence } from './e-values.ts'
import { hasBaseline, hasBaselineTwice } from './modes.ts'

/** Of confirmed findings, the share of false ones that is put up with, in the mean over runs. */
export const falseDiscoveryRate = 0.005

/** Evidence that is worth a look, though not enough by itself: an e-value of 20. */
const suspicion = Math.log(20)

/** The findings of all endpoints, the surest first; places with drift and noise alone give none. */
export function findDifferences(tally: RunTally): readonly Finding[] {
  const places = tally.endpoints.flatMap((endpoint) =>
    endpoint.paths.map((path) => ({ endpoint, path, evidence: evidenceFor(endpoint, path) })),
  )
  const tested = places.filter(({ path }) => isTested(path))
  const rejected = rejectEvidence(
    tested.map(({ evidence }) => evidence),
    falseDiscoveryRate,
  )
  const findings = tested.flatMap((place, index) => {
    const { endpoint, path, evidence } = place
    const shown = countShown(path)
    if (shown === 0) return []
    const state = judge(endpoint, path, rejected[index]!, evidence)
    return state === null ? [] : [createFinding(endpoint, path, evidence, state)]
  })
  return findings.sort((a, b) => b.evidence - a.evidence || (a.id < b.id ? -1 : 1))
}

function evidenceFor(endpoint: EndpointTally, path: PathTally): number {
  const again = reasked(path.reasked.confirmed, path.reasked.refuted)
  if (!hasBaselineTwice(endpoint)) return again + shapeEvidence(path)
  const evidence = oddEvidence(path) + brokenness(path.broken)
  // Where servers have habits, asking again says nothing.
  return path.baselineOdd === 0 ? again + evidence : evidence
}

/** How strongly it speaks against chance how often the candidate's was the odd one of three. */
export function oddEvidence({
  candidateOdd,
  baselineOdd,
  distinct,
}: Pick<PathTally, 'candidateOdd' | 'baselineOdd' | 'distinct'>): number {
  // Where the baseline never differed from itself, every exchange counts.
  if (baselineOdd === 0) return oddOneOut(candidateOdd, 0)
  // Where it did, servers may have habits: what one answers to a request, it answers each time, so
  // that the same values count once.
  return oddOneOut(distinct.candidateOdd, distinct.baselineOdd)
}

function brokenness({ candidate, baseline }: PathTally['broken']): number {
  return pairedFailures(candidate, baseline)
}

/** Shape and status hardly differ by themselves; values do, and count when asked again. */
function shapeEvidence({ weights }: PathTally): number {
  return oddOneOut(weights.fail ?? 0, 0)
}

/** Whichever way it fell: choosing by that would make chance look like evidence. */
function isTested(path: PathTally): boolean {
  const { confirmed, refuted } = path.reasked
  const { candidate, baseline } = path.broken
  const told = path.candidateOdd + path.baselineOdd + candidate + baseline
  return told + confirmed + refuted > 0 || countShown(path) > 0
}

function judge(
  endpoint: EndpointTally,
  path: PathTally,
  isRejected: boolean,
  evidence: number,
): Finding['state'] | null {
  const failing = (path.weights.fail ?? 0) + (path.weights.check ?? 0)
  if (isRejected && failing > 0) return isAgreeing(path) ? 'advice' : 'confirmed'
  if (hasBaselineTwice(endpoint)) return evidence >= suspicion && failing > 0 ? 'suspected' : null
  return failing > 0 && hasBaseline(endpoint) ? 'suspected' : 'advice'
}

/** The candidate does as production does, and the baseline does not. */
function isAgreeing({ labels }: PathTally): boolean {
  const agreeing = labels['changed-agrees-with-production'] ?? 0
  return agreeing * 2 > sum(labels) - (labels.drift ?? 0) - (labels.same ?? 0)
}

function createFinding(
  endpoint: EndpointTally,
  path: PathTally,
  evidence: number,
  state: Finding['state'],
): Finding {
  const shown = countShown(path)
  const { exchanges } = endpoint
  const common = findCommonFeature({
    path: path.path,
    exchanges,
    shown,
    all: endpoint.features,
    among: path.features,
  })
  const [pair] = path.pairs
  return {
    id: findingId(endpoint.endpoint, path.path, path.kind, path.change),
    endpoint: endpoint.endpoint,
    path: path.path,
    kind: path.kind,
    state,
    label: commonest<Label>(path.labels) ?? 'changed',
    shown,
    exchanges,
    evidence,
    reasked: path.reasked,
    example: pair === undefined ? '' : `${show(pair.from)} → ${show(pair.to)}`,
    classes: commonest(path.classes) ?? '',
    when: common === null ? null : describeFeature(common, exchanges),
    why: explain(endpoint, path, evidence),
    examples: path.examples,
    consequenceOf: null,
    rule: null,
  }
}

function explain(endpoint: EndpointTally, path: PathTally, evidence: number): string {
  const parts = [`${countShown(path)} of ${endpoint.exchanges} exchanges show it`]
  if (hasBaselineTwice(endpoint)) {
    parts.push(
      `the candidate alone differs in ${path.candidateOdd}, one of two equal baselines in ` +
        `${path.baselineOdd}`,
    )
    const { candidate, baseline } = path.broken
    if (candidate + baseline > 0) {
      parts.push(`${candidate} break the form of such values, ${baseline} of the baseline's do`)
    }
  }
  const { confirmed, refuted } = path.reasked
  if (confirmed + refuted > 0) {
    parts.push(`asked again, ${confirmed} of ${confirmed + refuted} bear it out`)
  }
  parts.push(`e-value ${formatEvidence(evidence)}`)
  return parts.join('; ')
}

/** An e-value as people read it, of its logarithm. */
export function formatEvidence(evidence: number): string {
  return evidence > Math.log(1e6)
    ? `10^${Math.floor(evidence / Math.LN10)}`
    : Math.exp(evidence).toFixed(evidence > Math.log(10) ? 0 : 1)
}

/** Exchanges in which the candidate does otherwise, in whatever way is not put down to data. */
function countShown({ weights }: PathTally): number {
  return sum({ ...weights, none: 0 })
}

function show(value: string | null): string {
  return value ?? 'absent'
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce<number>((total, count) => total + (count ?? 0), 0)
}

function commonest<Key extends string = string>(counts: Counts<Key>): Key | null {
  const entries = Object.entries(counts) as [Key, number][]
  entries.sort((a, b) => b[1] - a[1])
  return entries[0]?.[0] ?? null
}

/** Kinds that change the whole answer: what differs beside them follows from them. */
export const wholeKinds: ReadonlySet<DifferenceKind | string> = new Set([
  'status',
  'failed',
  'malformed',
  'truncated',
])
