import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFinding } from '../../../test/support/findings.ts'
import { fnv1a } from '../../base/hash.ts'
import type { PathTally, RunTally } from '../../model/run-tally.ts'
import type { Finding } from '../../model/verdict.ts'
import { groupCauses, leafOf } from './causes.ts'
import { createEndpointTally } from './endpoint-counter.ts'
import { addToSketch } from './exchange-sketch.ts'
import { createPathTally } from './path-counter.ts'
import { emptyRunTally } from './run-tally-keeper.ts'

interface Place {
  readonly path: string
  readonly kind?: Finding['kind']
  readonly example: string
  /** The first and the number of the exchanges that show it, of 100. */
  readonly shown: readonly [first: number, count: number]
}

/** Findings of one endpoint, and what was counted of their places. */
function groupPlaces(places: readonly Place[]): readonly (readonly [string, number])[] {
  const findings = places.map(({ path, kind = 'value', example, shown: [, shown] }) =>
    createFinding({ path, kind, example, shown }),
  )
  const paths = places.map((place): PathTally => {
    const { path, kind = 'value', example, shown } = place
    const [first, exchanges] = shown
    const sketch: number[] = []
    for (let at = first; at < first + exchanges; at++) addToSketch(sketch, fnv1a(`e${at}`))
    const [from = null, to = null] = example.split(' → ')
    const pair = { from, to, fromClass: 'word', toClass: 'word', count: exchanges } as const
    const tally = createPathTally(path, kind as PathTally['kind'], '', 0)
    return { ...tally, exchanges, sketch, pairs: [pair] }
  })
  const endpoint = { ...createEndpointTally('GET /orders/{id}'), exchanges: 100, paths }
  const tally: RunTally = { ...emptyRunTally, endpoints: [endpoint] }
  return groupCauses(findings, tally).map(({ title, findings: ids }) => [title, ids.length])
}

const amount: Place = { path: '$.price.amount', example: '43.12 → 43', shown: [0, 90] }
const formatted: Place = { path: '$.price.formatted', example: '€43.12 → €43.00', shown: [0, 90] }

test('copies of one value in other forms are one cause', () => {
  const cents: Place = { path: '$.cents', example: '4312 → 4300', shown: [0, 90] }
  assert.deepEqual(groupPlaces([formatted, amount, cents]), [
    ['GET /orders/{id} $.cents value: 4312 → 4300 (and 2 more places)', 3],
  ])
})

test('what all answers show is of one cause with nothing but what changed alike', () => {
  const unit: Place = { path: '$.weight.unit', example: 'g → kg', shown: [0, 90] }
  assert.equal(groupPlaces([amount, formatted, unit]).length, 2)
})

test('what the same few exchanges show is one cause', () => {
  const count: Place = { path: '$.count', example: '2 → 0', shown: [10, 30] }
  const weight: Place = { path: '$.weight', example: '1.159 → 0', shown: [10, 30] }
  assert.equal(groupPlaces([count, weight]).length, 1)
  assert.equal(groupPlaces([count, { ...weight, shown: [25, 30] }]).length, 2)
})

test('what differs inside of a list whose elements come and go is of one cause with it', () => {
  const list: Place = { path: '$.items[*]', kind: 'element-extra', example: '', shown: [0, 60] }
  const name: Place = { path: '$.items[*].name', example: 'Bench → Lamp', shown: [5, 20] }
  assert.equal(groupPlaces([list, name]).length, 1)
  assert.equal(
    groupPlaces([
      { ...list, shown: [0, 20] },
      { ...name, shown: [0, 90] },
    ]).length,
    2,
  )
})

test('parts of one header are one cause', () => {
  const part = (path: string, example: string): Place => ({
    path,
    kind: 'header',
    example,
    shown: [0, 100],
  })
  const type = part('header.content-type.type', 'application/json → text/plain')
  const charset = part('header.content-type.charset', 'utf-8 → absent')
  assert.equal(groupPlaces([type, charset, part('header.vary', 'Accept → absent')]).length, 2)
})

test('an exchange that shows a cause at several places is counted once', () => {
  const endpoints = ['GET /a', 'GET /b'].flatMap((endpoint) =>
    ['$.x.total', '$.total'].map((path) => createFinding({ endpoint, path, shown: 40 })),
  )
  assert.equal(groupCauses(endpoints, emptyRunTally)[0]?.shown, 80)
})

test('one helper that shows in many endpoints is one cause', () => {
  const findings = Array.from({ length: 14 }, (_, index) =>
    createFinding({
      endpoint: `GET /e${index}`,
      path: index % 2 === 0 ? '$.total' : '$.a[*].total',
    }),
  )
  const causes = groupCauses([...findings, createFinding({ path: '$.name' })], emptyRunTally)
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
  const causes = groupCauses([cause, following, advice], emptyRunTally)
  assert.deepEqual(
    causes.map(({ title, findings }) => [title, findings]),
    [['GET /orders/{id} status: 200 → 500', [cause.id, following.id]]],
  )
})

test('a cause says where it shows', () => {
  const [cause] = groupCauses(
    [createFinding({ when: 'query.currency=JPY (12 of 12 with it)' })],
    emptyRunTally,
  )
  assert.equal(
    cause?.title,
    'GET /orders/{id} $.total value: 11.9 → 12, only with query.currency=JPY',
  )
})

test('the last name of a path is its leaf', () => {
  assert.equal(leafOf('$.items[*].price'), 'price')
  assert.equal(leafOf('$.tags[*]'), 'tags')
  assert.equal(leafOf('header.etag'), 'etag')
  assert.equal(leafOf('status'), 'status')
})
