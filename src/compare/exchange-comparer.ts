// Compares all answers to one request, and says whom each difference is put down to.
import type {
  AnsweredExchange,
  AnswerSummary,
  Attribution,
  ByRole,
  ComparisonMode,
  ExchangeComparison,
  Label,
  Role,
  RoleAnswer,
  Weight,
} from '../model/comparison.ts'
import type { Message, Micros } from '../model/message.ts'
import { AliasTable } from './alias-table.ts'
import { type AnswerComparison, compareAnswers, plain } from './answer-differences.ts'
import { attribute } from './attribution.ts'
import { bodyBytesMaxDefault, CanonicalAnswer } from './canonical-answer.ts'
import type { FoundDifference } from './difference-finder.ts'
import { ListOrders } from './list-orders.ts'
import type { PairContext } from './noise-rules.ts'
import {
  createExpectation,
  isSafe,
  type RequestLine,
  readRequestLine,
  resourceOf,
} from './request-line.ts'
import { signatureOf } from './signature.ts'
import { isOfDelivery } from './weight.ts'

export interface ComparerOptions {
  /** Lower-case names of headers to compare in full, beside the usual ones. */
  readonly headers: readonly string[]
  /** More attributions of an exchange are counted, not listed. */
  readonly differencesMax: number
  /** A larger body, decoded, is compared by length and hash. */
  readonly bodyBytesMax: number
  /** Pairs of identifiers kept for two servers; the oldest are forgotten. */
  readonly aliasesMax: number
  /** Lists that are known to have no order; more are not learnt. */
  readonly listsMax: number
  /** What the servers call themselves in their answers, where requests do not say. */
  readonly hosts: ByRole<string>
}

export const defaultComparerOptions: ComparerOptions = {
  headers: [],
  differencesMax: 200,
  bodyBytesMax: bodyBytesMaxDefault,
  aliasesMax: 50_000,
  listsMax: 20_000,
  hosts: {},
}

/** Pure; learns from each exchange for the next ones, in bounded memory. Never throws on input. */
export class ExchangeComparer {
  readonly #options: ComparerOptions
  readonly #headers: ReadonlySet<string>
  readonly #aliases = new Map<string, AliasTable>()
  readonly #orders: ListOrders

  constructor(options: Partial<ComparerOptions> = {}) {
    this.#options = { ...defaultComparerOptions, ...options }
    this.#headers = new Set(this.#options.headers)
    this.#orders = new ListOrders(this.#options.listsMax)
  }

  compare(exchange: AnsweredExchange): ExchangeComparison {
    const request = readRequestLine(exchange.request.payload)
    const answers = readAnswers(exchange.answers, request.method, this.#options.bodyBytesMax)
    const mode = modeOf(exchange.answers)
    const pair = (from: Role, to: Role) => this.#comparePair(exchange, request, answers, from, to)
    const all = this.#attribute(exchange, mode, pair)
    const attributions = all.attributions.slice(0, this.#options.differencesMax)
    const [label, weight] = gravest(all.attributions)
    return {
      exchange: exchange.request.id,
      connection: exchange.request.connection,
      session: exchange.session,
      endpoint: exchange.endpoint,
      at: exchange.request.at,
      askedAt: askedAtOf(exchange),
      mode,
      label,
      weight,
      attributions,
      omitted: all.omitted + all.attributions.length - attributions.length,
      answers: summarize(exchange, answers),
      signature: signatureOf(answers.production ?? answers.baseline ?? answers.candidate),
    }
  }

  #attribute(
    exchange: AnsweredExchange,
    mode: ComparisonMode,
    pair: (from: Role, to: Role) => AnswerComparison,
  ): { readonly attributions: readonly Attribution[]; readonly omitted: number } {
    if (mode === 'incomparable') return { attributions: [], omitted: 0 }
    if (mode === 'production') {
      const { found, omitted } = pair('production', 'candidate')
      if (found.length === 0) return { attributions: [], omitted }
      const differences = { mode, candidate: found, production: null, baseline2: null }
      return { attributions: attribute(differences), omitted }
    }
    const has = exchange.answers
    // The baseline against itself first: what order means is learnt there.
    const baseline2 = has.baseline2 === undefined ? null : pair('baseline', 'baseline2')
    this.#orders.learn(exchange.endpoint, baseline2?.found ?? [])
    const production = has.production === undefined ? null : pair('baseline', 'production')
    const candidate = pair('baseline', 'candidate')
    const attributions = attribute({
      mode,
      candidate: candidate.found,
      production: production?.found ?? null,
      baseline2: baseline2?.found ?? null,
    })
    const unknown = (production?.omitted ?? 0) + (baseline2?.omitted ?? 0)
    return {
      // Where the others' differences are not all known, no label is certain.
      attributions: unknown === 0 ? attributions : attributions.map(toCheck),
      omitted: candidate.omitted + unknown,
    }
  }

  #comparePair(
    exchange: AnsweredExchange,
    request: RequestLine,
    answers: ByRole<CanonicalAnswer>,
    from: Role,
    to: Role,
  ): AnswerComparison {
    const [here, there] = [answers[from], answers[to]]
    if (here === undefined || there === undefined)
      return compareFailures(exchange.answers, from, to)
    const context = this.#contextOf(exchange, request, from, to)
    return compareAnswers(here, there, {
      context,
      isUnordered: (pattern) => this.#orders.isUnordered(exchange.endpoint, pattern),
      differencesMax: this.#options.differencesMax * foundFactor,
      headers: this.#headers,
    })
  }

  #contextOf(exchange: AnsweredExchange, request: RequestLine, from: Role, to: Role): PairContext {
    const sentFrom = (exchange.sent?.[from] ?? exchange.request).payload
    const sentTo = (exchange.sent?.[to] ?? exchange.request).payload
    const hostOf = (role: Role) =>
      this.#options.hosts[role] ??
      (exchange.sent?.[role] === undefined ? request.host : readHost(exchange.sent[role].payload))
    return {
      atFrom: timeOf(exchange.answers[from]),
      atTo: timeOf(exchange.answers[to]),
      sharesData: from !== 'production' && to !== 'production',
      aliases: this.#aliasesOf(from, to),
      resource: resourceOf(request.target),
      creates: !isSafe(request.method),
      expected: createExpectation(sentFrom, sentTo),
      hostFrom: hostOf(from),
      hostTo: hostOf(to),
    }
  }

  #aliasesOf(from: Role, to: Role): AliasTable {
    const name = `${from} ${to}`
    const known = this.#aliases.get(name)
    if (known !== undefined) return known
    const table = new AliasTable(this.#options.aliasesMax)
    this.#aliases.set(name, table)
    return table
  }
}

/** More differences are looked for than are listed, so that those listed are labelled rightly. */
const foundFactor = 10

function toCheck(attribution: Attribution): Attribution {
  return attribution.weight === 'fail' ? { ...attribution, weight: 'check' } : attribution
}

const roles: readonly Role[] = ['production', 'baseline', 'baseline2', 'candidate']

function readAnswers(
  answers: ByRole<RoleAnswer>,
  requestMethod: string,
  bodyBytesMax: number,
): ByRole<CanonicalAnswer> {
  const read: Partial<Record<Role, CanonicalAnswer>> = {}
  for (const role of roles) {
    const answer = answers[role]
    if (answer?.kind !== 'answered') continue
    read[role] = new CanonicalAnswer(answer.response.payload, requestMethod, bodyBytesMax)
  }
  return read
}

/** A failure is an answer: a baseline that fails can be held against one that does not. */
function modeOf(answers: ByRole<RoleAnswer>): ComparisonMode {
  if (answers.candidate === undefined) return 'incomparable'
  if (answers.baseline !== undefined) {
    return answers.baseline2 === undefined ? 'baseline' : 'baseline-twice'
  }
  return answers.production === undefined ? 'incomparable' : 'production'
}

function readHost(payload: Uint8Array): string {
  return readRequestLine(payload).host
}

/** When an answer came, which is when its server read its clock at the latest. */
function timeOf(answer: RoleAnswer | undefined): number {
  return answer?.kind === 'answered' ? answer.response.at + answer.response.duration : 0
}

function askedAtOf({ answers, request }: AnsweredExchange): number {
  return answers.candidate?.kind === 'answered' ? answers.candidate.response.at : request.at
}

function compareFailures(answers: ByRole<RoleAnswer>, from: Role, to: Role): AnswerComparison {
  const [here, there] = [outcomeOf(answers[from]), outcomeOf(answers[to])]
  const found: FoundDifference[] =
    here === there ? [] : [plain('answer', 'failed', here, there, 'word')]
  return { found, omitted: 0 }
}

function outcomeOf(answer: RoleAnswer | undefined): string {
  return answer?.kind === 'failed' ? answer.reason : 'answered'
}

const weights: readonly Weight[] = ['fail', 'check', 'warn', 'advice', 'none']

/** By weight; data that is otherwise says more than a value that never is the same. */
function gravest(attributions: readonly Attribution[]): readonly [Label, Weight] {
  let first: Attribution | null = null
  let least = Number.POSITIVE_INFINITY
  for (const attribution of attributions) {
    if (isOfDelivery(attribution)) continue
    const rank = weights.indexOf(attribution.weight) * 2 + Number(attribution.label === 'unstable')
    if (rank < least) [first, least] = [attribution, rank]
  }
  return first === null ? ['same', 'none'] : [first.label, first.weight]
}

function summarize(
  { request, answers }: AnsweredExchange,
  read: ByRole<CanonicalAnswer>,
): ByRole<AnswerSummary> {
  const summaries: Partial<Record<Role, AnswerSummary>> = {}
  for (const role of roles) {
    const answer = answers[role]
    if (answer === undefined) continue
    summaries[role] = {
      status: read[role]?.head?.status ?? null,
      failure: answer.kind === 'failed' ? answer.reason : null,
      latency: answer.kind === 'answered' ? latencyOf(role, request, answer.response) : 0,
      bodyBytes: read[role]?.decoded().bytes.length ?? 0,
    }
  }
  return summaries
}

/** Until the last byte: a replayed answer is timed from sending, a captured one from its first. */
function latencyOf(role: Role, request: Message, { at, duration }: Message): Micros {
  return role === 'production' ? Math.max(0, at + duration - request.at) : duration
}
