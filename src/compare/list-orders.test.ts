import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plain } from './answer-differences.ts'
import { ListOrders } from './list-orders.ts'

test('a list that the baseline gave in two orders has none, at that endpoint', () => {
  const orders = new ListOrders(10)
  orders.learn('GET /a', [
    plain('$.items', 'order', '[1,2]', '[2,1]', 'array'),
    plain('$.x', 'value', '1', '2', 'text'),
  ])
  assert.ok(orders.isUnordered('GET /a', '$.items'))
  assert.ok(!orders.isUnordered('GET /a', '$.x'))
  assert.ok(!orders.isUnordered('GET /b', '$.items'))
})

test('beyond the limit nothing is learnt', () => {
  const orders = new ListOrders(1)
  for (const path of ['$.a', '$.a', '$.b']) {
    orders.learn('GET /a', [plain(path, 'order', '[]', '[]', 'array')])
  }
  assert.ok(orders.isUnordered('GET /a', '$.a'))
  assert.ok(!orders.isUnordered('GET /a', '$.b'))
})
