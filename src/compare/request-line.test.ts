import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestOf } from '../../test/support/answers.ts'
import { createExpectation, isSafe, readRequestLine, resourceOf, tokensOf } from './request-line.ts'

test('method, target and host are read', () => {
  const { payload } = requestOf('GET /a?b=c')
  assert.deepEqual(readRequestLine(payload), {
    method: 'GET',
    target: '/a?b=c',
    host: 'shop.example',
  })
  assert.deepEqual(readRequestLine(Buffer.from('')), { method: '', target: '', host: '' })
})

test('what a request is about is the last name of its path', () => {
  assert.equal(resourceOf('/api/users/7?x=1'), 'users')
  assert.equal(resourceOf('/users/7/orders'), 'orders')
  assert.equal(resourceOf('/users/me'), 'users')
  assert.equal(resourceOf('/'), '')
})

test('identifiers are found in path, query and JSON body, by kind', () => {
  const body = '{"product_id":7,"quantity":2,"lines":[{"id":3}],"session":"a1b2c3d4e5"}'
  assert.deepEqual(tokensOf(requestOf('POST /users/5/orders?cart_id=9', body).payload), [
    { domain: 'user', token: '5' },
    { domain: 'cart', token: '9' },
    { domain: 'product', token: '7' },
    { domain: 'line', token: '3' },
    { domain: 'order.session', token: 'a1b2c3d4e5' },
  ])
})

test('what the one request calls something is known of the other', () => {
  const [from, to] = ['GET /users/5', 'GET /users/105'].map((line) => requestOf(line).payload)
  const expected = createExpectation(from!, to!)
  assert.equal(expected('user', '5'), '105')
  assert.equal(expected('user', '6'), undefined)
  assert.equal(expected('order', '5'), undefined)
  assert.equal(createExpectation(from!, from!)('user', '5'), '5')
})

test('requests of different forms say nothing of each other', () => {
  const [from, to] = ['GET /users/5', 'GET /people/105'].map((line) => requestOf(line).payload)
  assert.equal(createExpectation(from!, to!)('user', '5'), undefined)
})

test('methods that change nothing are safe', () => {
  assert.ok(isSafe('GET') && isSafe('HEAD') && !isSafe('POST') && !isSafe('DELETE'))
})
