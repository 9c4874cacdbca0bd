import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isConfirmed, readEndpointQuery, readExchangeQuery, readRulesChange } from './api-input.ts'

const rule = { action: 'accept', endpoint: '*', path: '$.total', reason: 'new tax' }

const changes: readonly (readonly [body: string, isChange: boolean])[] = [
  [JSON.stringify({ kind: 'add', rule }), true],
  [JSON.stringify({ kind: 'remove', index: 0, name: 'accept * $.total' }), true],
  [JSON.stringify({ kind: 'undo' }), true],
  [JSON.stringify({ kind: 'add', rule: { ...rule, action: 'hide' } }), false],
  [JSON.stringify({ kind: 'add', rule: { ...rule, reason: '' } }), false],
  [JSON.stringify({ kind: 'add', rule: { ...rule, until: 'soon' } }), false],
  [JSON.stringify({ kind: 'add', rule: { ...rule, more: 1 } }), false],
  [JSON.stringify({ kind: 'remove', index: -1, name: '' }), false],
  ['{', false],
  ['null', false],
]

for (const [body, isChange] of changes) {
  test(`${body} ${isChange ? 'is' : 'is no'} change of rules`, () => {
    assert.equal(readRulesChange(body) !== null, isChange)
  })
}

test('only what says so is confirmed', () => {
  const bodies = ['{"confirmed":true}', '{"confirmed":false}', '{"confirmed":1}', '{}', '', 'null']
  assert.deepEqual(bodies.map(isConfirmed), [true, false, false, false, false, false])
})

test('what a page asks for has bounds', () => {
  const query = new URLSearchParams('limit=1e9&offset=-4&sort=__proto__&endpoint=GET%20/a')
  assert.deepEqual(readExchangeQuery(query), { endpoint: 'GET /a', offset: 0, limit: 500 })
  const { sort, offset } = readEndpointQuery(query)
  assert.deepEqual([sort, offset], ['state', 0])
})
