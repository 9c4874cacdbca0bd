import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAnswers, createChange, createComparison } from '../../../test/support/comparisons.ts'
import type { ExchangeComparison } from '../../model/comparison.ts'
import type { EndpointTally } from '../../model/run-tally.ts'
import { createEndpointTally, EndpointCounter } from './endpoint-counter.ts'

const second = 1_000_000

const request = { target: '/orders/7', features: [], isKept: true }

function count(comparisons: readonly ExchangeComparison[]): EndpointTally {
  const counter = new EndpointCounter(createEndpointTally('GET /orders/{id}'))
  for (const comparison of comparisons)
    counter.add(comparison, { ...request, features: ['query.page=1'] })
  return counter.tally()
}

test('answers are counted by status, or by the reason for none', () => {
  const tally = count([
    createComparison(),
    createComparison({
      answers: createAnswers({ candidate: { status: null, failure: 'timeout' } }),
    }),
  ])
  assert.deepEqual(tally.statuses.candidate, { 200: 1, timeout: 1 })
  assert.deepEqual(tally.statuses.production, { 200: 2 })
  assert.equal(tally.features['query.page=1'], 2)
})

test('failures are counted in pairs, and the baseline against itself', () => {
  const tally = count([
    createComparison({ answers: createAnswers({ candidate: { status: 500 } }) }),
    createComparison({ answers: createAnswers({ baseline: { status: 503 } }) }),
    createComparison({ answers: createAnswers({ baseline2: { failure: 'reset' } }) }),
    createComparison({ answers: createAnswers({ candidate: { status: 404 } }) }),
  ])
  assert.deepEqual(tally.failures, {
    compared: 4,
    candidateOnly: 1,
    baselineOnly: 1,
    both: 0,
    baseline2Only: 1,
    baseline1Only: 1,
  })
})

test('latencies are compared in pairs, block by block, and at the slowest twentieth', () => {
  const tally = count(
    Array.from({ length: 200 }, (_, index) =>
      createComparison({
        at: index * second,
        answers: createAnswers({ candidate: { latency: index % 10 === 0 ? 90_000 : 22_000 } }),
      }),
    ),
  )
  assert.ok(tally.latency.candidate.length > 10)
  assert.ok(tally.latency.candidate.every(({ logRatio }) => Math.abs(logRatio - 0.095) < 0.001))
  assert.ok(tally.latency.control.every(({ logRatio }) => logRatio === 0))
  assert.ok(tally.latency.candidate.every(({ tailDifference }) => tailDifference === 70_000))
})

test('sizes are compared in pairs, of answers with the same status', () => {
  const tally = count(
    Array.from({ length: 200 }, (_, index) => {
      const other = index % 4 === 0 ? { status: 404, bodyBytes: 90_000 } : { bodyBytes: 1_000 }
      return createComparison({ at: index * second, answers: createAnswers({ candidate: other }) })
    }),
  )
  const pairs = (blocks: typeof tally.sizes.control) =>
    blocks.reduce((sum, block) => sum + block.pairs, 0)
  assert.deepEqual([pairs(tally.sizes.candidate), pairs(tally.sizes.control)], [150, 200])
  assert.ok(tally.sizes.candidate.every(({ tailDifference }) => tailDifference === 500))
  assert.ok(tally.sizes.control.every(({ logRatio }) => logRatio === 0))
})

test('a failure has no latency, and no size', () => {
  const answers = createAnswers({ candidate: { failure: 'timeout', latency: 5_000_000 } })
  const tally = count([createComparison({ answers })])
  assert.equal(tally.latency.byRole.candidate, undefined)
  assert.equal(tally.sizes.byRole.candidate, undefined)
  assert.equal(tally.sizes.byRole.baseline?.count, 1)
})

test('places beyond the ceiling are counted as omitted, and what was stored goes on', () => {
  const counter = new EndpointCounter(count([createComparison()]))
  for (let index = 0; index < 500; index++) {
    const attributions = [createChange({ path: `$.k${index}` })]
    counter.add(createComparison({ attributions }), request)
  }
  counter.reasked('$.k1', 'value', true)
  counter.reasked('$.nowhere', 'value', true)
  const tally = counter.tally()
  assert.equal(tally.exchanges, 501)
  assert.equal(tally.paths.length, 400)
  assert.equal(counter.omitted(), 100)
  assert.deepEqual(tally.paths[1]?.reasked, { confirmed: 1, refuted: 0 })
})
