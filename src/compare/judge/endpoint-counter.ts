// What is counted of one endpoint.
import type {
  AnswerSummary,
  Attribution,
  ExchangeComparison,
  Role,
} from '../../model/comparison.ts'
import type { Micros } from '../../model/message.ts'
import type { EndpointTally, PairedBlocks, PairedFailures } from '../../model/run-tally.ts'
import { BoundedCounts, RoleCounts } from './bounded-counts.ts'
import { changeKindOf } from './change-kind.ts'
import { latencyBucket } from './latency-histogram.ts'
import { type CountedRequest, createPathTally, PathCounter } from './path-counter.ts'
import { RatioBlocks } from './ratio-blocks.ts'

const pathsMax = 400
const featuresMax = 512
const statusesMax = 128
const bucketsMax = 2_048
/** Latencies show their way over time; of sizes, as many serve as an estimate takes. */
const latencyBlocksMax = 512
const sizeBlocksMax = 64

export class EndpointCounter {
  readonly #endpoint: string
  #exchanges: number
  #omitted = 0
  readonly #modes: BoundedCounts
  readonly #labels: BoundedCounts
  readonly #features: BoundedCounts
  readonly #statuses: RoleCounts<Role>
  readonly #latency: RoleCounts<Role>
  readonly #latencyPairs: PairedRatios
  readonly #sizes: Map<Role, { logSum: number; count: number }>
  readonly #sizePairs: PairedRatios
  readonly #paths: Map<string, PathCounter>
  #failures: PairedFailures

  constructor(tally: EndpointTally) {
    this.#endpoint = tally.endpoint
    this.#exchanges = tally.exchanges
    this.#modes = new BoundedCounts(statusesMax, tally.modes)
    this.#labels = new BoundedCounts(statusesMax, tally.labels)
    this.#features = new BoundedCounts(featuresMax, tally.features)
    this.#statuses = new RoleCounts(statusesMax, tally.statuses)
    this.#latency = RoleCounts.unpack(bucketsMax, tally.latency.byRole)
    this.#latencyPairs = new PairedRatios(tally.latency, latencyBlocksMax)
    this.#sizes = new Map(
      Object.entries(tally.sizes.byRole).map(([role, size]) => [role as Role, { ...size }]),
    )
    this.#sizePairs = new PairedRatios(tally.sizes, sizeBlocksMax)
    this.#paths = new Map(
      tally.paths.map((path) => [keyOf(path.path, path.kind, path.change), new PathCounter(path)]),
    )
    this.#failures = tally.failures
  }

  add(comparison: ExchangeComparison, request: CountedRequest): void {
    this.#exchanges += 1
    this.#modes.add(comparison.mode)
    this.#labels.add(comparison.label)
    for (const feature of request.features) this.#features.add(feature)
    this.#countAnswers(comparison)
    for (const attributions of groupByPlace(comparison.attributions)) {
      const [first] = attributions
      this.#pathOf(first, comparison.at)?.add(attributions, comparison, request)
    }
  }

  /** Requests of this endpoint were asked again; places that no difference was listed at pass. */
  reasked(path: string, kind: Attribution['kind'], confirmed: boolean): void {
    for (const [key, counter] of this.#paths) {
      if (key.startsWith(keyOf(path, kind, ''))) counter.reasked(confirmed)
    }
  }

  /** Differences at places that found no room. */
  omitted(): number {
    return this.#omitted
  }

  tally(): EndpointTally {
    return {
      endpoint: this.#endpoint,
      exchanges: this.#exchanges,
      modes: this.#modes.toCounts(),
      labels: this.#labels.toCounts(),
      statuses: this.#statuses.toCounts(),
      failures: this.#failures,
      latency: { byRole: this.#latency.toPacked(), ...this.#latencyPairs.blocks() },
      sizes: { byRole: Object.fromEntries(this.#sizes), ...this.#sizePairs.blocks() },
      features: this.#features.toCounts(),
      paths: [...this.#paths.values()].map((path) => path.tally()),
    }
  }

  #pathOf(attribution: Attribution, at: Micros): PathCounter | null {
    const { path, kind } = attribution
    const change = changeKindOf(attribution)
    const key = keyOf(path, kind, change)
    const known = this.#paths.get(key)
    if (known !== undefined) return known
    if (this.#paths.size >= pathsMax) {
      this.#omitted += 1
      return null
    }
    const counter = new PathCounter(createPathTally(path, kind, change, at))
    this.#paths.set(key, counter)
    return counter
  }

  #countAnswers({ answers, askedAt }: ExchangeComparison): void {
    for (const [role, answer] of Object.entries(answers) as [Role, AnswerSummary][]) {
      this.#statuses.of(role).add(String(answer.status ?? answer.failure ?? 'unknown'))
      if (answer.failure !== null) continue
      this.#latency.of(role).add(latencyBucket(answer.latency))
      const size = this.#sizes.get(role) ?? { logSum: 0, count: 0 }
      size.logSum += Math.log(answer.bodyBytes + 1)
      size.count += 1
      this.#sizes.set(role, size)
    }
    const { production, baseline, baseline2, candidate } = answers
    const held = baseline ?? production
    if (held !== undefined && candidate !== undefined) {
      this.#countFailures(held, baseline2, candidate)
      this.#countPairs(askedAt, held, baseline2, candidate)
    }
  }

  #countFailures(held: AnswerSummary, again: AnswerSummary | undefined, own: AnswerSummary): void {
    const [a, b] = [hasFailed(held), hasFailed(own)]
    const c = again === undefined ? a : hasFailed(again)
    const before = this.#failures
    this.#failures = {
      compared: before.compared + 1,
      candidateOnly: before.candidateOnly + Number(b && !a),
      baselineOnly: before.baselineOnly + Number(a && !b),
      both: before.both + Number(a && b),
      baseline2Only: before.baseline2Only + Number(c && !a),
      baseline1Only: before.baseline1Only + Number(a && !c),
    }
  }

  #countPairs(
    at: Micros,
    held: AnswerSummary,
    again: AnswerSummary | undefined,
    own: AnswerSummary,
  ): void {
    if (held.failure !== null || own.failure !== null) return
    this.#countPair('candidate', at, own, held)
    if (again !== undefined && again.failure === null) this.#countPair('control', at, again, held)
  }

  #countPair(of: 'candidate' | 'control', at: Micros, own: AnswerSummary, held: AnswerSummary) {
    this.#latencyPairs[of].add(at, own.latency, held.latency)
    // Another status has another body, which is the status's own finding.
    if (own.status === held.status) this.#sizePairs[of].add(at, own.bodyBytes, held.bodyBytes)
  }
}

/** What the candidate's answers, and the baseline's second ones, come to beside the first. */
class PairedRatios {
  readonly candidate: RatioBlocks
  readonly control: RatioBlocks

  constructor({ candidate, control }: PairedBlocks, blocksMax: number) {
    this.candidate = new RatioBlocks(candidate, blocksMax)
    this.control = new RatioBlocks(control, blocksMax)
  }

  blocks(): PairedBlocks {
    return { candidate: this.candidate.blocks(), control: this.control.blocks() }
  }
}

/** An endpoint of which nothing is counted yet. */
export function createEndpointTally(endpoint: string): EndpointTally {
  return {
    endpoint,
    exchanges: 0,
    modes: {},
    labels: {},
    statuses: {},
    failures: {
      compared: 0,
      candidateOnly: 0,
      baselineOnly: 0,
      both: 0,
      baseline2Only: 0,
      baseline1Only: 0,
    },
    latency: { byRole: {}, candidate: [], control: [] },
    sizes: { byRole: {}, candidate: [], control: [] },
    features: {},
    paths: [],
  }
}

function hasFailed({ failure, status }: AnswerSummary): boolean {
  return failure !== null || (status !== null && status >= 500)
}

function keyOf(path: string, kind: string, change: string): string {
  return `${kind} ${path}\n${change}`
}

/** Attributions of one exchange with the same path, kind and change stand for one place. */
function groupByPlace(
  attributions: readonly Attribution[],
): Iterable<readonly [Attribution, ...Attribution[]]> {
  const places = new Map<string, [Attribution, ...Attribution[]]>()
  for (const attribution of attributions) {
    const key = keyOf(attribution.path, attribution.kind, changeKindOf(attribution))
    const known = places.get(key)
    if (known === undefined) places.set(key, [attribution])
    else known.push(attribution)
  }
  return places.values()
}
