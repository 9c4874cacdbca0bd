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
  assert.deepEqual([map.has('a'), map.has('b')], [false, true])
})

test('what is taken is forgotten', () => {
  const map = new BoundedMap<string, number>(2)
  map.set('a', 1)
  assert.equal(map.take('a'), 1)
  assert.equal(map.take('a'), undefined)
  assert.equal(map.size, 0)
})

test('a large map forgets a sixteenth at once, and never holds more than its size', () => {
  const map = new BoundedMap<number, number>(160)
  for (let key = 0; key < 160; key++) map.set(key, key)
  map.set(160, 160)
  assert.equal(map.size, 151)
  assert.deepEqual([map.has(9), map.has(10)], [false, true])
  for (let key = 161; key < 2_000; key++) {
    map.set(key, key)
    assert.ok(map.size <= 160)
  }
})
