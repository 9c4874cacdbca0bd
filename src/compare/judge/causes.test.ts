import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFinding } from '../../../test/support/findings.ts'
import type { PathTally, RunTally } from '../../model/run-tally.ts'
import type { Finding } from '../../model/verdict.ts'
import { groupCauses, leafOf, linkConsequences } from './causes.ts'
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

test('one helper that shows in many endpoints is one cause', () => {
  const findings = Array.from({ length: 14 }, (_, index) =>
    createFinding({
      endpoint: `GET /e${index}`,
      path: index % 2 === 0 ? '$.total' : '$.a[*].total',
    }),
  )
  const causes = groupCauses([...findings, createFinding({ path: '$.name' })])
  assert.deepEqual(
    causes.map(({ title, endpoints }) => [title, endpoints]),
    [
      ['14 endpoints $.total value: 11.9 → 12', 14],
      ['GET /orders/{id} $.name value: 11.9 → 12', 1],
    ],
  )
})

test('consequences are listed with their cause, and advice is none', () => {
  const cause = createFinding({ kind: 'status', path: 'status', example: '200 → 500' })
  const following = createFinding({ consequenceOf: cause.id })
  const advice = createFinding({ path: '$.note', state: 'advice' })
  const causes = groupCauses([cause, following, advice])
  assert.deepEqual(
    causes.map(({ title, findings }) => [title, findings]),
    [['GET /orders/{id} status: 200 → 500', [cause.id, following.id]]],
  )
})

test('a cause says where it shows', () => {
  const [cause] = groupCauses([createFinding({ when: 'query.currency=JPY (12 of 12 with it)' })])
  assert.equal(
    cause?.title,
    'GET /orders/{id} $.total value: 11.9 → 12, only with query.currency=JPY (12 of 12 with it)',
  )
})

test('the last name of a path is its leaf', () => {
  assert.equal(leafOf('$.items[*].price'), 'price')
  assert.equal(leafOf('$.tags[*]'), 'tags')
  assert.equal(leafOf('header.etag'), 'etag')
  assert.equal(leafOf('status'), 'status')
})
