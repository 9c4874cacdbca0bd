// The conditions of a pass, each with its numbers; a verdict is made of them and of nothing else.
import type { EndpointTally, RunTally } from '../../model/run-tally.ts'
import type { Finding, Gate, VerdictKind } from '../../model/verdict.ts'
import { pairedFailures, rejectEvidence } from './e-values.ts'
import { falseDiscoveryRate, findingId, formatEvidence } from './findings.ts'
import { latencyQuantile } from './latency-histogram.ts'
import { estimateRatio, type RatioInterval } from './ratio-blocks.ts'

export interface GateOptions {
  /** Exchanges compared, in all and of an endpoint that matters, below which nothing is decided. */
  readonly exchangesMin: number
  readonly endpointExchangesMin: number
  /** An endpoint with this share of all exchanges matters. */
  readonly importantShare: number
  /** How much slower is put up with: 1.1 is 10 %, and by this much at the slowest twentieth. */
  readonly latencyRatioMax: number
  readonly latencyMicrosMax: number
  /** Shares of exchanges that may be lost to the capture, or belong to orphan sessions. */
  readonly lostShareMax: number
  readonly orphanShareMax: number
}

export const defaultGateOptions: GateOptions = {
  exchangesMin: 100,
  endpointExchangesMin: 30,
  importantShare: 0.05,
  latencyRatioMax: 1.1,
  latencyMicrosMax: 5_000,
  lostShareMax: 0.05,
  orphanShareMax: 0.2,
}

/** Enough exchanges in all, and of every endpoint that matters. */
export function judgeTraffic(tally: RunTally, options: GateOptions): readonly Gate[] {
  const compared = tally.exchanges - (tally.modes.incomparable ?? 0)
  const { exchangesMin, endpointExchangesMin, importantShare } = options
  const few = tally.endpoints
    .filter(({ exchanges }) => exchanges >= tally.exchanges * importantShare)
    .filter(({ exchanges }) => exchanges < endpointExchangesMin)
    .map(({ endpoint }) => endpoint)
  return [
    {
      name: 'traffic',
      outcome: compared >= exchangesMin ? 'pass' : 'undecided',
      why: `${compared} exchanges compared (at least ${exchangesMin})`,
    },
    {
      name: 'coverage',
      outcome: few.length === 0 ? 'pass' : 'undecided',
      why:
        few.length === 0
          ? `every endpoint that matters was seen ${endpointExchangesMin} times or more`
          : `seen fewer than ${endpointExchangesMin} times: ${few.join(', ')}`,
    },
  ]
}

/** Fails on what is confirmed, and is undecided on what is suspected. */
export function judgeDifferences(findings: readonly Finding[]): Gate {
  const count = (state: Finding['state']) =>
    findings.filter((finding) => finding.state === state).length
  const [confirmed, suspected] = [count('confirmed'), count('suspected')]
  return {
    name: 'differences',
    outcome: confirmed > 0 ? 'fail' : suspected > 0 ? 'undecided' : 'pass',
    why: `${confirmed} confirmed, ${suspected} suspected, ${count('accepted')} accepted`,
  }
}

/** Endpoints at which the candidate fails where the baseline does not. */
export function findFailures(tally: RunTally): readonly Finding[] {
  const evidence = tally.endpoints.map(({ failures }) =>
    pairedFailures(failures.candidateOnly, failures.baselineOnly),
  )
  const rejected = rejectEvidence(evidence, falseDiscoveryRate)
  return tally.endpoints.flatMap((endpoint, index) => {
    if (!rejected[index]!) return []
    const { candidateOnly, baselineOnly, compared } = endpoint.failures
    const why =
      `of ${compared} requests the candidate alone failed ${candidateOnly}, the baseline alone ` +
      `${baselineOnly}; e-value ${formatEvidence(evidence[index]!)}`
    return [createFinding(endpoint, 'failure', candidateOnly, evidence[index]!, why, '')]
  })
}

export function judgeFailures(findings: readonly Finding[]): Gate {
  const failing = findings.filter(({ kind, state }) => kind === 'failure' && state === 'confirmed')
  return {
    name: 'failures',
    outcome: failing.length > 0 ? 'fail' : 'pass',
    why:
      failing.length === 0
        ? 'the candidate fails no more often than what it is held against'
        : `the candidate fails more often at ${failing.map(({ endpoint }) => endpoint).join(', ')}`,
  }
}

export interface LatencyFindings {
  readonly findings: readonly Finding[]
  /** Endpoints at which the baseline is slower than itself: nothing is decided there. */
  readonly unsteady: readonly string[]
}

/** Endpoints at which the candidate is slower, typically or at the slowest twentieth. */
export function findSlowdowns(tally: RunTally, options: GateOptions): LatencyFindings {
  const findings: Finding[] = []
  const unsteady: string[] = []
  const tails = tally.endpoints.map(({ latency }) =>
    pairedFailures(latency.tail.candidateOnly, latency.tail.baselineOnly),
  )
  const slowTails = rejectEvidence(tails, falseDiscoveryRate)
  tally.endpoints.forEach((endpoint, index) => {
    const { candidate, control, tail } = endpoint.latency
    const ratio = estimateRatio(candidate)
    const itself = estimateRatio(control)
    const isSteady = itself === null || !isOutside(itself, options.latencyRatioMax)
    const isSlower =
      ratio !== null && ratio.low > options.latencyRatioMax && isFelt(endpoint, options)
    if (!isSlower && !slowTails[index]!) return
    if (!isSteady) {
      unsteady.push(endpoint.endpoint)
      return
    }
    const why = isSlower
      ? `${formatRatio(ratio)}; at most × ${options.latencyRatioMax} is put up with`
      : `slower than its slowest twentieth was: the candidate alone ${tail.candidateOnly}, ` +
        `the baseline alone ${tail.baselineOnly} of ${tail.compared}`
    const shown = isSlower ? ratio.pairs : tail.candidateOnly
    const example = ratio === null ? '' : `× ${ratio.ratio.toFixed(2)}`
    findings.push(createFinding(endpoint, 'latency', shown, tails[index]!, why, example))
  })
  return { findings, unsteady }
}

export function judgeLatency({ findings, unsteady }: LatencyFindings): readonly Gate[] {
  const slower = findings.filter(({ state }) => state === 'confirmed')
  return [
    {
      name: 'latency',
      outcome: slower.length > 0 ? 'fail' : unsteady.length > 0 ? 'undecided' : 'pass',
      why:
        slower.length === 0
          ? 'no endpoint is slower than is put up with'
          : `slower: ${slower.map(({ endpoint, example }) => `${endpoint} ${example}`).join(', ')}`,
    },
    {
      name: 'control',
      outcome: unsteady.length > 0 ? 'undecided' : 'pass',
      why:
        unsteady.length === 0
          ? 'two answers of the baseline take the same time'
          : `the baseline is slower than itself at ${unsteady.join(', ')}: the hosts are not quiet`,
    },
  ]
}

/** What share of the traffic was lost, or could not be judged. */
export function judgeShares(
  tally: RunTally,
  lostShare: number,
  options: GateOptions,
): readonly Gate[] {
  const orphanShare = tally.exchanges === 0 ? 0 : tally.orphans / tally.exchanges
  return [
    judgeShare('orphans', orphanShare, options.orphanShareMax, 'of sessions that began before'),
    judgeShare('capture', lostShare, options.lostShareMax, 'lost before they could be compared'),
  ]
}

function judgeShare(name: Gate['name'], share: number, max: number, what: string): Gate {
  const outcome: VerdictKind = share > max ? 'undecided' : 'pass'
  return { name, outcome, why: `${percent(share)} ${what} (at most ${percent(max)})` }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function isOutside({ low, high }: RatioInterval, ratioMax: number): boolean {
  return low > ratioMax || high < 1 / ratioMax
}

/** By so much that somebody waits for it: at the slowest twentieth. */
function isFelt({ latency }: EndpointTally, { latencyMicrosMax }: GateOptions): boolean {
  const { candidate = {}, baseline, production } = latency.byRole
  const own = latencyQuantile(candidate, 0.95)
  const held = latencyQuantile(baseline ?? production ?? {}, 0.95)
  return own !== null && held !== null && own - held >= latencyMicrosMax
}

function formatRatio({ ratio, low, high, blocks, pairs }: RatioInterval): string {
  const interval = `${low.toFixed(2)} to ${high.toFixed(2)}`
  return `× ${ratio.toFixed(2)} (${interval}; ${pairs} pairs in ${blocks} blocks of time)`
}

function createFinding(
  { endpoint, exchanges }: EndpointTally,
  kind: 'latency' | 'failure',
  shown: number,
  evidence: number,
  why: string,
  example: string,
): Finding {
  return {
    id: findingId(endpoint, kind, kind),
    endpoint,
    path: kind,
    kind,
    state: 'confirmed',
    label: 'changed',
    shown,
    exchanges,
    evidence,
    reasked: { confirmed: 0, refuted: 0 },
    example,
    classes: '',
    when: null,
    why,
    examples: [],
    consequenceOf: null,
    rule: null,
  }
}
