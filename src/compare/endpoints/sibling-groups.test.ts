import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countEnd, createPathNode, type PathNode } from './path-trie.ts'
import { findFormParents, findValues } from './sibling-groups.ts'

/** A node below `items` with a child for each `[key, requests, form]`. */
function checkValues(
  children: readonly (readonly [key: string, requests: number, form: string])[],
  expected: readonly string[],
): void {
  const root = createPathNode()
  const items = createPathNode()
  root.children.set('items', items)
  for (const [key, requests, form] of children) {
    const child = items.children.get(key) ?? createPathNode()
    countEnd(child, 'GET', form, requests)
    items.children.set(key, child)
  }
  const values = findValues(items, findFormParents(root))
  assert.deepEqual([...values].sort(), [...expected].sort())
}

const item = '200 application/json id,name,price'

test('three siblings with one telling form are values', () => {
  checkValues(
    [
      ['shirt', 9, item],
      ['shoe', 9, item],
      ['hat', 9, item],
    ],
    ['shirt', 'shoe', 'hat'],
  )
})

test('two are not, unless identifiers beside them have the same form', () => {
  const two = [
    ['shirt', 9, item],
    ['shoe', 9, item],
  ] as const
  checkValues(two, [])
  checkValues([...two, ['{id}', 9, item]], ['shirt', 'shoe'])
})

test('siblings of different forms are words', () => {
  checkValues(
    [
      ['invoices', 9, '200 application/json invoices,total'],
      ['quotes', 9, '200 application/json quotes,total'],
      ['orders', 9, '200 application/json orders,total'],
    ],
    [],
  )
})

test('a form that says little needs many siblings, some of them rare', () => {
  const siblings = (requests: number) =>
    Array.from({ length: 8 }, (_, index) => [`w${'abcdefgh'[index]}`, requests, '204 '] as const)
  checkValues(siblings(50), [])
  checkValues(
    siblings(1),
    siblings(1).map(([key]) => key),
  )
})

test('siblings with one path below and one form there are values', () => {
  const root = createPathNode()
  const users = createPathNode()
  root.children.set('users', users)
  for (const name of ['ann', 'bob', 'eve']) {
    const user: PathNode = createPathNode()
    const orders = createPathNode()
    countEnd(orders, 'GET', '200 application/json items', 40)
    user.children.set('orders', orders)
    users.children.set(name, user)
  }
  assert.deepEqual(findValues(users, findFormParents(root)), ['ann', 'bob', 'eve'])
})
