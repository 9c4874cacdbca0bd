import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEndpointLoad, createTrial } from '../../test/support/capacity.ts'
import { findGaveWay } from './gave-way.ts'

const slow = { p50: 500_000, p95: 800_000, p99: 920_000, max: 999_000 }

function createBroken(level: number, items: number, orders: number) {
  return createTrial({
    ...{ kind: 'short', level, fromDue: slow, verdict: 'breaks', reasons: ['p99'], errors: 8 },
    endpoints: [
      createEndpointLoad('GET /items', 600, items),
      createEndpointLoad('POST /orders', 200, orders),
    ],
  })
}

test('the endpoint whose share of slow requests grew most gave way first', () => {
  const found = findGaveWay([createTrial(), createBroken(8, 600, 200), createBroken(4, 6, 100)])
  assert.deepEqual(found, {
    endpoint: 'POST /orders',
    reasons: ['p99'],
    level: 4,
    p99: [41_000, 920_000],
    errors: [0, 0.01],
  })
})

test('where all endpoints are alike, none is named', () => {
  assert.equal(findGaveWay([createTrial(), createBroken(4, 300, 100)])!.endpoint, null)
})

test('an endpoint with few requests is not named', () => {
  const trial = createBroken(4, 30, 0)
  const endpoints = [...trial.endpoints, createEndpointLoad('GET /rare', 3, 3)]
  assert.equal(findGaveWay([createTrial(), { ...trial, endpoints }])!.endpoint, 'GET /items')
})

test('where nothing broke, nothing gave way', () => {
  assert.equal(findGaveWay([createTrial(), createTrial({ kind: 'long', level: 2 })]), null)
})
