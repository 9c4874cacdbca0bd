import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAnswers, createComparison } from '../../../test/support/comparisons.ts'
import { createRandom } from '../../base/seeded-random.ts'
import type { AnswerSummary, ByRole } from '../../model/comparison.ts'
import type { RunTally } from '../../model/run-tally.ts'
import { defaultGateOptions } from './gates.ts'
import { findSlowdowns, judgeLatency } from './latency-gate.ts'
import { RunTallyKeeper } from './run-tally-keeper.ts'

const options = defaultGateOptions
const second = 1_000_000

function tally(
  count: number,
  answers: (index: number) => ByRole<Partial<AnswerSummary>>,
): RunTally {
  const keeper = new RunTallyKeeper()
  for (let index = 0; index < count; index++) {
    const comparison = createComparison({
      at: index * second,
      answers: createAnswers(answers(index)),
    })
    keeper.add(comparison, { target: '/orders/7', features: [], isKept: true, orphan: false })
  }
  return keeper.tally()
}

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
  assert.match(findings[0]!.why, /at the slowest twentieth/)
  assert.deepEqual(findIn(tally(1_200, tail), { latencyMicrosMax: 300_000 }), [])
  assert.deepEqual(findIn(tally(1_200, tail), { latencyRatioMax: 20 }), [])
})

function findIn(run: RunTally, limits: Partial<typeof options>) {
  return findSlowdowns(run, { ...options, ...limits }).findings
}

test('what is put up with moves the slowest twentieth as well', () => {
  const tail = (index: number) => ({
    candidate: { latency: index % 12 === 0 ? 40_000 : 20_000 },
  })
  const run = tally(1_200, tail)
  assert.equal(findIn(run, {}).length, 1)
  assert.deepEqual(findIn(run, { latencyMicrosMax: 25_000 }), [])
  assert.deepEqual(findIn(run, { latencyRatioMax: 2.1 }), [])
})

test('a minute in which the candidate alone stood still is no slowdown', () => {
  const stall = (index: number) => {
    const isStalled = index > 100 && index < 160
    return { candidate: { latency: isStalled ? 2_000_000 : 20_000 } }
  }
  assert.deepEqual(findIn(tally(300, stall), {}), [])
})

test('what was seen for less than two minutes is not decided', () => {
  const slower = (index: number) => ({ candidate: { latency: spread(index, 3) * 4 } })
  const outcomes = (count: number) => {
    const [gate] = judgeLatency(findSlowdowns(tally(count, slower), options))
    return gate!.outcome
  }
  assert.equal(outcomes(110), 'undecided')
  assert.equal(outcomes(140), 'fail')
})

test('where the baseline was asked twice a few times, a slowdown has to be the greater', () => {
  const slower = (share: number, factor: number) =>
    tally(400, (index) => ({
      baseline: { latency: spread(index, 1) },
      baseline2: {
        latency: spread(index, 2),
        ...(index % (1 / share) === 0 ? {} : { failure: 'not asked' }),
      },
      candidate: { latency: spread(index, 3) * factor },
    }))
  const outcome = (share: number, factor: number) =>
    judgeLatency(findSlowdowns(slower(share, factor), options)).map(({ outcome }) => outcome)
  assert.deepEqual(outcome(1, 1.3), ['fail', 'pass'])
  assert.deepEqual(outcome(0.05, 1.3), ['undecided', 'undecided'])
  assert.deepEqual(outcome(0.1, 2), ['fail', 'pass'])
})

test('a gate that passes says how much it could not judge', () => {
  const gate = (count: number) =>
    judgeLatency(
      findSlowdowns(
        tally(count, () => ({})),
        options,
      ),
    )[0]
  assert.equal(gate(400)?.why, 'no endpoint is slower than is put up with')
  assert.match(gate(30)!.why, /\(1 of 1 seen too briefly to tell\)/)
})
