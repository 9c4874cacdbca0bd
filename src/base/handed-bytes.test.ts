import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HandedBytes } from './handed-bytes.ts'

test('messages are gone when the last of their bytes is taken, and told once', () => {
  const handed = new HandedBytes()
  handed.add(100, 3)
  handed.add(50, 2)
  assert.equal(handed.taken(150), 0)
  assert.equal(handed.taken(51), 0)
  assert.equal(handed.taken(50), 3)
  assert.equal(handed.taken(50), 0)
  assert.equal(handed.messages(), 2)
  assert.equal(handed.taken(0), 2)
  assert.equal(handed.messages(), 0)
})

test('what is cleared is told, and the next stream is counted from its start', () => {
  const handed = new HandedBytes()
  handed.add(100, 3)
  handed.taken(10)
  assert.equal(handed.clear(), 3)
  handed.add(40, 1)
  assert.equal(handed.taken(40), 0)
  assert.equal(handed.taken(0), 1)
})
