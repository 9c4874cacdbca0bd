// Which requests are worth asking again, and what their answers say: where each server stands by
// its own answer and the two differ, the difference is no accident.
import { fnv1a } from '../../base/hash.ts'
import type {
  AnsweredExchange,
  Attribution,
  DifferenceKind,
  ExchangeComparison,
  RoleAnswer,
} from '../../model/comparison.ts'
import type { ExchangeId } from '../../model/message.ts'

/** How often each of the two servers is asked again. */
export const reaskCount = 3

export interface ReaskBookOptions {
  /** Requests of one endpoint that are asked again. */
  readonly perEndpointMax: number
  /** Of them, for one place; the first ones decide. */
  readonly perPlaceMax: number
  /** Requests that are asked again at the same time; suspicions beyond are passed over. */
  readonly openMax: number
}

export const defaultReaskBookOptions: ReaskBookOptions = {
  perEndpointMax: 50,
  perPlaceMax: 6,
  openMax: 100,
}

/** One place that an exchange made suspicious. */
export interface ReaskPlace {
  readonly path: string
  readonly kind: DifferenceKind
}

export interface ReaskVerdict {
  readonly endpoint: string
  readonly places: readonly (ReaskPlace & { readonly confirmed: boolean })[]
}

interface OpenReask {
  readonly exchange: AnsweredExchange
  readonly places: readonly ReaskPlace[]
  readonly baseline: RoleAnswer[]
  readonly candidate: RoleAnswer[]
}

type Compare = (exchange: AnsweredExchange) => ExchangeComparison

export class ReaskBook {
  readonly #options: ReaskBookOptions
  readonly #compare: Compare
  readonly #open = new Map<ExchangeId, OpenReask>()
  readonly #askedByEndpoint = new Map<string, number>()
  readonly #askedByPlace = new Map<string, number>()
  /** As many as the budgets allow. */
  readonly #askedValues = new Set<string>()

  /** `compare` compares as the run does. */
  constructor(compare: Compare, options: ReaskBookOptions = defaultReaskBookOptions) {
    this.#options = options
    this.#compare = compare
  }

  /** True where the request shall be asked again: it is safe, suspicious, and within the budget. */
  suspect(exchange: AnsweredExchange, comparison: ExchangeComparison, isSafe: boolean): boolean {
    if (!isSafe || comparison.mode === 'production' || comparison.mode === 'incomparable')
      return false
    const { endpoint } = comparison
    const asked = this.#askedByEndpoint.get(endpoint) ?? 0
    if (asked >= this.#options.perEndpointMax || this.#open.size >= this.#options.openMax)
      return false
    const places = distinctPlaces(comparison.attributions.filter(isSuspicious))
    const chosen = places.filter(({ place, values }) => this.#mayAsk(endpoint, place, values))
    if (chosen.length === 0) return false
    this.#askedByEndpoint.set(endpoint, asked + 1)
    for (const { place, values } of chosen) {
      const key = keyOf(endpoint, place)
      this.#askedByPlace.set(key, (this.#askedByPlace.get(key) ?? 0) + 1)
      this.#askedValues.add(`${key} ${values}`)
    }
    this.#open.set(exchange.request.id, {
      exchange,
      places: chosen.map(({ place }) => place),
      baseline: [],
      candidate: [],
    })
    return true
  }

  /** An answer to the request of that id; the last one that is expected decides. */
  answer(id: ExchangeId, role: 'baseline' | 'candidate', answer: RoleAnswer): ReaskVerdict | null {
    const open = this.#open.get(id)
    if (open === undefined) return null
    open[role].push(answer)
    if (open.baseline.length < reaskCount || open.candidate.length < reaskCount) return null
    this.#open.delete(id)
    return this.#decide(open)
  }

  /** Requests whose answers are waited for. */
  open(): number {
    return this.#open.size
  }

  /** The same values again and again would bear out what is one server's habit. */
  #mayAsk(endpoint: string, place: ReaskPlace, values: number): boolean {
    const key = keyOf(endpoint, place)
    const asked = this.#askedByPlace.get(key) ?? 0
    return asked < this.#options.perPlaceMax && !this.#askedValues.has(`${key} ${values}`)
  }

  #decide({ exchange, places, baseline, candidate }: OpenReask): ReaskVerdict {
    const rounds = candidate.map((own, index) =>
      this.#compare({
        ...exchange,
        answers: {
          baseline: baseline[index]!,
          baseline2: baseline[(index + 1) % reaskCount]!,
          candidate: own,
        },
      }),
    )
    return {
      endpoint: exchange.endpoint,
      places: places.map((place) => ({ ...place, confirmed: isBorneOut(place, rounds) })),
    }
  }
}

/** In every round the baseline agrees with itself, and the candidate's same answer is another. */
function isBorneOut(place: ReaskPlace, rounds: readonly ExchangeComparison[]): boolean {
  const values = new Set<string>()
  for (const { attributions } of rounds) {
    const own = attributions.filter(({ path, kind }) => path === place.path && kind === place.kind)
    const changed = own.filter(({ equal }) => equal.baselines === true)
    if (changed.length === 0 || changed.length < own.length) return false
    values.add(changed.map(({ at, values }) => `${at} ${values.candidate}`).join('\n'))
  }
  return values.size === 1
}

function isSuspicious({ weight }: Attribution): boolean {
  return weight === 'fail' || weight === 'check'
}

interface SuspiciousPlace {
  readonly place: ReaskPlace
  /** A hash of what is otherwise there. */
  readonly values: number
}

function distinctPlaces(attributions: readonly Attribution[]): readonly SuspiciousPlace[] {
  const places = new Map<string, SuspiciousPlace>()
  for (const { path, kind, values } of attributions) {
    const place = { path, kind }
    const key = keyOf('', place)
    const hash = fnv1a(`${values.baseline ?? ''}\n${values.candidate ?? ''}`)
    if (!places.has(key)) places.set(key, { place, values: hash })
  }
  return [...places.values()]
}

function keyOf(endpoint: string, { path, kind }: ReaskPlace): string {
  return `${endpoint} ${kind} ${path}`
}
