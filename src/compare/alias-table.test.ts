import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AliasTable, domainOf, toDomain } from './alias-table.ts'

test('what stands for something does so all through, in both directions', () => {
  const table = new AliasTable(10)
  assert.equal(table.relate('user', '5', '105'), 'new')
  table.learn('user', '5', '105')
  assert.equal(table.relate('user', '5', '105'), 'known')
  assert.equal(table.relate('user', '5', '106'), 'violated')
  assert.equal(table.relate('user', '6', '105'), 'violated')
  assert.equal(table.relate('order', '5', '106'), 'new')
  assert.equal(table.find('user', '5'), '105')
})

test('learning what contradicts changes nothing', () => {
  const table = new AliasTable(10)
  table.learn('user', '5', '105')
  table.learn('user', '5', '106')
  table.learn('user', '6', '105')
  assert.equal(table.size(), 1)
  assert.equal(table.find('user', '5'), '105')
})

test('the oldest pairs are forgotten beyond the limit, both ways', () => {
  const table = new AliasTable(2)
  for (const id of ['1', '2', '3']) table.learn('user', id, `10${id}`)
  assert.equal(table.size(), 2)
  assert.equal(table.find('user', '1'), undefined)
  assert.equal(table.relate('user', '9', '101'), 'new')
})

const domains: readonly (readonly [path: readonly (string | number)[], domain: string])[] = [
  [['id'], 'user'],
  [['user_id'], 'user'],
  [['userId'], 'user'],
  [['orders', 3, 'user', 'id'], 'user'],
  [['items', 0, 'id'], 'item'],
  [['items', 0, 'product_id'], 'product'],
  [['number'], 'user.number'],
]

for (const [path, domain] of domains) {
  test(`${path.join('.')} of users identifies a ${domain}`, () => {
    assert.equal(domainOf(path, 'users'), domain)
  })
}

test('kinds are singular', () => {
  const names = ['categories', 'boxes', 'addresses', 'status', 'users', 'Line-Items']
  assert.deepEqual(names.map(toDomain), [
    'category',
    'box',
    'address',
    'status',
    'user',
    'lineitem',
  ])
})
