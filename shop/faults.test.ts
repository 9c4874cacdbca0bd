import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from './bugs.ts'
import { createCast } from './cast.ts'
import { type FaultName, faults } from './faults.ts'
import { parseAnswer } from './http.ts'
import { findPlaces, isWithin } from './places.ts'

const none: ReadonlySet<never> = new Set()
const scenario = { seed: 11, requests: 1_500, drift: none, noise: none }

interface Answered {
  readonly endpoint: string
  readonly bytes: Buffer
  readonly micros: number
}

function playCandidate(fault?: FaultName): readonly Answered[] {
  const { play } = createCast(fault === undefined ? scenario : { ...scenario, fault })
  return [...play()].map(({ endpoint, others: { candidate } }) => ({
    endpoint,
    bytes: Buffer.from(candidate.response),
    micros: candidate.answeredAt - candidate.sentAt,
  }))
}

const sound = playCandidate()

/** Where the release with the fault answers otherwise than without, all else alike. */
function findDifferences(fault: FaultName): ReadonlySet<string> {
  const places = new Set<string>()
  playCandidate(fault).forEach(({ endpoint, bytes, micros }, index) => {
    const before = sound[index]!
    if (micros > before.micros + 5_000) places.add(`${endpoint} latency`)
    if (bytes.equals(before.bytes)) return
    for (const where of findPlaces(parseAnswer(before.bytes), parseAnswer(bytes))) {
      places.add(`${endpoint} ${where}`)
    }
  })
  return places
}

function isAt(place: string, { endpoint, where }: Place): boolean {
  if (!place.startsWith(`${endpoint} `)) return false
  const own = place.slice(endpoint.length + 1)
  return where === '$' || isWithin(own, where)
}

for (const [name, fault] of faults) {
  test(`${name} shows at ${fault.endpoint} ${fault.where}, and nowhere else`, () => {
    const places = [...findDifferences(name)]
    assert.ok(
      places.some((place) => isAt(place, fault)),
      `not at ${places.join(', ')}`,
    )
    const endpoints = new Set([fault, ...fault.consequences].map(({ endpoint }) => endpoint))
    const elsewhere = places.filter(
      (place) => ![...endpoints].some((endpoint) => place.startsWith(`${endpoint} `)),
    )
    assert.deepEqual(elsewhere, [])
  })
}
