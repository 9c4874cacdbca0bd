// What correlation did, for people: which position of which answer issued values, which positions
// of later requests used them, how often. Values are shown as pseudonyms only.

/** A position in the answers of one route, and who uses what it issues. */
export interface Producer {
  /** As `POST /login cookie sid`. */
  readonly position: string
  pairs: number
  substitutions: number
  /** Uses by position, as `GET /orders/{} path`. */
  readonly consumers: Map<string, number>
  /** Of the last pair. */
  example: { readonly production: string; readonly target: string } | null
}

export interface CorrelationCounts {
  /** Values whose counterpart differed. */
  learned: number
  /** Values that the target issued alike. */
  unchanged: number
  /** Values whose counterpart was missing, or did not name the same thing. */
  unpaired: number
  substituted: number
  rewrittenRequests: number
  /** Requests that waited for an answer that had yet to issue their value. */
  waited: number
  /** Of these, sent without it. */
  sentWithout: number
  /** Values not replaced, for production used them for several things. */
  ambiguous: number
  /** Pairs forgotten: too many, or too long without use. */
  evicted: number
  expired: number
  /** Exchanges forgotten before both answers were there. */
  unmatched: number
  /** Bodies of requests too long, or malformed, and so left as they were. */
  unreadBodies: number
  /** Bodies of production's answers too long, or in a broken or unknown coding. */
  unreadAnswers: number
}

/** Producers of one target, and consumers of each; beyond, they count together as `other`. */
const producersMax = 1_000
const consumersMax = 100
const other = 'other'

export class CorrelationReport {
  readonly counts: CorrelationCounts = {
    learned: 0,
    unchanged: 0,
    unpaired: 0,
    substituted: 0,
    rewrittenRequests: 0,
    waited: 0,
    sentWithout: 0,
    ambiguous: 0,
    evicted: 0,
    expired: 0,
    unmatched: 0,
    unreadBodies: 0,
    unreadAnswers: 0,
  }
  readonly #conceal: (value: string) => string
  readonly #producers = new Map<string, Producer>()

  /** `conceal` makes the same pseudonym of the same value, from which the value cannot be told. */
  constructor(conceal: (value: string) => string) {
    this.#conceal = conceal
  }

  producer(position: string): Producer {
    const key = this.#producers.size < producersMax ? position : other
    const known = this.#producers.get(position) ?? this.#producers.get(key)
    if (known !== undefined) return known
    const producer = {
      position: key,
      pairs: 0,
      substitutions: 0,
      consumers: new Map(),
      example: null,
    }
    this.#producers.set(key, producer)
    return producer
  }

  learned(producer: Producer, value: string, substitute: string): void {
    this.counts.learned += 1
    producer.pairs += 1
    // Hashing every value would cost more than learning it.
    if (producer.pairs > examplesMax) return
    producer.example = { production: this.#conceal(value), target: this.#conceal(substitute) }
  }

  used(producer: Producer, consumer: string): void {
    this.counts.substituted += 1
    producer.substitutions += 1
    const { consumers } = producer
    const key = consumers.has(consumer) || consumers.size < consumersMax ? consumer : other
    consumers.set(key, (consumers.get(key) ?? 0) + 1)
  }

  /** A line of JSON for the whole, and one for each producer, in the order they came up. */
  lines(target: string): readonly string[] {
    const producers = [...this.#producers.values()].map((producer) =>
      JSON.stringify({ target, ...producer, consumers: Object.fromEntries(producer.consumers) }),
    )
    return [JSON.stringify({ target, ...this.counts }), ...producers]
  }
}

const examplesMax = 16
