import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BoundedMap } from './bounded-map.ts'

test('beyond its size, what was set first is forgotten first', () => {
  const map = new BoundedMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  map.set('a', 3)
  assert.deepEqual([map.get('a'), map.get('b'), map.size], [3, 2, 2])
  map.set('c', 4)
  assert.deepEqual([map.get('a'), map.get('b'), map.get('c')], [undefined, 2, 4])
})

test('what is taken is forgotten', () => {
  const map = new BoundedMap<string, number>(2)
  map.set('a', 1)
  assert.equal(map.take('a'), 1)
  assert.equal(map.take('a'), undefined)
  assert.equal(map.size, 0)
})
