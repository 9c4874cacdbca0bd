import assert from 'node:assert/strict'
import { test } from 'node:test'
import { meanSizes } from './mean-sizes.ts'

test('a mean is geometric, in bytes, and nobody has one without an answer', () => {
  const logSum = Math.log(11) + Math.log(1_001)
  const byRole = { candidate: { logSum, count: 2 }, baseline: { logSum: 0, count: 0 } }
  const means = meanSizes({ byRole, candidate: [], control: [] })
  assert.deepEqual(means, { candidate: Math.round(Math.sqrt(11 * 1_001) - 1) })
})
