import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCast, type Scenario } from './cast.ts'
import { allDrift, type DriftKind } from './drift.ts'
import { parseAnswer } from './http.ts'
import { allNoise, type NoiseKind } from './noise.ts'
import { findPlaces, isWithin } from './places.ts'

const none: ReadonlySet<never> = new Set()

/** Where production or another baseline answers otherwise than the baseline. */
function compareBaseline(scenario: Scenario, other: 'production' | 'baselineAgain') {
  const places = new Set<string>()
  let statuses = 0
  for (const { endpoint, production, others } of createCast(scenario).play()) {
    const asked = other === 'production' ? production : others[other]
    const { baseline } = others
    if (asked.status !== baseline.status) statuses += 1
    if (Buffer.from(asked.response).equals(baseline.response)) continue
    const found = findPlaces(parseAnswer(asked.response), parseAnswer(baseline.response))
    for (const where of found) places.add(`${endpoint} ${where}`)
  }
  return { places: [...places], statuses }
}

function assertFound(places: readonly string[], wanted: string): void {
  assert.ok(
    places.some((place) => isWithin(place, wanted)),
    `${wanted} is not among ${places.join(', ')}`,
  )
}

const driftPlaces: Readonly<Record<DriftKind, string>> = {
  'missing-users': 'POST /login status',
  'other-profiles': 'GET /me $.city',
  'other-prices': 'GET /products/{sku} $.price.amount',
  'extra-products': 'GET /products $.total',
  'older-catalogue': 'GET /products/{sku} $.description',
  'other-stock': 'GET /products/{sku}/stock $.warehouses[*].quantity',
  'renamed-categories': 'GET /categories $.items[*].name',
  'other-ids': 'GET /orders/{id} $.id',
  'deleted-orders': 'GET /orders $.total',
  'other-order-states': 'GET /orders $.items[*].state',
  'other-recommendations': 'GET /recommendations $.model',
  'other-rates': 'GET /rates $.rates',
  'other-flags': 'GET /cart $.giftWrap',
  'clock-offset': 'GET /orders/{id} $.deliveryDate',
  'fewer-reviews': 'GET /products/{sku}/reviews $.items',
  'other-counters': 'GET /products/{sku} $.views',
}

for (const [kind, place] of Object.entries(driftPlaces) as [DriftKind, string][]) {
  test(`with drift ${kind}, production differs at ${place}, and the baselines do not`, () => {
    const scenario = { seed: 3, drift: new Set([kind]), noise: none, requests: 600 }
    assertFound(compareBaseline(scenario, 'production').places, place)
    const { places } = compareBaseline({ ...scenario, requests: 300 }, 'baselineAgain')
    assert.deepEqual(places, [])
  })
}

const noisePlaces: Readonly<Record<NoiseKind, string>> = {
  'request-ids': 'GET /me header:x-request-id',
  'trace-ids': 'GET /me header:traceparent',
  timestamps: 'POST /orders $.createdAt',
  'tag-order': 'GET /products/{sku} $.tags',
  'warehouse-order': 'GET /products/{sku}/stock $.warehouses',
  'session-tokens': 'POST /login header:set-cookie',
  'csrf-tokens': 'GET /login /html/body/main/form/input/@value',
  nonces: 'GET / /html/head/script/@nonce',
  'jwt-ids': 'POST /token $.token',
  'order-ids': 'POST /orders $.id',
  'score-jitter': 'GET /search $.items[*].score',
  'instance-names': 'GET /me header:x-served-by',
  'recommendation-picks': 'GET /recommendations $.items',
  'view-counters': 'GET /products/{sku} $.views',
  'etag-salts': 'GET /products/{sku} header:etag',
  'elapsed-times': 'GET /search $.tookMs',
  'visitors-online': 'GET / /html/body/main/p',
}

for (const [kind, place] of Object.entries(noisePlaces) as [NoiseKind, string][]) {
  test(`with noise ${kind}, two baselines differ at ${place}, but in no status`, () => {
    const scenario = { seed: 3, drift: none, noise: new Set([kind]), requests: 400 }
    const { places, statuses } = compareBaseline(scenario, 'baselineAgain')
    assertFound(places, place)
    assert.equal(statuses, 0)
  })
}

test('without drift and noise all instances answer alike', () => {
  const scenario = { seed: 4, drift: none, noise: none, requests: 2_000 }
  assert.deepEqual(compareBaseline(scenario, 'production'), { places: [], statuses: 0 })
})

test('each instance is asked with its own sessions and ids: no status differs by noise alone', () => {
  const scenario: Scenario = { seed: 5, drift: new Set(['other-ids']), requests: 4_000 }
  const { places, statuses } = compareBaseline(scenario, 'production')
  assertFound(places, 'GET /orders/{id} $.id')
  assert.equal(statuses, 0)
})

test('there are at least twelve kinds of drift and of noise', () => {
  assert.ok(allDrift.size >= 12)
  assert.ok(allNoise.size >= 12)
})

test('the same scenario gives the same bytes, and another seed gives others', () => {
  const play = (seed: number) =>
    [...createCast({ seed, requests: 300 }).play()].map(({ production, others, ...rest }) => ({
      ...rest,
      all: [production, ...Object.values(others)].map(
        ({ request, response, sentAt, answeredAt }) =>
          `${Buffer.from(request)}${Buffer.from(response)}${sentAt} ${answeredAt}`,
      ),
    }))
  const first = play(8)
  assert.deepEqual(play(8), first)
  assert.notDeepEqual(play(9), first)
})

test('exchanges come in the order of their time, in order on each connection, at the rate asked', () => {
  const exchanges = [...createCast({ seed: 6, requests: 5_000, requestsPerSecond: 40 }).play()]
  let before = 0
  const answered = new Map<number, number>()
  for (const { production, connection } of exchanges) {
    assert.ok(production.sentAt >= before)
    assert.ok(production.sentAt >= (answered.get(connection) ?? 0))
    before = production.sentAt
    answered.set(connection, production.answeredAt)
  }
  const [late, last] = [exchanges[2_500]!, exchanges.at(-1)!]
  const rate = 2_500e6 / (last.production.sentAt - late.production.sentAt)
  assert.ok(rate > 30 && rate < 50, `${rate} requests per second`)
})
