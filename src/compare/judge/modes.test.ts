import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasBaselineTwice, modeOf } from './modes.ts'

test('the mode of a run is the best one that a hundredth of it was compared in', () => {
  assert.equal(modeOf({ exchanges: 0, modes: {} }), 'incomparable')
  assert.equal(modeOf({ exchanges: 100, modes: { production: 100 } }), 'production')
  assert.equal(
    modeOf({ exchanges: 100, modes: { baseline: 90, 'baseline-twice': 10 } }),
    'baseline-twice',
  )
  assert.equal(
    modeOf({ exchanges: 1_000, modes: { baseline: 999, 'baseline-twice': 1 } }),
    'baseline',
  )
})

test('chance is known where any request was asked twice', () => {
  assert.equal(hasBaselineTwice({ modes: { baseline: 9 } }), false)
  assert.equal(hasBaselineTwice({ modes: { 'baseline-twice': 1 } }), true)
})
