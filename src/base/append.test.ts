import assert from 'node:assert/strict'
import { test } from 'node:test'
import { append } from './append.ts'

test('items stand in the order in which they were appended, in one array', () => {
  const one = append(null, 1)
  assert.deepEqual(one, [1])
  assert.equal(append(one, 2), one)
  assert.deepEqual(one, [1, 2])
})
