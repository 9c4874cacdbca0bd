import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BoundedCounts, RoleCounts } from './bounded-counts.ts'

test('known keys are counted on where no new one finds room', () => {
  const counts = new BoundedCounts(2)
  assert.ok(counts.add('a') && counts.add('b', 2))
  assert.equal(counts.add('c'), false)
  assert.ok(counts.add('a'))
  assert.deepEqual(counts.toCounts(), { a: 2, b: 2 })
  assert.equal(counts.get('c'), 0)
})

test('counts that were stored go on', () => {
  const counts = new BoundedCounts(9, { a: 3 })
  counts.add('a')
  assert.deepEqual(counts.toCounts(), { a: 4 })
  const roles = new RoleCounts<'candidate' | 'baseline'>(9, { candidate: { 200: 1 } })
  roles.of('candidate').add('200')
  roles.of('baseline').add('500')
  assert.deepEqual(roles.toCounts(), { candidate: { 200: 2 }, baseline: { 500: 1 } })
})
