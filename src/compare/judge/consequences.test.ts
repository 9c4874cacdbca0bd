import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFinding } from '../../../test/support/findings.ts'
import type { PathTally, RunTally } from '../../model/run-tally.ts'
import type { Finding } from '../../model/verdict.ts'
import { linkConsequences } from './consequences.ts'
import { createEndpointTally } from './endpoint-counter.ts'
import { createPathTally } from './path-counter.ts'
import { emptyRunTally } from './run-tally-keeper.ts'

function tallyOf(paths: readonly (readonly [endpoint: string, Partial<PathTally>])[]): RunTally {
  const endpoints = paths.map(([endpoint, parts]) => ({
    ...createEndpointTally(endpoint),
    paths: [{ ...createPathTally('$.total', 'value', '', 0), ...parts }],
  }))
  return { ...emptyRunTally, endpoints }
}

function causesOf(findings: readonly Finding[]): readonly (string | null)[] {
  return linkConsequences(findings, emptyRunTally).map(({ consequenceOf }) => consequenceOf)
}

test('what differs where the status does as well follows from it', () => {
  const status = createFinding({ kind: 'status', path: 'status', shown: 40, example: '200 → 500' })
  assert.deepEqual(causesOf([createFinding(), status]), [status.id, null])
  assert.deepEqual(causesOf([createFinding({ shown: 90 }), status]), [null, null])
  assert.deepEqual(causesOf([createFinding({ endpoint: 'GET /b' }), status]), [null, null])
})

test('what shows only in sessions in which a write went otherwise before follows from that', () => {
  const write = createFinding({ endpoint: 'POST /orders' })
  const read = createFinding()
  const link = (read_: Partial<PathTally>) =>
    linkConsequences(
      [write, read],
      tallyOf([
        ['POST /orders', { sessions: ['a', 'b', 'c', 'd'], firstAt: 5 }],
        ['GET /orders/{id}', { sessions: ['a', 'b', 'c'], firstAt: 6, ...read_ }],
      ]),
    )[1]?.consequenceOf
  assert.equal(link({}), write.id)
  assert.equal(link({ firstAt: 4 }), null)
  assert.equal(link({ sessions: ['a', 'b', 'x'] }), null)
  assert.equal(link({ sessions: ['a', 'b'] }), null)
})

test('a write that always goes otherwise explains what shows the same values alone', () => {
  const write = createFinding({ endpoint: 'POST /orders', shown: 95 })
  const read = createFinding()
  const pair = (from: string, to: string) => ({
    pairs: [{ from, to, fromClass: 'float', toClass: 'float', count: 9 } as const],
  })
  const link = (own: Partial<PathTally>) =>
    linkConsequences(
      [write, read],
      tallyOf([
        ['POST /orders', { sessions: ['a', 'b', 'c', 'd'], firstAt: 5, ...pair('43.12', '43') }],
        ['GET /orders/{id}', { sessions: ['a', 'b', 'c'], firstAt: 6, ...own }],
      ]),
    )[1]?.consequenceOf
  assert.equal(link(pair('€43.12', '€43.00')), write.id)
  assert.equal(link(pair('17.5', '0')), null)
})

test('a size follows from what half of the answers have otherwise, and from nothing less', () => {
  const size = createFinding({ kind: 'size', path: 'size', state: 'advice' })
  const value = createFinding({ shown: 50 })
  assert.deepEqual(causesOf([size, value]), [value.id, null])
  assert.deepEqual(causesOf([size, createFinding({ shown: 49 })]), [null, null])
  assert.deepEqual(causesOf([size, createFinding({ shown: 50, state: 'advice' })]), [null, null])
  const latency = createFinding({ kind: 'latency', path: 'latency', shown: 100 })
  assert.deepEqual(causesOf([size, latency]), [null, null])
})

const list = createFinding({ endpoint: 'GET /orders', kind: 'order', path: '$.items', shown: 70 })
const sessionsOf = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `s${from + index}`)

function linkToList(
  finding: Partial<Finding>,
  own: Partial<PathTally>,
  cause: Partial<Finding> = {},
): string | null | undefined {
  const tally = tallyOf([
    ['GET /orders', { path: '$.items', kind: 'order', sessions: sessionsOf(60) }],
    [finding.endpoint ?? 'GET /orders/{id}', own],
  ])
  const findings = [{ ...list, ...cause }, createFinding({ shown: 20, ...finding })]
  return linkConsequences(findings, tally)[1]?.consequenceOf
}

test('where a list is otherwise, another entity is asked for, and its answer follows from it', () => {
  const own = { sessions: sessionsOf(20) }
  assert.equal(linkToList({}, own), list.id)
  assert.equal(linkToList({ endpoint: 'GET /orders/{id}/invoice' }, own), list.id)
  const others: readonly (readonly [why: string, string | null | undefined])[] = [
    ['no entity of that list', linkToList({ endpoint: 'GET /users/{id}' }, own)],
    ['most answers', linkToList({ shown: 60 }, own)],
    ['sessions without the list', linkToList({}, { sessions: sessionsOf(20, 50) })],
    ['too few sessions to tell', linkToList({}, { sessions: sessionsOf(8) })],
    ['a value of the list alone', linkToList({}, own, { kind: 'value' })],
    ['no certain cause', linkToList({}, own, { state: 'suspected' })],
  ]
  for (const [why, consequenceOf] of others) assert.equal(consequenceOf, null, why)
})

test('what shows in the same few exchanges as such a consequence is one as well', () => {
  const follows = createFinding({ shown: 20 })
  const rare = createFinding({ path: '$.state', shown: 5 })
  const sketch = (count: number, from = 1) => Array.from({ length: count }, (_, nth) => from + nth)
  const link = (own: readonly number[]) => {
    const [place, other] = [
      {
        ...createPathTally('$.total', 'value', '', 0),
        sessions: sessionsOf(20),
        sketch: sketch(20),
      },
      { ...createPathTally('$.state', 'value', '', 0), sessions: sessionsOf(5), sketch: own },
    ]
    const tally = tallyOf([
      ['GET /orders', { path: '$.items', kind: 'order', sessions: sessionsOf(60) }],
    ])
    const orders = { ...createEndpointTally('GET /orders/{id}'), paths: [place, other] }
    const all = { ...tally, endpoints: [...tally.endpoints, orders] }
    return linkConsequences([list, follows, rare], all).map(({ consequenceOf }) => consequenceOf)
  }
  assert.deepEqual(link(sketch(5, 3)), [null, list.id, list.id])
  assert.deepEqual(link(sketch(5, 100)), [null, list.id, null])
})
