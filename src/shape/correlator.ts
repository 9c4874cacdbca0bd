// Values that production's answers issue and later requests bring back (sessions, tokens, ids)
// differ at a target. Learns which value of the target stands for which, and puts them into
// requests.
import { BoundedMap } from '../base/bounded-map.ts'
import type { ExchangeId, Message, Micros } from '../model/message.ts'
import { type MessageParts, readMessageParts } from '../protocol/http1/message-parts.ts'
import { bodyBytesMax } from './correlate-body-uses.ts'
import { readIssued } from './correlate-issued.ts'
import type { Issued } from './correlate-issued-values.ts'
import { anyKind, kindOfTarget, toRoute } from './correlate-kinds.ts'
import { type IssuedPair, type PairContext, pairIssued, resolveKinds } from './correlate-pairs.ts'
import type { CorrelationReport, Producer } from './correlate-report.ts'
import { changeOpened, changeUses, openBody, type Substitution } from './correlate-request.ts'
import { Scopes } from './correlate-scopes.ts'
import { CorrelationTable, type Pair } from './correlate-table.ts'
import type { Use } from './correlate-tokens.ts'
import { findUses } from './correlate-uses.ts'
import { detach } from './correlate-values.ts'

export interface CorrelatorOptions {
  readonly now: () => Micros
  /** Pairs in the table; beyond, those longest without use are forgotten. */
  readonly pairsMax: number
  /** A pair that nothing used for so long is forgotten. */
  readonly expiry: Micros
  readonly report: CorrelationReport
  /** `createIssuedReader()`, one for all targets and copies. */
  readonly readProduction: (payload: Uint8Array) => Issued | null
}

/** A request that was given to the target, until both answers to it are known. */
interface Exchange {
  /** Method and path, as `GET /orders/{}`. */
  readonly route: string
  readonly context: PairContext
  /** Of all exchanges of this target, in the order they were given to it. */
  readonly order: number
  readonly expectedAt: Micros
  /** When production's client sent the request. */
  readonly sentAt: Micros
  /** When production answered. */
  answeredAt: Micros
  /** Of the request and of the answers that are kept. */
  payloadBytes: number
  scope: number | null
  production: Issued | null
  replayed: Issued | null
  /** What the target answered first, where that was followed elsewhere. */
  redirect: Issued | null
  /** Keys of what production's answer issued, which requests wait for. */
  awaited: readonly string[]
  /** What this request itself was found to wait for. */
  waitsFor: string | null
}

/** Exchanges without both answers; beyond, the oldest is forgotten and nothing learnt from it. */
const exchangesMax = 65_536
const exchangeBytesMax = 64 * 1024 * 1024
const exchangeAgeMax: Micros = 600_000_000

/** Values that the target is known to issue alike; beyond, the oldest are forgotten. */
const unchangedMax = 65_536
const kindsMax = 1_024

/** Of those who issue one value, how many are looked at. */
const issuersMax = 8

const safeMethods = /^(GET|HEAD|OPTIONS|TRACE)$/

/** One for each target, and for each copy of the traffic that goes there. */
export class Correlator {
  readonly #options: CorrelatorOptions
  readonly #report: CorrelationReport
  readonly #table: CorrelationTable
  readonly #scopes = new Scopes()
  readonly #exchanges = new Map<ExchangeId, Exchange>()
  /** By key, the exchanges in which production issued the value and the target has yet to. */
  readonly #awaited = new Map<string, Set<Exchange>>()
  readonly #unchanged = new BoundedMap<string, true>(unchangedMax)
  readonly #kinds = new Set<string>()
  #bytes = 0
  #order = 0

  constructor(options: CorrelatorOptions) {
    this.#options = options
    this.#report = options.report
    this.#table = new CorrelationTable(options)
  }

  /** A request is on its way to the target; answers to others are not listened to. */
  expect(request: Message): void {
    const parts = readMessageParts(request.payload)
    const now = this.#options.now()
    for (const [id, exchange] of this.#exchanges) {
      const isOver = this.#exchanges.size >= exchangesMax || this.#bytes > exchangeBytesMax
      if (!isOver && now - exchange.expectedAt < exchangeAgeMax) break
      this.#giveUpUnmatched(id)
    }
    const [method = '', target = ''] = parts === null ? [] : parts.head.split(' ', 2)
    // In a loop over a file ids come again.
    if (this.#exchanges.has(request.id)) this.#giveUpUnmatched(request.id)
    this.#exchanges.set(request.id, {
      route: toRoute(method, target),
      context: { isSafe: safeMethods.test(method), kind: kindOfTarget(target) },
      order: this.#order++,
      expectedAt: now,
      sentAt: request.at,
      answeredAt: 0,
      payloadBytes: request.payload.length,
      scope: parts === null ? null : this.#scopes.ofRequest(parts),
      production: null,
      replayed: null,
      redirect: null,
      awaited: [],
      waitsFor: null,
    })
    this.#bytes += request.payload.length
  }

  /** What production answered. */
  learnProduction(response: Message): void {
    const exchange = this.#exchanges.get(response.id)
    if (exchange === undefined || exchange.production !== null) return
    const issued = this.#options.readProduction(response.payload)
    if (issued === null || issued.status < 200) return
    if (!issued.isRead) this.#report.counts.unreadAnswers += 1
    exchange.production = issued
    exchange.answeredAt = response.at
    this.#keep(exchange, response)
    if (issued.sessionKey !== null) {
      exchange.scope = this.#scopes.extend(exchange.scope, issued.sessionKey)
    }
    if (!this.#settle(response.id, exchange)) this.#await(exchange, issued)
  }

  /** What the target answered. */
  learnReplayed(replayed: Message): void {
    const exchange = this.#exchanges.get(replayed.id)
    if (exchange === undefined || exchange.replayed !== null) return
    const issued = readIssued(replayed.payload)
    exchange.replayed = issued
    this.#keep(exchange, replayed)
    if (issued === null) this.giveUp(replayed.id)
    else this.#settle(replayed.id, exchange)
  }

  /** What the target answered to a request that then goes elsewhere. */
  learnRedirect(answer: Message): void {
    const exchange = this.#exchanges.get(answer.id)
    if (exchange === undefined || exchange.redirect !== null) return
    exchange.redirect = readIssued(answer.payload)
    this.#keep(exchange, answer)
    this.#settle(answer.id, exchange)
  }

  /** Learns once both answers are known; of a redirect as production gave it, from the first. */
  #settle(id: ExchangeId, exchange: Exchange): boolean {
    const { production, redirect, replayed } = exchange
    if (production === null) return false
    const isRedirect = production.status >= 300 && production.status < 400
    const answer = (isRedirect ? redirect : null) ?? replayed
    if (answer !== null) this.#match(id, exchange, production, answer)
    return answer !== null
  }

  /** What was read of an answer takes about as much memory as the answer. */
  #keep(exchange: Exchange, { payload }: Message): void {
    const bytes = Math.min(payload.length, bodyBytesMax)
    exchange.payloadBytes += bytes
    this.#bytes += bytes
  }

  #giveUpUnmatched(id: ExchangeId): void {
    this.giveUp(id)
    this.#report.counts.unmatched += 1
  }

  /** The target will not answer that request. */
  giveUp(id: ExchangeId): void {
    const exchange = this.#exchanges.get(id)
    if (exchange !== undefined) this.#forget(id, exchange)
  }

  /**
   * The request with the target's values in place of production's. Null: it uses one whose
   * counterpart the target has yet to issue; with `last` it goes without.
   */
  rewrite(request: Message, last: boolean): Message | null {
    const exchange = this.#exchanges.get(request.id)
    const key = exchange?.waitsFor ?? null
    if (!last && key !== null && this.#isAwaited(key, exchange)) return null
    const parts = readMessageParts(request.payload)
    if (parts === null) return request
    const scope = exchange === undefined ? this.#scopes.ofRequest(parts) : exchange.scope
    const opened = openBody(parts)
    const { found, waitsFor, isRead } = this.#lookUpAll(parts, opened, scope, exchange)
    if (exchange !== undefined && waitsFor !== null && !last) {
      if (key === null) this.#report.counts.waited += 1
      exchange.waitsFor = waitsFor
      return null
    }
    if (waitsFor !== null) this.#report.counts.sentWithout += 1
    if (!isRead) this.#report.counts.unreadBodies += 1
    if (found.length === 0) return request
    this.#count(parts, found)
    if (opened === null) return { ...request, payload: changeUses(parts, found) }
    // A coded body in which nothing is changed keeps its bytes.
    const payload =
      changeOpened(opened, found) ??
      changeUses(parts, this.#lookUpAll(parts, null, scope, exchange).found)
    return { ...request, payload }
  }

  /** Pairs in the table. */
  size(): number {
    return this.#table.size()
  }

  #lookUpAll(
    parts: MessageParts,
    opened: MessageParts | null,
    scope: number | null,
    exchange: Exchange | undefined,
  ) {
    const found: FoundUse[] = []
    let waitsFor: string | null = null
    let end = 0
    const look = (use: Use) => {
      // Parts of what was replaced as a whole.
      if (use.start < end) return
      const pair = this.#lookUp(use, scope, exchange)
      if (typeof pair === 'string') waitsFor = pair
      else if (pair !== null && pair.substitute !== null) {
        found.push({ use, producer: pair.producer, substitute: pair.substitute })
        end = use.end
      }
    }
    const isRead = findUses(opened ?? parts, look, opened !== null)
    return { found, waitsFor: waitsFor as string | null, isRead }
  }

  /**
   * Whether the target has yet to issue what the request of that exchange uses: production issued
   * it to a request before, and before the client sent this one. So no two wait for each other.
   */
  #isAwaited(key: string, exchange: Exchange | undefined): boolean {
    if (exchange === undefined) return false
    let looked = 0
    for (const { order, answeredAt } of this.#awaited.get(key) ?? []) {
      if (order < exchange.order && answeredAt <= exchange.sentAt) return true
      if (++looked === issuersMax) return false
    }
    return false
  }

  /**
   * The pair of the value; its key where no pair is known, but the target may have yet to issue it.
   */
  #lookUp(
    { value, kinds }: Use,
    scope: number | null,
    exchange: Exchange | undefined,
  ): Pair | string | null {
    const now = this.#options.now()
    if (kinds === null) {
      const pair = this.#table.find(value, now)
      if (pair !== null) return pair
      return this.#isAwaited(value, exchange) ? value : null
    }
    const mayBeAny = kinds.length > 0 && !kinds.some((kind) => this.#kinds.has(kind))
    for (const kind of mayBeAny ? [...kinds, anyKind] : kinds) {
      const own = keyOf(scope, kind, value)
      const pair = this.#table.find(own, now)
      if (pair !== null) return pair
      if (this.#isAwaited(own, exchange)) return own
      if (this.#unchanged.has(own)) return null
      if (scope === null || kind === anyKind) continue
      const shared = this.#table.find(keyOf(null, kind, value), now)
      if (shared === null) continue
      if (shared.substitute === null) this.#report.counts.ambiguous += 1
      return shared
    }
    return null
  }

  #await(exchange: Exchange, issued: Issued): void {
    const keys: string[] = []
    const now = this.#options.now()
    for (const value of issued.values) {
      if (!value.isIssued) continue
      const kinds = resolveKinds(value, exchange.context)
      for (const kind of kinds ?? [null]) {
        const key = kind === null ? value.value : keyOf(exchange.scope, kind, value.value)
        if (this.#unchanged.has(key) || this.#table.find(key, now) !== null) continue
        const issuers = this.#awaited.get(key)
        if (issuers === undefined) this.#awaited.set(key, new Set([exchange]))
        else issuers.add(exchange)
        keys.push(key)
      }
    }
    exchange.awaited = keys
  }

  #match(id: ExchangeId, exchange: Exchange, production: Issued, replayed: Issued): void {
    this.#forget(id, exchange)
    const pairs = pairIssued(production, replayed, exchange.context)
    for (const pair of pairs) this.#learn(pair, exchange)
    const { counts } = this.#report
    const issued = production.values.filter(({ isIssued }) => isIssued)
    counts.unpaired += issued.length - pairs.length
    counts.evicted = this.#table.evicted()
    counts.expired = this.#table.expired()
  }

  #learn(pair: IssuedPair, exchange: Exchange): void {
    const { kinds, value } = pair
    if (pair.value === pair.substitute) this.#report.counts.unchanged += 1
    if (kinds === null) {
      if (!this.#isRefuted(pair, value, pair.substitute))
        this.#learnKey(value, pair, exchange, null)
      return
    }
    for (const kind of kinds) {
      if (kind !== anyKind && this.#kinds.size < kindsMax) this.#kinds.add(kind)
      const shared = keyOf(null, kind, value)
      if (this.#isRefuted(pair, shared, keyOf(null, kind, pair.substitute))) continue
      if (exchange.scope !== null) {
        const own = keyOf(exchange.scope, kind, value)
        this.#learnKey(own, pair, exchange, exchange.scope)
        if (this.#isOthers(shared, pair, exchange.scope)) continue
      }
      this.#learnKey(shared, pair, exchange, exchange.scope)
    }
  }

  /**
   * Production and target are known to have one of the two in common, so that the other is another
   * thing, which a list in another order showed at the same place.
   */
  #isRefuted(pair: IssuedPair, key: string, otherKey: string): boolean {
    if (pair.isCertain || pair.value === pair.substitute) return false
    const isRefuted = this.#unchanged.has(key) || this.#unchanged.has(otherKey)
    if (isRefuted) this.#report.counts.unpaired += 1
    return isRefuted
  }

  /** Two sessions have different things by that name: from then on it says nothing to others. */
  #isOthers(key: string, { value, substitute }: IssuedPair, scope: number): boolean {
    const known = this.#table.find(key, this.#options.now())
    if (known === null) return value !== substitute && this.#unchanged.has(key)
    if (known.substitute === null) return true
    if (known.substitute === substitute || known.scope === scope) return false
    known.substitute = null
    return true
  }

  #learnKey(key: string, pair: IssuedPair, exchange: Exchange, scope: number | null): void {
    const now = this.#options.now()
    const { value, substitute, isCertain } = pair
    if (value === substitute && !(this.#table.find(key, now)?.isCertain ?? false)) {
      this.#table.forget(key)
      this.#unchanged.set(detach(key), true)
      return
    }
    this.#unchanged.take(key)
    const producer = this.#report.producer(`${exchange.route} ${pair.position}`)
    const learned = this.#table.learn(key, { substitute, isCertain, scope, producer }, now)
    if (learned === 'new' || learned === 'changed')
      this.#report.learned(producer, value, substitute)
  }

  #count(parts: MessageParts, found: readonly FoundUse[]): void {
    this.#report.counts.rewrittenRequests += 1
    const [method = '', target = ''] = parts.head.split(' ', 2)
    const route = toRoute(method, target)
    for (const { use, producer } of found) {
      this.#report.used(producer, `${route} ${use.place}${use.name === '' ? '' : ` ${use.name}`}`)
    }
  }

  #forget(id: ExchangeId, exchange: Exchange): void {
    this.#exchanges.delete(id)
    this.#bytes -= exchange.payloadBytes
    for (const key of exchange.awaited) {
      const issuers = this.#awaited.get(key)
      issuers?.delete(exchange)
      if (issuers?.size === 0) this.#awaited.delete(key)
    }
    exchange.awaited = []
  }
}

interface FoundUse extends Substitution {
  readonly producer: Producer
}

/** No value holds a space, so that the keys of integers are no values. */
function keyOf(scope: number | null, kind: string, value: string): string {
  return `${scope ?? ''} ${kind} ${value}`
}
