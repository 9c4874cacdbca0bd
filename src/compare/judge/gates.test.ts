import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAnswers, createComparison } from '../../../test/support/comparisons.ts'
import { createFinding } from '../../../test/support/findings.ts'
import type { AnswerSummary, ByRole } from '../../model/comparison.ts'
import type { RunTally } from '../../model/run-tally.ts'
import {
  defaultGateOptions,
  findFailures,
  judgeDifferences,
  judgeFailures,
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

test('what is undecided says what is missing', () => {
  const [traffic, coverage] = judgeTraffic(tally(20, alike), options)
  assert.equal(traffic?.why, '20 exchanges compared, 80 more are needed')
  assert.equal(coverage?.why, 'replay 1.5 × as much: seen fewer than 30 times: GET /orders/{id} 20')
  const suspected = [createFinding({ state: 'suspected', evidence: 4 })]
  const twice = { ...tally(200, alike), modes: { 'baseline-twice': 200 } }
  assert.match(judgeDifferences(suspected, twice).why, /; 1\.5 × as much traffic would tell$/)
  const once = { ...twice, modes: { baseline: 200 } }
  assert.match(judgeDifferences(suspected, once).why, /--baseline-repeat 10%/)
})

test('what is confirmed fails, what is suspected is undecided, and what is accepted passes', () => {
  const outcome = (states: readonly ('confirmed' | 'suspected' | 'accepted' | 'advice')[]) =>
    judgeDifferences(
      states.map((state) => createFinding({ state })),
      emptyRunTally,
    ).outcome
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
