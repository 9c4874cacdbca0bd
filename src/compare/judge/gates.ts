// The conditions of a pass, each with its numbers; a verdict is made of them and of nothing else.
import type { RunTally } from '../../model/run-tally.ts'
import type { Finding, Gate, VerdictKind } from '../../model/verdict.ts'
import { pairedFailures, rejectEvidence } from './e-values.ts'
import { falseDiscoveryRate, formatEvidence } from './findings.ts'
import { createGateFinding } from './gate-finding.ts'
import type { LatencyOptions } from './latency-gate.ts'

export interface GateOptions extends LatencyOptions {
  /** Exchanges compared, in all and of an endpoint that matters, below which nothing is decided. */
  readonly exchangesMin: number
  readonly endpointExchangesMin: number
  /** An endpoint with this share of all exchanges matters. */
  readonly importantShare: number
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
    const numbers = { shown: candidateOnly, evidence: evidence[index]!, example: '', why }
    return [createGateFinding(endpoint, 'failure', numbers)]
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
