// One request at work in a shop: what the handlers of all endpoints read, draw, and answer with.
import type { BugName } from './bugs.ts'
import { fractionAt, hexAt, pickAt, shuffleAt } from './chance.ts'
import {
  type Category,
  type Currency,
  currencies,
  dataMillis,
  type Order,
  type Product,
  type ShopData,
  type Tenant,
  type TenantData,
  tenantHabits,
  type User,
} from './data.ts'
import type { DriftKind } from './drift.ts'
import type { Answer, ShopRequest } from './http.ts'
import type { NoiseKind } from './noise.ts'

export interface ShopOptions {
  /** What the data are made of; shops with the same one have the same products and users. */
  readonly dataSeed: number
  /** What noise is made of; two runs differ in it. */
  readonly instanceSeed: number
  /** Told by GET /health, and by nothing else. */
  readonly release: number
  readonly bugs: ReadonlySet<BugName>
  readonly drift: ReadonlySet<DriftKind>
  readonly noise: ReadonlySet<NoiseKind>
}

/** What a shop remembers from one request to the next. */
export interface ShopState {
  readonly options: ShopOptions
  readonly data: ShopData
  readonly tenants: Readonly<Record<Tenant, TenantState>>
  /** User by session token. */
  readonly sessions: Map<string, User>
  readonly csrfTokens: Map<string, Tenant>
  requests: number
  /** Made by visitors. */
  orders: number
}

export interface TenantState {
  readonly data: TenantData
  readonly products: ReadonlyMap<string, Product>
  readonly usersByEmail: ReadonlyMap<string, User>
  readonly usersById: ReadonlyMap<number, User>
  readonly categories: ReadonlyMap<string, Category>
  /** What users changed of themselves, by user id. */
  readonly changes: Map<number, { displayName: string; city: string }>
  readonly orders: Map<string, Order>
  readonly ordersByUser: Map<number, Order[]>
  readonly ordersByKey: Map<string, Order>
  readonly carts: Map<number, Cart>
  readonly viewed: Map<string, number>
  readonly sold: Map<string, number>
}

export interface Cart {
  /** Quantity by SKU, in the order of the first adding. */
  readonly items: Map<string, number>
  /** As the last change found it. */
  before: ReadonlyMap<string, number>
  changed: boolean
}

export interface Call {
  readonly state: ShopState
  readonly shop: TenantState
  readonly tenant: Tenant
  readonly request: ShopRequest
  readonly user: User | null
  readonly nowMillis: number
  /** The number of this request at this instance. */
  readonly sequence: number
  readonly params: readonly string[]
}

export function has(call: Call, bug: BugName): boolean {
  return call.state.options.bugs.has(bug)
}

/** As `has`, for one request in a hundred, by chance. */
export function hasRarely(call: Call, bug: BugName): boolean {
  if (!has(call, bug)) return false
  return fractionAt(call.state.options.instanceSeed, bug, call.sequence) < 0.01
}

/** A number from 0 up to 1, the nth of this request: by chance where that noise is on. */
export function draw(call: Call, kind: NoiseKind, nth = 0): number {
  return fractionAt(seedFor(call, kind), kind, call.sequence * 64 + nth)
}

/** Hexadecimal digits: by chance where that noise is on, else the same in every instance. */
export function drawHex(call: Call, kind: NoiseKind, length: number, nth = 0): string {
  return hexAt(seedFor(call, kind), kind, call.sequence * 4 + nth, length)
}

export function drawOne<T>(call: Call, kind: NoiseKind, items: readonly T[]): T {
  return pickAt(seedFor(call, kind), kind, call.sequence, items)
}

/** In an order by chance where that noise is on, else as they are. */
export function drawOrder<T>(call: Call, kind: NoiseKind, items: readonly T[]): readonly T[] {
  if (!isNoisy(call, kind)) return items
  return shuffleAt(seedFor(call, kind), kind, call.sequence, items)
}

export function isNoisy(call: Call, kind: NoiseKind): boolean {
  return call.state.options.noise.has(kind)
}

/** Milliseconds since the epoch as this shop's clock has them. */
export function clock(call: Call): number {
  const { data } = call.state
  const now = isNoisy(call, 'timestamps') ? call.nowMillis : dataMillis + call.sequence * 250
  return now + data.clockOffsetMillis
}

export function isoTime(millis: number): string {
  return new Date(millis).toISOString()
}

/** The time of day at the tenant's, as `2025-03-10T10:00:00+01:00`. */
export function localTime(millis: number, offsetMinutes: number): string {
  const local = new Date(millis + offsetMinutes * 60_000).toISOString().slice(0, 19)
  const sign = offsetMinutes < 0 ? '-' : '+'
  const hours = String(Math.floor(Math.abs(offsetMinutes) / 60)).padStart(2, '0')
  const minutes = String(Math.abs(offsetMinutes) % 60).padStart(2, '0')
  return `${local}${sign}${hours}:${minutes}`
}

/** What the visitor pays in: asked for, else the user's, else what is usual at the tenant. */
export function currencyOf(call: Call): Currency {
  const asked = call.request.query.get('currency')
  const known = currencies.find((currency) => currency === asked)
  return known ?? call.user?.currency ?? tenantHabits[call.tenant].currency
}

const places: Readonly<Record<Currency, number>> = { EUR: 2, USD: 2, JPY: 0 }
const signs: Readonly<Record<Currency, string>> = { EUR: '€', USD: '$', JPY: '¥' }

/** Cents of a euro in another currency, rounded half up to what that currency divides into. */
export function convert(call: Call, cents: number, currency: Currency): number {
  const scale = 10 ** places[currency]
  return Math.round((cents * call.state.data.rates[currency] * scale) / 100) / scale
}

export interface Money {
  readonly amount: number
  readonly currency: Currency
  readonly formatted: string
}

export function money(amount: number, currency: Currency): Money {
  return { amount, currency, formatted: signs[currency] + amount.toFixed(places[currency]) }
}

type Headers = readonly (readonly [name: string, value: string])[]

export function answerJson(status: number, value: unknown, headers: Headers = []): Answer {
  return answerText(status, 'application/json; charset=utf-8', JSON.stringify(value), headers)
}

export function answerText(
  status: number,
  type: string,
  text: string,
  headers: Headers = [],
): Answer {
  return { status, headers: [['Content-Type', type], ...headers], body: Buffer.from(text, 'utf8') }
}

export function answerEmpty(status: number, headers: Headers = []): Answer {
  return { status, headers, body: nothing }
}

const nothing = new Uint8Array(0)

/** The shape of every error of the JSON endpoints. */
export function answerError(call: Call, status: number, code: string, message: string): Answer {
  const trace = drawHex(call, 'trace-ids', 32)
  const headers: Headers =
    status === 401 ? [['WWW-Authenticate', 'Bearer realm="shop", charset="UTF-8"']] : []
  return answerJson(status, { error: { code, message, trace } }, headers)
}

export function answerUnauthorized(call: Call): Answer {
  return answerError(call, 401, 'unauthorized', 'log in first')
}

export function answerNotFound(call: Call, what: string): Answer {
  return answerError(call, 404, 'not_found', `no such ${what}`)
}

function seedFor(call: Call, kind: NoiseKind): number {
  const { noise, instanceSeed } = call.state.options
  return noise.has(kind) ? instanceSeed : 0
}

/** Keeps at most `entriesMax`: the oldest goes first. */
export function remember<K, V>(map: Map<K, V>, key: K, value: V, entriesMax: number): void {
  map.set(key, value)
  if (map.size <= entriesMax) return
  for (const oldest of map.keys()) {
    map.delete(oldest)
    return
  }
}
