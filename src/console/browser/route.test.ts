import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatRoute, parseRoute } from './route.ts'

test('an address and what it shows are the same', () => {
  const query = { name: 'GET /orders/{id}?a=b&c', offset: '100' }
  const address = formatRoute('run 1/2', 'endpoint', query)
  assert.deepEqual(parseRoute(address), { run: 'run 1/2', page: 'endpoint', query })
})

test('what is empty is left out of the address', () => {
  assert.equal(formatRoute('a', 'endpoints', { filter: '', sort: null }), '#/a/endpoints')
})

for (const [address, run, page] of [
  ['', null, 'now'],
  ['#/', null, 'now'],
  ['#/a/nowhere', 'a', 'now'],
  ['#/%E0%A4%A/causes', '%E0%A4%A', 'causes'],
] as const) {
  test(`'${address}' shows ${page}`, () => {
    assert.deepEqual(parseRoute(address), { run, page, query: {} })
  })
}
