// Puts a run's counts, its verdict and the examples behind it together into what is reported.
import { unpackCounts } from '../base/packed-counts.ts'
import { latencyQuantiles } from '../compare/judge/latency-histogram.ts'
import { meanSizes } from '../compare/judge/mean-sizes.ts'
import { modeOf } from '../compare/judge/modes.ts'
import { estimateRatio } from '../compare/judge/ratio-estimate.ts'
import type { Role } from '../model/comparison.ts'
import type { ExchangeView } from '../model/console.ts'
import type {
  ReportCause,
  ReportEndpoint,
  ReportFinding,
  ReportLatency,
  ReportRatio,
  ReportSample,
  RunReport,
} from '../model/run-report.ts'
import type { RunInfo, SeriesPoint, StoredExchange } from '../model/run-store.ts'
import type {
  EndpointTally,
  LatencyCounts,
  PathTally,
  RatioBlock,
  RunTally,
} from '../model/run-tally.ts'
import {
  type Cause,
  type Finding,
  findingId,
  findingStates,
  type RunVerdict,
} from '../model/verdict.ts'
import { writeCurl } from '../report/curl.ts'
import { viewExchange } from './exchange-view.ts'

/** Findings that are listed, those of them with examples, and the examples of one. */
const findingsMax = 500
const findingsWithSamplesMax = 100
const samplesMax = 3
const viewsMax = 60
const pairsMax = 12
const endpointsMax = 2_000

export interface ReportParts {
  readonly info: RunInfo
  readonly tally: RunTally
  readonly verdict: RunVerdict
  readonly lostShare: number
  readonly series: readonly SeriesPoint[]
  /** By id: those that `neededExamples` names, as far as they are kept. */
  readonly examples: ReadonlyMap<string, StoredExchange>
}

/** Ids of the exchanges that a report shows. */
export function neededExamples(verdict: RunVerdict): readonly string[] {
  const shown = sortFindings(verdict.findings).slice(0, findingsWithSamplesMax)
  return [...new Set(shown.flatMap(({ examples }) => examples.slice(0, samplesMax)))]
}

/** The first sample of each finding, laid out for whoever looks at it; by id. */
export function viewSamples(
  { findings, run }: RunReport,
  examples: ReportParts['examples'],
): ReadonlyMap<string, ExchangeView> {
  const target = run.targets.candidate ?? null
  const shown = findings
    .filter(({ consequenceOf }) => consequenceOf === null)
    .slice(0, viewsMax)
    .flatMap(({ samples }) => examples.get(samples[0]?.exchange ?? '') ?? [])
  return new Map(shown.map((stored) => [stored.exchange, viewExchange(stored, target)]))
}

/** Pure: the same parts give the same report. */
export function buildReport(parts: ReportParts): RunReport {
  const { info, tally, verdict, lostShare, series } = parts
  const paths = indexPaths(tally)
  const byEndpoint = Map.groupBy(verdict.findings, ({ endpoint }) => endpoint)
  const findings = sortFindings(verdict.findings).slice(0, findingsMax)
  return {
    version: 1,
    run: info,
    traffic: {
      exchanges: tally.exchanges,
      firstAt: tally.firstAt,
      lastAt: tally.lastAt,
      mode: modeOf(tally),
      modes: tally.modes,
      orphans: tally.orphans,
      omitted: tally.omitted,
      lostShare,
    },
    verdict: verdict.verdict,
    proves: verdict.proves,
    gates: verdict.gates,
    causes: rankCauses(verdict),
    findings: findings.map((finding) => describeFinding(finding, paths.get(finding.id), parts)),
    findingsOmitted: verdict.findings.length - findings.length,
    endpoints: [...tally.endpoints]
      .sort((a, b) => b.exchanges - a.exchanges || (a.endpoint < b.endpoint ? -1 : 1))
      .slice(0, endpointsMax)
      .map((endpoint) => describeEndpoint(endpoint, byEndpoint.get(endpoint.endpoint) ?? [])),
    drift: verdict.drift,
    rules: verdict.rules,
    noise: verdict.noise,
    series,
  }
}

function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const rank = ({ state, consequenceOf }: Finding) =>
    findingStates.indexOf(state) * 2 + (consequenceOf === null ? 0 : 1)
  return [...findings].sort((a, b) => rank(a) - rank(b) || b.evidence - a.evidence)
}

function rankCauses({ causes, findings }: RunVerdict): readonly ReportCause[] {
  const states = new Map(findings.map(({ id, state }) => [id, state]))
  const stateOf = ({ findings: ids }: Cause) => {
    const known = ids.flatMap((id) => states.get(id) ?? [])
    return findingStates.find((state) => known.includes(state)) ?? 'advice'
  }
  const ranked = causes.map((cause) => ({ ...cause, state: stateOf(cause) }))
  return ranked.sort((a, b) => findingStates.indexOf(a.state) - findingStates.indexOf(b.state))
}

function indexPaths(tally: RunTally): ReadonlyMap<string, PathTally> {
  return new Map(
    tally.endpoints.flatMap(({ endpoint, paths }) =>
      paths.map((path) => [findingId(endpoint, path.path, path.kind, path.change), path]),
    ),
  )
}

function describeFinding(
  finding: Finding,
  path: PathTally | undefined,
  { examples, info }: ReportParts,
): ReportFinding {
  const kept = finding.examples.flatMap((id) => examples.get(id) ?? []).slice(0, samplesMax)
  return {
    ...finding,
    pairs: path?.pairs.slice(0, pairsMax) ?? [],
    labels: path?.labels ?? {},
    samples: kept.map((exchange) => describeSample(exchange, finding, info)),
  }
}

function describeSample(exchange: StoredExchange, finding: Finding, info: RunInfo): ReportSample {
  const { comparison } = exchange
  const shown = comparison.attributions.find(
    ({ path, kind }) => path === finding.path && kind === finding.kind,
  )
  return {
    exchange: exchange.exchange,
    at: exchange.at,
    curl: writeCurl(exchange.request, info.targets.candidate ?? null),
    values: shown?.values ?? {},
    answers: comparison.answers,
  }
}

function describeEndpoint(tally: EndpointTally, own: readonly Finding[]): ReportEndpoint {
  const { endpoint, exchanges, labels, failures, latency, sizes } = tally
  const inState = (state: Finding['state']) => own.filter((found) => found.state === state).length
  return {
    endpoint,
    exchanges,
    same: labels.same ?? 0,
    changed:
      (labels.changed ?? 0) +
      (labels['changed-agrees-with-production'] ?? 0) +
      (labels['changed-under-drift'] ?? 0),
    drift: labels.drift ?? 0,
    unstable: labels.unstable ?? 0,
    confirmed: inState('confirmed'),
    suspected: inState('suspected'),
    failures: { candidateOnly: failures.candidateOnly, baselineOnly: failures.baselineOnly },
    latency: Object.fromEntries(
      Object.entries(latency.byRole).flatMap(([role, counts]) => {
        const described = describeLatency(counts)
        return described === null ? [] : [[role as Role, described]]
      }),
    ),
    ratio: describeRatio(latency.candidate),
    control: describeRatio(latency.control),
    sizes: {
      byRole: meanSizes(sizes),
      ratio: describeRatio(sizes.candidate),
      control: describeRatio(sizes.control),
    },
  }
}

const quantileSteps = [...Array.from({ length: 20 }, (_, step) => step / 20), 0.99, 0.999]

function describeLatency(counts: LatencyCounts): ReportLatency | null {
  const count = unpackCounts(counts).reduce((sum, [, some]) => sum + some, 0)
  if (count === 0) return null
  const latencies = latencyQuantiles(counts, quantileSteps)!
  const at = (quantile: number) => latencies[quantileSteps.indexOf(quantile)]!
  return {
    count,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    quantiles: quantileSteps.map((step) => [step, at(step)] as const),
  }
}

function describeRatio(blocks: readonly RatioBlock[]): ReportRatio | null {
  const estimate = estimateRatio(blocks)
  if (estimate === null) return null
  const { ratio, low, high, pairs } = estimate
  return { ratio, low, high, pairs }
}
