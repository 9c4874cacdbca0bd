import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ValueClass } from '../model/comparison.ts'
import { listOf, type Node, objectFrom } from './node.ts'
import { classOf, isCountKey, isIdentifier, isIdKey, isTimeKey } from './value-class.ts'

const classes: readonly (readonly [node: Node | undefined, valueClass: ValueClass])[] = [
  [undefined, 'absent'],
  [null, 'null'],
  [true, 'boolean'],
  [7, 'integer'],
  [{ tag: 'number', text: '7.5' }, 'float'],
  [listOf([]), 'array'],
  [objectFrom([]), 'object'],
  ['', 'empty'],
  ['12', 'integer'],
  ['-1.5', 'float'],
  ['2026-01-02', 'timestamp'],
  ['6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'uuid'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'jwt'],
  ['d41d8cd98f00b204e9800998ecf8427e', 'hash'],
  ['da39a3ee5e6b4b0d3255bfef95601890afd80709', 'hash'],
  ['https://example.org/a?b=c', 'url'],
  ['ada@example.org', 'email'],
  ['10.0.0.1', 'ip'],
  ['v1.2.3-rc.1', 'version'],
  ['paid', 'word'],
  ['in_progress', 'word'],
  ['Straße', 'word'],
  ['kJ8s02LmQx7Zp4Rt9Vb1', 'opaque'],
  ['ORD-20931', 'id'],
  ['The parcel has been sent.', 'text'],
]

for (const [node, valueClass] of classes) {
  test(`${JSON.stringify(node)} is of class ${valueClass}`, () => {
    assert.equal(classOf(node), valueClass)
  })
}

test('identifiers are tokens with digits, never words, versions or small numbers', () => {
  for (const token of ['ORD-20931', '123456', 'a1b2c3d']) assert.ok(isIdentifier(token), token)
  for (const token of [
    'master',
    'sha256',
    '12345',
    '1.2.3',
    'v10.20.30',
    'default_branch',
    'a b1234567',
  ]) {
    assert.ok(!isIdentifier(token), token)
  }
})

test('names of places tell identifiers, counts and times', () => {
  for (const key of ['id', 'user_id', 'userId', 'orderIDs'.replace('IDs', 'Ids'), 'number']) {
    assert.ok(isIdKey(key), key)
  }
  for (const key of ['paid', 'width', 'valid', 'idea']) assert.ok(!isIdKey(key), key)
  for (const key of ['count', 'forks_count', 'itemCount', 'total_items']) assert.ok(isCountKey(key))
  for (const key of ['total', 'discount', 'country', 'amount']) assert.ok(!isCountKey(key), key)
  for (const key of ['created_at', 'expires', 'exp', 'updatedAt']) assert.ok(isTimeKey(key), key)
  for (const key of ['price', 'template', 'format']) assert.ok(!isTimeKey(key), key)
})

test('a long text is classified without looking at all of it', () => {
  assert.equal(classOf('a1'.repeat(3_000_000)), 'text')
})
