import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createChange, createComparison } from '../../../test/support/comparisons.ts'
import { RunTallyKeeper } from './run-tally-keeper.ts'

const request = { target: '/orders/7', features: [], isKept: true, orphan: false }

test('a run is counted endpoint by endpoint', () => {
  const keeper = new RunTallyKeeper()
  keeper.add(createComparison({ at: 5 }), request)
  keeper.add(createComparison({ at: 3, endpoint: 'GET /users/{id}', mode: 'baseline' }), request)
  const tally = keeper.tally()
  assert.equal(tally.exchanges, 2)
  assert.deepEqual([tally.firstAt, tally.lastAt], [3, 5])
  assert.deepEqual(tally.modes, { 'baseline-twice': 1, baseline: 1 })
  assert.deepEqual(
    tally.endpoints.map(({ endpoint }) => endpoint),
    ['GET /orders/{id}', 'GET /users/{id}'],
  )
})

test('an orphan is counted, and held against nobody', () => {
  const keeper = new RunTallyKeeper()
  const comparison = createComparison({ attributions: [createChange()] })
  keeper.add(comparison, { ...request, orphan: true })
  assert.equal(keeper.tally().orphans, 1)
  assert.deepEqual(keeper.tally().endpoints, [])
})

test('what has changed since is given once', () => {
  const keeper = new RunTallyKeeper()
  keeper.add(createComparison({ attributions: [createChange()] }), request)
  assert.equal(keeper.takeChanged().length, 1)
  assert.equal(keeper.takeChanged().length, 0)
  keeper.reasked('GET /orders/{id}', [{ path: '$.total', kind: 'value', confirmed: true }])
  assert.equal(keeper.takeChanged()[0]?.paths[0]?.reasked.confirmed, 1)
  keeper.reasked('GET /nowhere', [])
  assert.equal(keeper.takeChanged().length, 0)
})

test('a tally that was stored as JSON and read back goes on', () => {
  const first = new RunTallyKeeper()
  for (let index = 0; index < 50; index++) {
    first.add(createComparison({ at: index, attributions: [createChange()] }), request)
  }
  const stored = JSON.parse(JSON.stringify(first.tally()))
  const second = new RunTallyKeeper(stored)
  assert.deepEqual(second.tally(), first.tally())
  second.add(createComparison({ attributions: [createChange()] }), request)
  assert.equal(second.tally().endpoints[0]?.paths[0]?.candidateOdd, 51)
})
