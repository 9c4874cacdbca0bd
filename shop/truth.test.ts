import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bugs } from './bugs.ts'
import { createCast, type Scenario } from './cast.ts'
import { isWithin } from './places.ts'
import { tellTruth } from './truth.ts'

const none: ReadonlySet<never> = new Set()

/** How many places of each cause, and those of bugs with their endpoint. */
function count(scenario: Scenario, repeat = false) {
  const counts = { bug: 0, drift: 0, noise: 0 }
  const ofBugs = new Set<string>()
  const { playWithTruth, askAgain } = createCast(scenario)
  for (const exchange of playWithTruth()) {
    const truth = tellTruth(exchange)
    counts.bug += truth.bug.size
    counts.drift += truth.drift.size
    counts.noise += truth.noise.size
    for (const where of truth.bug) ofBugs.add(`${exchange.endpoint} ${where}`)
    const { request, sentAt } = exchange.others.candidate
    if (repeat && exchange.number % 7 === 0) askAgain('candidate', request, sentAt)
  }
  return { ...counts, ofBugs: [...ofBugs] }
}

test('each cause alone is told as that cause', () => {
  const base = { seed: 12, requests: 600, drift: none, noise: none }
  const causes = (scenario: Partial<Scenario>) => {
    const { bug, drift, noise } = count({ ...base, ...scenario })
    return [bug > 0, drift > 0, noise > 0]
  }
  assert.deepEqual(causes({}), [false, false, false])
  assert.deepEqual(causes({ bugs: new Set(['secret-leak']) }), [true, false, false])
  assert.deepEqual(causes({ drift: new Set(['other-prices']) }), [false, true, false])
  assert.deepEqual(causes({ noise: new Set(['nonces']) }), [false, false, true])
})

for (const name of ['price-rounding', 'forbidden-allowed', 'idempotency'] as const) {
  test(`with all drift and noise on, and requests repeated, ${name} is told by its place`, () => {
    const { ofBugs } = count({ seed: 13, requests: 1_500, bugs: new Set([name]) }, true)
    const { endpoint, where } = bugs.get(name)!
    assert.ok(ofBugs.length > 0)
    for (const place of ofBugs) assert.ok(isWithin(place, `${endpoint} ${where}`), place)
  })
}

test('a release without bugs is told to have none', () => {
  const { bug, drift, noise } = count({ seed: 14, requests: 600 }, true)
  assert.equal(bug, 0)
  assert.ok(drift > 0 && noise > 0)
})
