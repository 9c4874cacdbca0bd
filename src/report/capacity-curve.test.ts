import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTrial } from '../../test/support/capacity.ts'
import { curveOf } from './capacity-curve.ts'

function at(level: number, p99: number, kind: 'short' | 'long' = 'short') {
  return createTrial({ kind, level, fromDue: { p50: 1, p95: 2, p99, max: p99 } })
}

test('the curve has a point a level, in order', () => {
  const curve = curveOf([at(4, 9), at(1, 3), at(2, 5)])
  assert.deepEqual(
    curve.map(({ level }) => level),
    [1, 2, 4],
  )
  assert.deepEqual(
    curve.map(({ seconds }) => seconds),
    [8, 8, 8],
  )
})

test('of several trials at a level the middle one stands for it, and a long one first', () => {
  assert.equal(curveOf([at(2, 9), at(2, 3), at(2, 5)])[0]!.fromDue.p99, 5)
  const [point] = curveOf([at(2, 9), at(2, 30, 'long'), at(2, 5)])
  assert.deepEqual([point!.fromDue.p99, point!.trials], [30, 3])
})
