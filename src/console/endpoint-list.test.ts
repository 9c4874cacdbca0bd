import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EndpointRow } from '../model/console.ts'
import { type EndpointQuery, listEndpoints } from './endpoint-list.ts'

const row = (endpoint: string, parts: Partial<EndpointRow> = {}): EndpointRow => ({
  endpoint,
  exchanges: 100,
  labels: {},
  state: null,
  findings: 0,
  latency: null,
  p99: {},
  errors: {},
  spark: [],
  ...parts,
})

const latency = (ratio: number) => ({ ratio, low: ratio, high: ratio, pairs: 9 })

const rows = [
  row('GET /a', { labels: { changed: 1 }, latency: latency(1.2) }),
  row('GET /b', { state: 'suspected', labels: { changed: 90 }, exchanges: 900 }),
  row('POST /a/c', { state: 'confirmed', latency: latency(0.9) }),
]

const plain: EndpointQuery = {
  filter: '',
  sort: 'endpoint',
  descending: false,
  troubled: false,
  offset: 0,
  limit: 100,
}

const cases: readonly (readonly [string, Partial<EndpointQuery>, readonly string[]])[] = [
  ['by name', {}, ['GET /a', 'GET /b', 'POST /a/c']],
  ['the gravest first', { sort: 'state', descending: true }, ['POST /a/c', 'GET /b', 'GET /a']],
  ['the busiest first', { sort: 'exchanges', descending: true }, ['GET /b', 'GET /a', 'POST /a/c']],
  ['unknown last, up', { sort: 'latency' }, ['POST /a/c', 'GET /a', 'GET /b']],
  ['unknown last, down', { sort: 'latency', descending: true }, ['GET /a', 'POST /a/c', 'GET /b']],
  ['with all words', { filter: 'post /A' }, ['POST /a/c']],
  ['only troubled ones', { troubled: true }, ['GET /b', 'POST /a/c']],
  ['a page', { offset: 1, limit: 1 }, ['GET /b']],
  ['a page that is out of range', { offset: -1, limit: -1 }, []],
]

for (const [what, query, expected] of cases) {
  test(`endpoints are listed: ${what}`, () => {
    const page = listEndpoints(rows, { ...plain, ...query })
    assert.deepEqual(
      page.rows.map(({ endpoint }) => endpoint),
      expected,
    )
  })
}

test('a page tells how many there are, and how many match', () => {
  const { total, matching } = listEndpoints(rows, { ...plain, filter: 'get', limit: 1 })
  assert.deepEqual([total, matching], [3, 2])
})
