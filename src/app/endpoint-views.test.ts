import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSampleRun } from '../../test/support/sample-run.ts'
import { defaultJudgeOptions, judgeRun } from '../compare/judge/judge-run.ts'
import { rowOfEndpoint, viewEndpoint } from './endpoint-views.ts'

const { tally } = createSampleRun()
const { findings } = judgeRun(tally, { ...defaultJudgeOptions, today: '2026-01-31' })

const find = (name: string) => tally.endpoints.find(({ endpoint }) => endpoint === name)!
const findingsOf = (name: string) => findings.filter(({ endpoint }) => endpoint === name)
const rowOf = (name: string) => rowOfEndpoint(find(name), findingsOf(name))
const viewOf = (name: string) => viewEndpoint(find(name), findingsOf(name))

test('a row tells the gravest finding, how much slower it is, and how often it fails', () => {
  const row = rowOf('GET /orders/{id}')
  assert.deepEqual([row.state, row.findings, row.errors.candidate], ['confirmed', 1, 0])
  const cart = rowOf('POST /cart')
  assert.ok(cart.latency !== null && cart.latency.low > 1.4 && cart.latency.high < 1.8)
  assert.ok(cart.p99.candidate! > cart.p99.baseline!)
})

test('findings that a rule accepts do not make an endpoint suspicious', () => {
  const accepted = findingsOf('GET /orders/{id}').map((found) => ({
    ...found,
    state: 'accepted' as const,
  }))
  assert.equal(rowOfEndpoint(find('GET /orders/{id}'), accepted).state, null)
})

test('a place tells who differs from the baseline how often, and its finding', () => {
  const [place] = viewOf('GET /orders/{id}').places
  assert.deepEqual(
    [place?.path, place?.label, place?.differing.candidate, place?.differing.production],
    ['$.items[*].price', 'changed', 150, 0],
  )
  assert.equal(place?.finding?.state, 'confirmed')
  const [drift] = viewOf('GET /users/{id}').places
  assert.deepEqual(
    [drift?.label, drift?.differing.candidate, drift?.differing.production],
    ['drift', 0, 150],
  )
})

test('a distribution holds every answer, from the fastest up', () => {
  const buckets = viewOf('POST /cart').distributions.candidate!
  assert.equal(
    buckets.reduce((sum, { count }) => sum + count, 0),
    150,
  )
  assert.ok(buckets.every(({ from }, index) => index === 0 || from > buckets[index - 1]!.from))
})

test('answers that failed, and those of 500 and above, are errors', () => {
  const endpoint = find('GET /search')
  const statuses = { candidate: { '200': 6, '404': 2, '503': 1, timeout: 1 } }
  assert.equal(rowOfEndpoint({ ...endpoint, statuses }, []).errors.candidate, 0.2)
})
