// The conditions of a pass, each with its numbers; a verdict is made of them and of nothing else.
import type { EndpointTally, RunTally } from '../../model/run-tally.ts'
import type { Finding, Gate, VerdictKind } from '../../model/verdict.ts'
import { pairedFailures, rejectEvidence } from './e-values.ts'
import { falseDiscoveryRate, formatEvidence } from './findings.ts'
import { createGateFinding } from './gate-finding.ts'
import type { LatencyOptions } from './latency-gate.ts'
import { nameSome } from './name-some.ts'
import type { SizeOptions } from './size-gate.ts'

export interface GateOptions extends LatencyOptions, SizeOptions {
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
  sizeRatioMax: null,
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
    .sort((a, b) => a.exchanges - b.exchanges)
  const missing = exchangesMin - compared
  return [
    {
      name: 'traffic',
      outcome: missing <= 0 ? 'pass' : 'undecided',
      why:
        missing <= 0
          ? `${compared} exchanges compared (at least ${exchangesMin})`
          : `${compared} exchanges compared, ${missing} more are needed`,
    },
    {
      name: 'coverage',
      outcome: few.length === 0 ? 'pass' : 'undecided',
      why:
        few.length === 0
          ? `every endpoint that matters was seen ${endpointExchangesMin} times or more`
          : describeFew(few, endpointExchangesMin),
    },
  ]
}

/** The fewest first, and how much traffic it takes. */
function describeFew(few: readonly EndpointTally[], exchangesMin: number): string {
  const named = few.map(({ endpoint, exchanges }) => `${endpoint} ${exchanges}`)
  const times = Math.ceil((10 * exchangesMin) / Math.max(1, few[0]!.exchanges)) / 10
  return `replay ${times} × as much: seen fewer than ${exchangesMin} times: ${nameSome(named)}`
}

/** Fails on what is confirmed, and is undecided on what is suspected. */
export function judgeDifferences(findings: readonly Finding[], tally: RunTally): Gate {
  const count = (state: Finding['state']) =>
    findings.filter((finding) => finding.state === state).length
  const [confirmed, suspected] = [count('confirmed'), count('suspected')]
  const counts = `${confirmed} confirmed, ${suspected} suspected, ${count('accepted')} accepted`
  const isOpen = confirmed === 0 && suspected > 0
  return {
    name: 'differences',
    outcome: confirmed > 0 ? 'fail' : suspected > 0 ? 'undecided' : 'pass',
    why: isOpen ? `${counts}; ${tellMissing(findings, tally)}` : counts,
  }
}

/** Evidence grows with the exchanges that show it, where the baseline was asked twice. */
function tellMissing(findings: readonly Finding[], tally: RunTally): string {
  const open = findings.filter(({ state }) => state === 'suspected')
  const isTwice = (tally.modes['baseline-twice'] ?? 0) > 0
  if (!isTwice) return 'ask the baseline twice (--baseline-repeat 10%) to tell'
  const places = tally.endpoints.reduce((sum, { paths }) => sum + paths.length, 0)
  const needed = Math.log(Math.max(1, places) / falseDiscoveryRate)
  const least = Math.min(...open.map(({ evidence }) => evidence))
  const times = Math.max(1.5, needed / Math.max(1, least))
  return `${times.toFixed(1)} × as much traffic would tell`
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
        : `the candidate alone fails: ${nameSome(failing.map(describeFailure))}`,
  }
}

function describeFailure({ endpoint, shown, exchanges }: Finding): string {
  return `${endpoint} ${shown} of ${exchanges} requests`
}

/** What share of the traffic was lost, or could not be judged. */
export function judgeShares(
  tally: RunTally,
  lostShare: number,
  options: GateOptions,
): readonly Gate[] {
  const orphanShare = tally.exchanges === 0 ? 0 : tally.orphans / tally.exchanges
  const { orphanShareMax, lostShareMax } = options
  const orphans = 'belong to sessions that began before the capture'
  const lost = 'were lost before they could be compared'
  return [
    judgeShare('orphans', orphanShare, orphanShareMax, orphans, 'capture for longer'),
    judgeShare('capture', lostShare, lostShareMax, lost, 'the ledger says where'),
  ]
}

function judgeShare(
  name: Gate['name'],
  share: number,
  max: number,
  what: string,
  advice: string,
): Gate {
  const outcome: VerdictKind = share > max ? 'undecided' : 'pass'
  const why = `${percent(share)} ${what} (at most ${percent(max)})`
  return { name, outcome, why: outcome === 'pass' ? why : `${why}: ${advice}` }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
