import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packCounts, unpackCounts } from './packed-counts.ts'

test('counts are packed by growing number, without those of nothing, and unpacked again', () => {
  const packed = packCounts(Object.entries({ '300': 2, '-1': 7, '20': 0, '5': 1 }))
  assert.deepEqual(packed, [-1, 7, 5, 1, 300, 2])
  assert.deepEqual(unpackCounts(packed), [
    [-1, 7],
    [5, 1],
    [300, 2],
  ])
  assert.deepEqual([packCounts([]), unpackCounts([])], [[], []])
})
