import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPoint, runStart } from '../../test/support/run-folders.ts'
import { bucketSeries } from './series-buckets.ts'

const at = (second: number) => runStart + second * 1_000_000

test('a short run stays as it is', () => {
  const points = [createPoint({ at: at(0) }), createPoint({ at: at(1) })]
  assert.deepEqual(bucketSeries(points, 100), points)
})

test('a day of points becomes as many as the chart is wide, and loses no request', () => {
  const points = Array.from({ length: 86_400 }, (_, second) => createPoint({ at: at(second) }))
  const buckets = bucketSeries(points, 600)
  assert.ok(buckets.length <= 600 && buckets.length > 300)
  assert.equal(
    buckets.reduce((sum, { requests }) => sum + requests, 0),
    8_640_000,
  )
})

test('joined points have the sum of requests, the weighted median and the slowest tail', () => {
  const points = [
    createPoint({ at: at(0), role: 'baseline', p50: null, p95: null, p99: null }),
    createPoint({ at: at(0), requests: 300, p50: 10, p99: 90 }),
    createPoint({ at: at(1), requests: 100, p50: 30, p99: 50 }),
  ]
  const [baseline, candidate] = bucketSeries(points, 1)
  assert.deepEqual(
    [candidate?.seconds, candidate?.requests, candidate?.p50, candidate?.p99],
    [2, 400, 15, 90],
  )
  assert.equal(baseline?.p50, null)
})

test('no points are no buckets', () => {
  assert.deepEqual(bucketSeries([], 10), [])
})

test('shorter points of the beginning stay while there is room, and are joined when there is not', () => {
  const early = Array.from({ length: 10 }, (_, second) => createPoint({ at: at(second) }))
  const later = Array.from({ length: 200 }, (_, index) =>
    createPoint({ at: at(10 + 5 * index), seconds: 5, requests: 500 }),
  )
  assert.equal(bucketSeries([...early, ...later.slice(0, 10)], 100).length, 20)
  const buckets = bucketSeries([...early, ...later], 300)
  assert.equal(buckets.length, 202)
  assert.ok(buckets.every(({ requests, seconds }) => requests / seconds === 100))
})
