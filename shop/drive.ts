// Visitors put to a production shop in virtual time, and each request beside it to other instances:
// everybody's answers to the same request, with each instance's own sessions and ids.
import assert from 'node:assert/strict'
import { fractionAt } from './chance.ts'
import type { ShopData } from './data.ts'
import type { Answer } from './http.ts'
import type { Shop } from './shop.ts'
import { type Issued, learn, renderStep, type Step } from './step.ts'
import { startVisit, stepsPerVisit, type Visit } from './visit.ts'

export interface Asked {
  /** As on the wire. */
  readonly request: Uint8Array
  readonly response: Uint8Array
  readonly status: number
  /** Microseconds since the epoch. */
  readonly sentAt: number
  readonly answeredAt: number
}

export interface ShopExchange<Name extends string> {
  /** From 0, in the order of production's requests. */
  readonly number: number
  readonly visit: number
  /** The client connection at production. */
  readonly connection: number
  /** Production's method and path template. */
  readonly endpoint: string
  readonly production: Asked
  readonly others: Readonly<Record<Name, Asked>>
}

export interface DriveOptions<Name extends string> {
  readonly production: Shop
  /** Asked in this order, each the same, after production. */
  readonly others: Readonly<Record<Name, Shop>>
  /** Who is asked at the same time as which other one; else each has a time of its own. */
  readonly twins?: Readonly<Partial<Record<Name, Name | 'production'>>>
  /** Whose users come: production's. */
  readonly data: ShopData
  readonly seed: number
  /** How many exchanges there are. */
  readonly requests: number
  /** Of production, on average, once the first visitors are at it. */
  readonly requestsPerSecond: number
  /** Microseconds since the epoch. */
  readonly startsAt: number
}

/** Microseconds that the others are behind production, and by how much that varies. */
const behindMicros = 1_500_000
const behindMicrosVary = 40_000

/** The same options give the same exchanges. */
export function* drive<Name extends string>(
  options: DriveOptions<Name>,
): Generator<ShopExchange<Name>, void, undefined> {
  const { seed, startsAt, requests, requestsPerSecond } = options
  const arrivalMicros = (1e6 * stepsPerVisit) / requestsPerSecond
  // Whose request is due next is last.
  const guests: Guest[] = []
  let visits = 0
  let arrivesAt = startsAt
  for (let number = 0; number < requests; number++) {
    while (guests.length === 0 || arrivesAt <= guests.at(-1)!.dueAt) {
      insert(guests, welcome(options, visits, arrivesAt))
      visits += 1
      // Visitors come by chance, none because of another.
      arrivesAt += Math.round(-Math.log(1 - fractionAt(seed, 'arrival', visits)) * arrivalMicros)
    }
    const guest = guests.pop()!
    const { exchange, answer } = serveStep(options, guest, number)
    const next = guest.steps.next(answer)
    if (next.done !== true) {
      insert(guests, { ...guest, step: next.value, dueAt: dueAfter(exchange, next.value) })
    }
    yield exchange
  }
}

interface Guest {
  readonly visit: number
  readonly steps: Visit
  readonly step: Step
  readonly dueAt: number
  readonly connection: { current: number }
  readonly issued: Issued
  /** By name of the instance. */
  readonly issuedBy: Readonly<Record<string, Issued>>
}

/** A visit opens no more connections than this. */
const connectionsPerVisit = 4

function welcome<Name extends string>(
  { seed, data, others }: DriveOptions<Name>,
  visit: number,
  dueAt: number,
): Guest {
  const steps = startVisit({ seed, number: visit, data })
  const first = steps.next()
  assert(first.done !== true, 'a visitor asks for something')
  const connection = { current: visit * connectionsPerVisit }
  const issuedBy = Object.fromEntries(Object.keys(others).map((name) => [name, new Map()]))
  return { visit, steps, step: first.value, dueAt, connection, issued: new Map(), issuedBy }
}

/** Behind all that are due later. */
function insert(guests: Guest[], guest: Guest): void {
  let low = 0
  let high = guests.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (guests[middle]!.dueAt > guest.dueAt) low = middle + 1
    else high = middle
  }
  guests.splice(low, 0, guest)
}

function dueAfter(exchange: ShopExchange<string>, step: Step): number {
  return exchange.production.answeredAt + step.thinkMicros
}

function serveStep<Name extends string>(
  options: DriveOptions<Name>,
  guest: Guest,
  number: number,
): { exchange: ShopExchange<Name>; answer: Answer } {
  const { step, issued, issuedBy, connection, visit, dueAt } = guest
  if (step.isOnNewConnection) connection.current += 1
  const request = renderStep(step, issued, issued)
  const served = options.production.serveBytes(request, dueAt)
  const others: Partial<Record<Name, Asked>> = {}
  for (const name of Object.keys(options.others) as Name[]) {
    const own = issuedBy[name]!
    const mapped = renderStep(step, own, issued)
    const sentAt = dueAt + behindOf(options, name, number)
    const replayed = options.others[name].serveBytes(mapped, sentAt)
    learn(step, replayed.answer, own)
    others[name] = toAsked(mapped, replayed, sentAt)
  }
  learn(step, served.answer, issued)
  const exchange: ShopExchange<Name> = {
    number,
    visit,
    connection: connection.current,
    endpoint: served.endpoint,
    production: toAsked(request, served, dueAt),
    others: others as Record<Name, Asked>,
  }
  return { exchange, answer: served.answer }
}

function behindOf<Name extends string>(
  { seed, twins }: DriveOptions<Name>,
  name: Name,
  number: number,
): number {
  const timed = twins?.[name] ?? name
  if (timed === 'production') return 0
  return behindMicros + Math.round(fractionAt(seed, timed, number) * behindMicrosVary)
}

/** What `served` came to, for whom it was sent at that time. */
export function toAsked(
  request: Uint8Array,
  served: ReturnType<Shop['serveBytes']>,
  sentAt: number,
): Asked {
  return {
    request,
    response: served.bytes,
    status: served.answer.status,
    sentAt,
    answeredAt: sentAt + served.latencyMicros,
  }
}
