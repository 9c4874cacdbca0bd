import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAnswers, createComparison } from '../../../test/support/comparisons.ts'
import { SeriesCounter } from './series-counter.ts'

const second = 1_000_000

test('a point is given for each role when time has passed it', () => {
  const series = new SeriesCounter()
  const failed = createAnswers({ candidate: { status: 503 }, baseline: { failure: 'timeout' } })
  assert.deepEqual(series.add(createComparison({ at: 10 * second })), [])
  assert.deepEqual(series.add(createComparison({ at: 10.9 * second, answers: failed })), [])
  const points = series.add(createComparison({ at: 11 * second }))
  assert.deepEqual(
    points.map(({ at, role, requests, errors }) => [at, role, requests, errors]),
    [
      [10 * second, 'production', 2, 0],
      [10 * second, 'baseline', 2, 1],
      [10 * second, 'baseline2', 2, 0],
      [10 * second, 'candidate', 2, 1],
    ],
  )
  assert.ok(Math.abs(points[0]!.p50! / 20_000 - 1) < 0.02)
  assert.equal(series.finish().length, 4)
  assert.deepEqual(series.finish(), [])
})

test('where nothing was answered there is no latency', () => {
  const series = new SeriesCounter()
  series.add(createComparison({ answers: createAnswers({ candidate: { failure: 'refused' } }) }))
  const candidate = series.finish().find(({ role }) => role === 'candidate')
  assert.deepEqual([candidate?.p50, candidate?.errors], [null, 1])
})

test('points are of a second in the beginning, and of five later; each request is in one', () => {
  const series = new SeriesCounter()
  const points = Array.from({ length: 50 }, (_, index) =>
    series.add(createComparison({ at: (12 + index) * second })),
  ).flat()
  points.push(...series.finish())
  const own = points.filter(({ role }) => role === 'candidate')
  const starts = own.map(({ at, seconds }) => [at / second, seconds])
  // The first 30 seconds, and up to the next whole five.
  assert.deepEqual(starts.slice(0, 2), [
    [12, 1],
    [13, 1],
  ])
  assert.deepEqual(starts.slice(32), [
    [44, 1],
    [45, 5],
    [50, 5],
    [55, 5],
    [60, 5],
  ])
  assert.equal(
    own.reduce((sum, { requests }) => sum + requests, 0),
    50,
  )
})
