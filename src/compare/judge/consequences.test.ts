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
