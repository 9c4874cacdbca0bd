import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BugName, bugs, type Place } from './bugs.ts'
import { createCast } from './cast.ts'
import { makeData } from './data.ts'
import { drive } from './drive.ts'
import { parseAnswer } from './http.ts'
import { findPlaces, isWithin } from './places.ts'
import { createShop, endpoints } from './shop.ts'

const seed = 11
const data = makeData(seed, new Set())

interface Found {
  readonly places: ReadonlySet<string>
  /** How many answers differ. */
  readonly count: number
  readonly slowed: ReadonlySet<string>
}

const requestsMax = 9_000

/**
 * Where a release with these bugs answers otherwise than one without, all else alike: in `requests`
 * requests, and in as many more as it takes until each of `wanted` is found.
 */
function findDifferences(
  names: readonly BugName[],
  requests: number,
  wanted: readonly Place[],
): Found {
  const create = (on: readonly BugName[]) =>
    createShop({
      dataSeed: seed,
      instanceSeed: seed,
      release: 1,
      bugs: new Set(on),
      drift: new Set(),
      noise: new Set(),
    })
  const places = new Set<string>()
  let count = 0
  const slowed = new Set<string>()
  const exchanges = drive({
    production: create([]),
    others: { candidate: create(names) },
    data,
    seed,
    requests: requestsMax,
    requestsPerSecond: 20,
    startsAt: 1_741_597_200_000_000,
  })
  let missing = wanted.filter(({ where }) => where !== 'latency')
  for (const { number, endpoint, production, others } of exchanges) {
    if (number >= requests && missing.length === 0) break
    const { candidate } = others
    const ratio =
      (candidate.answeredAt - candidate.sentAt) / (production.answeredAt - production.sentAt)
    if (ratio > 1.2) slowed.add(endpoint)
    else assert.ok(ratio > 0.95 && ratio < 1.05, `${endpoint} takes ${ratio} times as long`)
    const [one, other] = [Buffer.from(production.response), Buffer.from(candidate.response)]
    if (one.equals(other)) continue
    count += 1
    for (const where of findPlaces(parseAnswer(one), parseAnswer(other))) {
      places.add(`${endpoint} ${where}`)
      missing = missing.filter((place) => !isAt(`${endpoint} ${where}`, place))
    }
  }
  return { places, count, slowed }
}

function isAt(place: string, { endpoint, where }: Place): boolean {
  return place.startsWith(`${endpoint} `) && isWithin(place.slice(endpoint.length + 1), where)
}

test('a release without bugs answers as the one before', () => {
  const { places, slowed } = findDifferences([], 3_000, [])
  assert.deepEqual([...places, ...slowed], [])
})

for (const [name, bug] of bugs) {
  test(`${name} shows at ${bug.endpoint} ${bug.where}, and nowhere else`, () => {
    const declared = [bug, ...bug.consequences]
    const { places, count, slowed } = findDifferences([name], bug.isRare ? 2_000 : 600, declared)
    if (bug.where === 'latency') {
      assert.deepEqual([[...slowed], [...places]], [[bug.endpoint], []])
      return
    }
    const elsewhere = [...places].filter((place) => !declared.some((known) => isAt(place, known)))
    assert.deepEqual([...elsewhere, ...slowed], [])
    if (bug.isRare) assert.ok(count < 12, `${count} are not rare`)
    for (const { endpoint, where } of declared) {
      const isFound = [...places].some((place) => isAt(place, { endpoint, where }))
      assert.ok(isFound, `nothing at ${endpoint} ${where}`)
    }
  })
}

test('there are at least forty bugs of twenty kinds, all at endpoints that there are', () => {
  assert.ok(bugs.size >= 40, String(bugs.size))
  assert.ok(new Set([...bugs.values()].map(({ kind }) => kind)).size >= 20)
  for (const [name, { endpoint, consequences }] of bugs) {
    for (const place of [endpoint, ...consequences.map((other) => other.endpoint)]) {
      assert.ok(endpoints.includes(place), `${name}: ${place}`)
    }
  }
})

test('the traffic reaches every place of a bug within 3,000 requests, with all drift on', () => {
  const asked = new Set<string>()
  const { play } = createCast({ seed, requests: 3_000 })
  for (const { endpoint, others } of play()) {
    if (others.baseline.status < 400) asked.add(endpoint)
  }
  const missing = [...bugs.values()].filter(({ endpoint }) => !asked.has(endpoint))
  assert.deepEqual(missing, [])
})
