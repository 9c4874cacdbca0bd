import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAction } from './action-name.ts'

const json = 'application/json'
const form = 'application/x-www-form-urlencoded'

const cases: readonly (readonly [
  what: string,
  target: string,
  contentType: string,
  body: string | null,
  expected: string | null,
])[] = [
  [
    'operationName',
    '/graphql',
    json,
    '{"query":"query A{a} query B{b}","operationName":"B"}',
    'graphql:B',
  ],
  [
    'a named query',
    '/graphql',
    json,
    '{"query":"query GetUser($id: ID!) {user}"}',
    'graphql:GetUser',
  ],
  ['a mutation', '/graphql', json, '{"query":"# x\\nmutation Add {add}"}', 'graphql:Add'],
  [
    'a bare selection',
    '/graphql',
    json,
    '{"query":"{ me: user(id: \\"{x\\") {name} }"}',
    'graphql:{user}',
  ],
  ['a persisted query', '/graphql', json, '{"operationName":"Feed"}', 'graphql:Feed'],
  ['a GET', '/graphql?query=query%20Q%7Ba%7D', '', null, 'graphql:Q'],
  ['a bare document', '/graphql', 'application/graphql', 'query Q {a}', 'graphql:Q'],
  [
    'a batch',
    '/graphql',
    json,
    '[{"query":"query B{a}"},{"query":"query A{a}"}]',
    'graphql:A+graphql:B',
  ],
  ['a JSON-RPC call', '/', json, '{"jsonrpc":"2.0","method":"eth_call","id":1}', 'rpc:eth_call'],
  [
    'a JSON-RPC batch',
    '/',
    json,
    '[{"jsonrpc":"2.0","method":"b"},{"jsonrpc":"2.0","method":"a"}]',
    'rpc:a+rpc:b',
  ],
  ['a search', '/search?query=blue+shirt', '', null, null],
  ['an action in the query', '/index.php?action=list&id=7', '', null, 'action=list'],
  ['an action in a form', '/index.php', form, 'id=7&cmd=save', 'cmd=save'],
  ['an action that is a value', '/x?action=7d1f', '', null, null],
  ['JSON that is none', '/x', json, '{"query":', null],
  ['a body that names nothing', '/x', json, '{"name":"query"}', null],
  ['no body', '/x', json, null, null],
]

for (const [what, target, contentType, body, expected] of cases) {
  test(`${what} is named ${expected ?? 'by its path alone'}`, () => {
    assert.equal(readAction({ method: 'POST', target, contentType, body }), expected)
  })
}

test('the operator may name other parameters', () => {
  const request = { method: 'GET', target: '/x?do=show', contentType: '', body: null }
  assert.equal(readAction(request, ['do']), 'do=show')
  assert.equal(readAction(request, []), null)
})
