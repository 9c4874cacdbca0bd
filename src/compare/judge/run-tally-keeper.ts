// Counts a run of comparisons, endpoint by endpoint, in bounded memory.
import type { ComparisonMode, DifferenceKind, ExchangeComparison } from '../../model/comparison.ts'
import type { Micros } from '../../model/message.ts'
import type { EndpointTally, RunTally } from '../../model/run-tally.ts'
import { BoundedCounts } from './bounded-counts.ts'
import { createEndpointTally, EndpointCounter } from './endpoint-counter.ts'

/** Endpoints counted; exchanges of further ones are `omitted`. */
const endpointsMax = 10_000

/** What is known of an exchange besides its comparison. */
export interface ComparedRequest {
  /** Path and query, redacted where it is to be. */
  readonly target: string
  /** As `readFeatures` gives them. */
  readonly features: readonly string[]
  /** It is kept to the end, so that findings may point to it. */
  readonly isKept: boolean
  /** Its session began before the capture did, so that its answers mean little. */
  readonly orphan: boolean
}

export class RunTallyKeeper {
  readonly #endpoints = new Map<string, EndpointCounter>()
  readonly #changed = new Set<string>()
  readonly #modes: BoundedCounts
  #exchanges: number
  #orphans: number
  #omitted: number
  #firstAt: Micros | null
  #lastAt: Micros | null

  constructor(tally: RunTally = emptyRunTally) {
    for (const endpoint of tally.endpoints) {
      this.#endpoints.set(endpoint.endpoint, new EndpointCounter(endpoint))
    }
    this.#modes = new BoundedCounts(8, tally.modes)
    this.#exchanges = tally.exchanges
    this.#orphans = tally.orphans
    this.#omitted = tally.omitted
    this.#firstAt = tally.firstAt
    this.#lastAt = tally.lastAt
  }

  add(comparison: ExchangeComparison, request: ComparedRequest): void {
    const { at, endpoint, mode } = comparison
    this.#exchanges += 1
    this.#firstAt = Math.min(at, this.#firstAt ?? at)
    this.#lastAt = Math.max(at, this.#lastAt ?? at)
    this.#modes.add(mode satisfies ComparisonMode)
    if (request.orphan) {
      this.#orphans += 1
      return
    }
    const counter = this.#counterOf(endpoint)
    if (counter === null) this.#omitted += 1
    else {
      const before = counter.omitted()
      counter.add(comparison, request)
      this.#omitted += counter.omitted() - before
      this.#changed.add(endpoint)
    }
  }

  /** A request was asked again: at each place, whether both stood by their different answers. */
  reasked(
    endpoint: string,
    places: readonly {
      readonly path: string
      readonly kind: DifferenceKind
      readonly confirmed: boolean
    }[],
  ): void {
    const counter = this.#endpoints.get(endpoint)
    if (counter === undefined) return
    for (const { path, kind, confirmed } of places) counter.reasked(path, kind, confirmed)
    this.#changed.add(endpoint)
  }

  /** Endpoints that were counted since this was last asked. */
  takeChanged(): readonly EndpointTally[] {
    const changed = [...this.#changed].map((endpoint) => this.#endpoints.get(endpoint)!.tally())
    this.#changed.clear()
    return changed
  }

  /** The run without its endpoints. */
  summary(): Omit<RunTally, 'endpoints'> {
    return {
      version: 1,
      exchanges: this.#exchanges,
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
      modes: this.#modes.toCounts(),
      orphans: this.#orphans,
      omitted: this.#omitted,
    }
  }

  tally(): RunTally {
    const endpoints = [...this.#endpoints.values()].map((counter) => counter.tally())
    return { ...this.summary(), endpoints }
  }

  #counterOf(endpoint: string): EndpointCounter | null {
    const known = this.#endpoints.get(endpoint)
    if (known !== undefined) return known
    if (this.#endpoints.size >= endpointsMax) return null
    const counter = new EndpointCounter(createEndpointTally(endpoint))
    this.#endpoints.set(endpoint, counter)
    return counter
  }
}

export const emptyRunTally: RunTally = {
  version: 1,
  exchanges: 0,
  firstAt: null,
  lastAt: null,
  modes: {},
  orphans: 0,
  endpoints: [],
  omitted: 0,
}
