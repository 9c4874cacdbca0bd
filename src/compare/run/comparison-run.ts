// A run of comparisons from end to end: endpoints, differences, counts, what is asked again, and
// what is kept to be looked at. Pure; its owner brings exchanges, and stores what comes of them.
import type { AnsweredExchange, ExchangeComparison, RoleAnswer } from '../../model/comparison.ts'
import type { ExchangeId } from '../../model/message.ts'
import type { RouteTemplate } from '../endpoints/route-matcher.ts'
import { type ComparerOptions, ExchangeComparer } from '../exchange-comparer.ts'
import { ExampleReservoir, type KeepDecision } from '../join/example-reservoir.ts'
import type { JoinedExchange } from '../join/exchange-joiner.ts'
import { ReaskBook, type ReaskBookOptions } from '../join/reask-book.ts'
import { RunTallyKeeper } from '../judge/run-tally-keeper.ts'
import { isSafe } from '../request-line.ts'
import { EndpointFinder, type EndpointFinderOptions } from './endpoint-finder.ts'
import { featuresOf, viewRequest } from './request-view.ts'

export interface ComparisonRunOptions {
  readonly endpoints: EndpointFinderOptions
  readonly comparer: Partial<ComparerOptions>
  /** Null where nobody can be asked again. */
  readonly reask: ReaskBookOptions | null
  readonly random: () => number
  /** What of a request's target may be stored. */
  readonly redactTarget: (target: string) => string
}

/** What came of one exchange. */
export interface ComparedExchange {
  readonly exchange: AnsweredExchange
  readonly comparison: ExchangeComparison
  /** Where it is kept to be looked at; null where it is not. */
  readonly keep: KeepDecision | null
  /** Its request shall be put to the baseline and the candidate three times more. */
  readonly reask: boolean
}

export class ComparisonRun {
  readonly tally: RunTallyKeeper = new RunTallyKeeper()
  readonly #options: ComparisonRunOptions
  readonly #finder: EndpointFinder<JoinedExchange>
  readonly #comparer: ExchangeComparer
  readonly #reasks: ReaskBook | null
  readonly #reservoir: ExampleReservoir

  constructor(options: ComparisonRunOptions) {
    this.#options = options
    this.#finder = new EndpointFinder(options.endpoints)
    this.#comparer = new ExchangeComparer(options.comparer)
    const compare = (exchange: AnsweredExchange) => this.#comparer.compare(exchange)
    this.#reasks = options.reask === null ? null : new ReaskBook(compare, options.reask)
    this.#reservoir = new ExampleReservoir(options.random)
  }

  /** Nothing comes of the first exchanges until endpoints are learnt from them. */
  push(exchange: JoinedExchange): readonly ComparedExchange[] {
    return this.#finder.push(exchange).map((named) => this.#compare(named))
  }

  /** Names and compares what is held back to learn from. */
  finish(): readonly ComparedExchange[] {
    return this.#finder.finish().map((named) => this.#compare(named))
  }

  /** An answer to a request that was put once more. */
  answerReask(id: ExchangeId, role: 'baseline' | 'candidate', answer: RoleAnswer): void {
    const verdict = this.#reasks?.answer(id, role, answer) ?? null
    if (verdict !== null) this.tally.reasked(verdict.endpoint, verdict.places)
  }

  /** Requests that were put once more and are not answered yet. */
  openReasks(): number {
    return this.#reasks?.open() ?? 0
  }

  templates(): readonly RouteTemplate[] {
    return this.#finder.templates()
  }

  #compare(exchange: JoinedExchange & { readonly endpoint: string }): ComparedExchange {
    const comparison = this.#comparer.compare(exchange)
    const view = viewRequest(exchange.request.payload)
    const held = comparison.answers.baseline ?? comparison.answers.production
    const keep = this.#reservoir.offer(comparison)
    this.tally.add(comparison, {
      isKept: keep?.stays ?? false,
      target: this.#options.redactTarget(view.target),
      features: featuresOf(view, readAnswer(exchange), held?.status ?? null),
      orphan: exchange.orphan,
    })
    const reask =
      !exchange.orphan && this.#reasks?.suspect(exchange, comparison, isSafe(view.method)) === true
    return { exchange, comparison, keep, reask }
  }
}

const answerBytesMax = 32 * 1024

/** The text behind the head of a plain JSON answer, for what it has in common with others. */
function readAnswer({ answers }: JoinedExchange): string | null {
  const answer = answers.baseline ?? answers.production
  if (answer?.kind !== 'answered') return null
  const { payload } = answer.response
  if (payload.length > answerBytesMax) return null
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  const headEnd = bytes.indexOf('\r\n\r\n')
  const octet = headEnd < 0 ? undefined : bytes[headEnd + 4]
  // An object or a list; what is encoded or chunked begins otherwise.
  return octet === 0x7b || octet === 0x5b ? bytes.toString('utf8', headEnd + 4) : null
}
