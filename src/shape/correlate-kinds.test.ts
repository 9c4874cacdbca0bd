import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  isPathValue,
  kindOfPath,
  kindOfTarget,
  kindsInJson,
  kindsInPath,
  maskPath,
  pathEnd,
  pathStart,
  toRoute,
} from './correlate-kinds.ts'
import { JsonScanner } from './json-scanner.ts'

const targets: readonly (readonly [target: string, kind: string, mask: string])[] = [
  ['/orders', 'order', '/orders'],
  ['/api/v1/orders/7', 'order', '/api/v1/orders/{}'],
  ['/orders/7/items?id=3', 'item', '/orders/{}/items'],
  ['http://shop:80/orders/o1a2b3c4#x', 'order', '/orders/{}'],
  ['/order.php?id=3', 'order', '/order.php'],
  ['/', kindOfPath, '/'],
  ['http://shop', kindOfPath, ''],
  ['*', kindOfPath, '*'],
]

test('a target speaks of its last literal segment', () => {
  const said = targets.map(([target]) => [target, kindOfTarget(target), maskPath(target)])
  assert.deepEqual(said, targets)
})

test('the path of a target is found', () => {
  for (const [target, start, end] of [
    ['/a?b', 0, 2],
    ['http://h/a#b', 8, 10],
    ['http://h', 8, 8],
  ] as const) {
    assert.deepEqual([pathStart(target), pathEnd(target)], [start, end])
  }
})

test('a segment is of the kind that the literal ones before it name', () => {
  const kinds = (path: string) => {
    const segments = path.split('/')
    return kindsInPath(segments, segments.length - 1)
  }
  assert.deepEqual(kinds('/orders/7'), ['order'])
  assert.deepEqual(kinds('/order/view/7'), ['view', 'order'])
  assert.deepEqual(kinds('/orders/7/items/3'), ['item'])
  assert.deepEqual(kinds('/orders/7/3'), [])
  assert.deepEqual(kinds('7'), [])
})

test('segments that name one entity are told from literal ones', () => {
  assert.deepEqual(['7', 'ord_1007', 'a1b2c3', 'orders', 'v2', ''].filter(isPathValue), [
    '7',
    'ord_1007',
    'a1b2c3',
  ])
})

test('a leaf is of the kind that its key, the object around it or the path names', () => {
  const text = `{"orderId":1,"id":1,"customer":{"id":1},"items":[{"id":1}],"orders":[{"id":1}],
    "data":{"id":1},"ids":[1]}`
  const found: string[] = []
  const scanner = new JsonScanner()
  scanner.scan(text, 0, text.length, {
    leaf: () => {
      const kinds = kindsInJson(scanner, scanner.name() === 'orderId' ? 'order' : '')
      found.push(kinds.map((kind) => kind || 'path').join(' '))
    },
  })
  assert.deepEqual(found, ['order', 'path', 'customer', 'item path', 'order', 'data path', 'path'])
})

test('a route shows where a request goes, without its values', () => {
  assert.equal(toRoute('GET', '/orders/7/items?x=1'), 'GET /orders/{}/items')
  assert.ok(toRoute('GET', `/${'a'.repeat(5_000)}`).length < 600)
})
