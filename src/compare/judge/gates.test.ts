import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAnswers, createComparison } from '../../../test/support/comparisons.ts'
import { createFinding } from '../../../test/support/findings.ts'
import { createRandom } from '../../base/seeded-random.ts'
import type { AnswerSummary, ByRole } from '../../model/comparison.ts'
import type { RunTally } from '../../model/run-tally.ts'
import {
  defaultGateOptions,
  findFailures,
  findSlowdowns,
  judgeDifferences,
  judgeFailures,
  judgeLatency,
  judgeShares,
  judgeTraffic,
} from './gates.ts'
import { emptyRunTally, RunTallyKeeper } from './run-tally-keeper.ts'

const options = defaultGateOptions
const second = 1_000_000

function tally(
  count: number,
  answers: (index: number) => ByRole<Partial<AnswerSummary>>,
  endpoint = 'GET /orders/{id}',
): RunTally {
  const keeper = new RunTallyKeeper()
  for (let index = 0; index < count; index++) {
    const comparison = createComparison({
      at: index * second,
      endpoint,
      answers: createAnswers(answers(index)),
    })
    keeper.add(comparison, { target: '/orders/7', features: [], isKept: true, orphan: false })
  }
  return keeper.tally()
}

const alike = () => ({})

test('too few exchanges, in all or of an endpoint that matters, decide nothing', () => {
  const outcomes = (run: RunTally) => judgeTraffic(run, options).map(({ outcome }) => outcome)
  assert.deepEqual(outcomes(tally(100, alike)), ['pass', 'pass'])
  assert.deepEqual(outcomes(tally(20, alike)), ['undecided', 'undecided'])
  assert.deepEqual(outcomes(emptyRunTally), ['undecided', 'pass'])
})

test('what is confirmed fails, what is suspected is undecided, and what is accepted passes', () => {
  const outcome = (states: readonly ('confirmed' | 'suspected' | 'accepted' | 'advice')[]) =>
    judgeDifferences(states.map((state) => createFinding({ state }))).outcome
  assert.equal(outcome([]), 'pass')
  assert.equal(outcome(['accepted', 'advice']), 'pass')
  assert.equal(outcome(['suspected', 'accepted']), 'undecided')
  assert.equal(outcome(['confirmed', 'suspected']), 'fail')
})

test('a candidate that fails alone, one time in a hundred, is found', () => {
  const failing = (index: number) => (index % 100 === 0 ? { candidate: { status: 500 } } : {})
  const findings = findFailures(tally(2_000, failing))
  assert.equal(findings[0]?.shown, 20)
  assert.equal(judgeFailures(findings).outcome, 'fail')
})

test('failures that the baseline has as well are not held against the candidate', () => {
  const both = (index: number) => {
    if (index % 20 === 0) return { candidate: { status: 500 } }
    return index % 20 === 1 ? { baseline: { status: 500 } } : {}
  }
  assert.equal(judgeFailures(findFailures(tally(2_000, both))).outcome, 'pass')
})

/** Latencies that no two answers have alike. */
function spread(index: number, salt: number): number {
  return 20_000 + createRandom(index * 10 + salt)() * 20_000
}

test('a candidate that is 30 % slower is found, and one that is 5 % slower is put up with', () => {
  const slower = (factor: number) => (index: number) => ({
    baseline: { latency: spread(index, 1) },
    baseline2: { latency: spread(index, 2) },
    candidate: { latency: spread(index, 3) * factor },
  })
  const outcomes = (factor: number) =>
    judgeLatency(findSlowdowns(tally(400, slower(factor)), options)).map(({ outcome }) => outcome)
  assert.deepEqual(outcomes(1.3), ['fail', 'pass'])
  assert.deepEqual(outcomes(1.05), ['pass', 'pass'])
})

test('a slowdown that nobody can feel is put up with', () => {
  const slower = () => ({
    baseline: { latency: 500 },
    baseline2: { latency: 500 },
    candidate: { latency: 900 },
  })
  assert.deepEqual(findSlowdowns(tally(400, slower), options).findings, [])
})

test('where the baseline is slower than itself, slowness decides nothing', () => {
  const unsteady = (index: number) => ({
    baseline: { latency: spread(index, 1) },
    baseline2: { latency: spread(index, 2) * 1.5 },
    candidate: { latency: spread(index, 3) * 1.5 },
  })
  const found = findSlowdowns(tally(400, unsteady), options)
  assert.deepEqual(found.findings, [])
  assert.deepEqual(
    judgeLatency(found).map(({ outcome }) => outcome),
    ['undecided', 'undecided'],
  )
})

test('a slow twentieth is found where the typical answer is as quick', () => {
  const tail = (index: number) => ({
    candidate: { latency: index % 12 === 0 ? 200_000 : 20_000 },
  })
  const { findings } = findSlowdowns(tally(1_200, tail), options)
  assert.match(findings[0]!.why, /slowest twentieth was/)
})

test('much that was lost, or began before the capture, decides nothing', () => {
  const run = { ...emptyRunTally, exchanges: 100, orphans: 30 }
  const outcomes = (lostShare: number) =>
    judgeShares(run, lostShare, options).map(({ outcome }) => outcome)
  assert.deepEqual(outcomes(0.1), ['undecided', 'undecided'])
  assert.deepEqual(
    judgeShares({ ...run, orphans: 3 }, 0.01, options).map(({ outcome }) => outcome),
    ['pass', 'pass'],
  )
})
