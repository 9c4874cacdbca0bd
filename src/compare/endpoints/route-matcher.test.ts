import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRouteTemplate, RouteMatcher } from './route-matcher.ts'

const templates = [
  'GET /users/{id}',
  'GET /users/me',
  'PUT /users/{id}',
  '/health',
  'GET /users/{id}/orders/{orderId}',
  'GET /files/{name}.json',
  'POST /jobs/{id}:cancel',
  'GET /{tenant}/orders',
  'GET /a//b',
]
const matcher = new RouteMatcher(templates.map((text) => parseRouteTemplate(text)!))

const cases = [
  ['GET', '/users/7', '/users/{id}'],
  ['GET', '/users/me', '/users/me'],
  ['PUT', '/users/me', '/users/{id}'],
  ['DELETE', '/users/7', null],
  ['POST', '/health', '/health'],
  ['GET', '/users/7/orders/8', '/users/{id}/orders/{orderId}'],
  ['GET', '/users/me/orders/8', '/users/{id}/orders/{orderId}'],
  ['GET', '/files/a.b.json', '/files/{name}.json'],
  ['GET', '/files/a.xml', null],
  ['POST', '/jobs/7:cancel', '/jobs/{id}:cancel'],
  ['GET', '/users/orders', '/users/{id}'],
  ['GET', '/acme/orders', '/{tenant}/orders'],
  ['GET', '//orders', null],
  ['GET', '/a//b', '/a//b'],
  ['GET', '/users/7/', null],
] as const

for (const [method, path, expected] of cases) {
  test(`${method} ${path} belongs to ${expected ?? 'no template'}`, () => {
    assert.equal(matcher.match(method, path)?.path ?? null, expected)
  })
}

test('templates that differ in the names of parameters alone are one', () => {
  const twice = new RouteMatcher()
  twice.add({ method: 'GET', path: '/a/{id}' })
  twice.add({ method: 'GET', path: '/a/{name}' })
  assert.equal(twice.size(), 1)
  assert.equal(twice.match('GET', '/a/1')?.path, '/a/{id}')
})

test('what is no template is not read', () => {
  for (const text of ['', 'users', 'GET users', '/a/{b', '/a/b}', '/a/{b{c}}']) {
    assert.equal(parseRouteTemplate(text), null, text)
  }
  assert.deepEqual(parseRouteTemplate(' get /a '), { method: 'GET', path: '/a' })
  assert.deepEqual(parseRouteTemplate('/a/{b}'), { method: '*', path: '/a/{b}' })
})
