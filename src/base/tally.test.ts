import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Tally } from './tally.ts'

test('counts of one name add up, and nothing is no count', () => {
  const tally = new Tally()
  tally.add('b')
  tally.add('a', 2)
  tally.add('c', 0)
  tally.addAll(new Map([['b', 3]]))
  assert.deepEqual(
    [...tally.counts()],
    [
      ['b', 4],
      ['a', 2],
    ],
  )
})
