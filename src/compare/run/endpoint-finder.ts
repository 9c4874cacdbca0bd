// Names endpoints for a run: the first exchanges, and later ones of unknown paths, are held back
// until there are enough to learn from; a name that was given stays, so that counts never move.
import type { AnsweredExchange } from '../../model/comparison.ts'
import type { Micros } from '../../model/message.ts'
import { CanonicalAnswer } from '../canonical-answer.ts'
import { EndpointLearner } from '../endpoints/endpoint-learner.ts'
import { EndpointNamer } from '../endpoints/endpoint-namer.ts'
import { RouteMatcher, type RouteTemplate } from '../endpoints/route-matcher.ts'
import { signatureOf } from '../signature.ts'
import { actionOf, type RequestView, viewRequest } from './request-view.ts'

export interface EndpointFinderOptions {
  /** The operator's routes, and those of an OpenAPI document, in the order in which they count. */
  readonly routes: readonly (readonly RouteTemplate[])[]
  readonly actionParameters: readonly string[]
  /** So many exchanges are learnt from, or those of so long, or so many bytes of them. */
  readonly learnExchanges: number
  readonly learnMicros: Micros
  readonly learnBytes: number
  readonly endpointsMax: number
}

export const defaultEndpointFinderOptions: Omit<EndpointFinderOptions, 'actionParameters'> = {
  routes: [],
  learnExchanges: 1_000,
  learnMicros: 20_000_000,
  learnBytes: 64 * 1024 * 1024,
  endpointsMax: 5_000,
}

/** An answer of which more than the beginning is decoded to learn its form. */
const bodyBytesMax = 1024 * 1024

/** A path seen so often at most may be one value of many, and is held back a few rounds longer. */
const rareMax = 2
const roundsMax = 4

type Unnamed = Omit<AnsweredExchange, 'endpoint'>

export class EndpointFinder<Exchange extends Unnamed> {
  readonly #options: EndpointFinderOptions
  readonly #learner = new EndpointLearner()
  readonly #learnt = new RouteMatcher()
  readonly #templates: RouteTemplate[] = []
  readonly #matchers: readonly RouteMatcher[]
  readonly #namer: EndpointNamer
  #held: Exchange[] = []
  #heldBytes = 0
  #isFirst = true
  /** Since it was learnt last. */
  #pushed = 0
  #learntAt: Micros = 0

  constructor(options: EndpointFinderOptions) {
    const { routes, endpointsMax } = options
    this.#options = options
    this.#matchers = [...routes.map((templates) => new RouteMatcher(templates)), this.#learnt]
    this.#namer = new EndpointNamer({ matchers: this.#matchers, endpointsMax })
  }

  /**
   * Exchanges with their endpoints. Those of which the path is not known are held back until there
   * are enough to learn from, and come in their order then; so do all of them at the beginning.
   */
  push(exchange: Exchange): readonly (Exchange & { readonly endpoint: string })[] {
    const view = viewRequest(exchange.request.payload)
    const isKnown = !this.#isFirst && this.#isKnown(view)
    if (isKnown) return [this.#name(exchange)]
    this.#learn(exchange, view)
    this.#held.push(exchange)
    this.#heldBytes += bytesOf(exchange)
    this.#pushed += 1
    if (this.#learntAt === 0) this.#learntAt = exchange.request.at
    const { learnExchanges, learnMicros, learnBytes } = this.#options
    if (this.#heldBytes >= learnBytes) return this.finish()
    const { at } = exchange.request
    const isEnough = this.#pushed >= learnExchanges || at - this.#learntAt >= learnMicros
    return isEnough ? this.#release(at - learnMicros * roundsMax, rareMax) : []
  }

  /** No more will come: names what is held back. */
  finish(): readonly (Exchange & { readonly endpoint: string })[] {
    return this.#release(Number.POSITIVE_INFINITY, 0)
  }

  /** Learns, and names what is not rare, or was held back since before `until`. */
  #release(until: Micros, rare: number): readonly (Exchange & { readonly endpoint: string })[] {
    // What is known keeps its name: a template is added only for paths that none fits.
    for (const template of this.#learner.learn()) {
      if (template.requests <= rare || this.#isKnown(template)) continue
      this.#learnt.add(template)
      this.#templates.push({ method: template.method, path: template.path })
    }
    const isReady = (exchange: Exchange) =>
      exchange.request.at <= until || this.#isKnown(viewRequest(exchange.request.payload))
    const ready = this.#held.filter(isReady)
    this.#held = ready.length === this.#held.length ? [] : this.#held.filter((e) => !isReady(e))
    this.#heldBytes = this.#held.reduce((sum, exchange) => sum + bytesOf(exchange), 0)
    this.#isFirst = false
    this.#pushed = 0
    this.#learntAt = this.#held.at(-1)?.request.at ?? ready.at(-1)?.request.at ?? this.#learntAt
    return ready.map((exchange) => this.#name(exchange))
  }

  /** What was learnt; stored with the run, so that two runs have the same endpoints. */
  templates(): readonly RouteTemplate[] {
    return this.#templates
  }

  #isKnown({ method, path }: { readonly method: string; readonly path: string }): boolean {
    return this.#matchers.some((matcher) => matcher.match(method, path) !== null)
  }

  #learn(exchange: Exchange, { method, path }: RequestView): void {
    const answer = exchange.answers.production ?? exchange.answers.baseline
    if (answer?.kind !== 'answered') return
    const { payload } = answer.response
    const canonical = new CanonicalAnswer(payload, method, bodyBytesMax)
    // An error says nothing of what the path stands for.
    const status = canonical.head?.status ?? 500
    if (status < 400) this.#learner.observe({ method, path, form: signatureOf(canonical) })
  }

  #name(exchange: Exchange): Exchange & { readonly endpoint: string } {
    const view = viewRequest(exchange.request.payload)
    const action = actionOf(view, this.#options.actionParameters)
    return { ...exchange, endpoint: this.#namer.name(view.method, view.path, action) }
  }
}

function bytesOf({ request, answers }: Unnamed): number {
  let bytes = request.payload.length
  for (const answer of Object.values(answers)) {
    if (answer.kind === 'answered') bytes += answer.response.payload.length
  }
  return bytes
}
