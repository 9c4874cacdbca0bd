import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measurePairs } from '../../../test/support/ratio-pairs.ts'
import { chanceOf, estimateRatio, exceeds, invertRatio, shareAbove } from './ratio-estimate.ts'

const second = 1_000_000

test('a slowdown of 30 % is outside of 10 % for certain after 800 requests', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const interval = estimateRatio(measurePairs(1.3, 800, seed).blocks())!
    assert.ok(interval.low > 1.1 && interval.high < 1.55, JSON.stringify(interval))
  }
})

test('where nothing changed, hardly any of 1,000 runs looks 10 % slower', () => {
  let alarms = 0
  for (let seed = 1; seed <= 1_000; seed++) {
    if (estimateRatio(measurePairs(1, 120, seed).blocks())!.low > 1.1) alarms += 1
  }
  assert.equal(alarms, 0)
})

test('few blocks say nothing', () => {
  assert.equal(estimateRatio(measurePairs(2, 40, 1).blocks()), null)
})

test('neighbours that are alike widen the interval', () => {
  const block = (index: number, logRatio: number) => ({
    ...{ at: index * 10 * second, pairs: 9, logRatio, difference: 0 },
    ...{ tailLogRatio: 0, tailDifference: 0 },
  })
  const widthOf = (logRatios: readonly number[]) => {
    const { low, high } = estimateRatio(logRatios.map((ratio, index) => block(index, ratio)))!
    return high / low
  }
  assert.ok(widthOf([0, 0, 0, 0, 1, 1, 1, 1]) > 2 * widthOf([0, 1, 0, 1, 0, 1, 0, 1]))
})

test('a ratio is beyond another one only by more than both are uncertain by', () => {
  const estimate = (slowdown: number, pairs: number) =>
    estimateRatio(measurePairs(slowdown, pairs, 4).blocks())!
  assert.equal(exceeds(estimate(1.5, 400), estimate(1, 400)), true)
  assert.equal(exceeds(estimate(1.5, 400), estimate(1.5, 400)), false)
  assert.equal(exceeds(estimate(1.5, 400), estimate(1 / 1.5, 400)), false)
  assert.equal(exceeds(estimate(1.5, 400), estimate(1, 55)), false)
})

test('the chance of batches falls with their distance from what is put up with', () => {
  const estimate = estimateRatio(measurePairs(1.5, 400, 2).blocks())!
  assert.ok(chanceOf(estimate, 1.1) < 1e-4)
  assert.ok(chanceOf(estimate, 2) > 0.99)
  assert.ok(shareAbove(estimate, 1.1) > 0.9)
  assert.ok(shareAbove(estimate, 2) < 0.2)
})

test('seen from the other side, a ratio is its inverse', () => {
  const ratio = estimateRatio(measurePairs(1.5, 400, 2).blocks())!
  const inverse = invertRatio(ratio)
  const other = estimateRatio(measurePairs(1 / 1.5, 400, 2).blocks())!
  assert.ok(Math.abs(inverse.ratio - other.ratio) < 0.2)
  assert.deepEqual([inverse.low * ratio.high, inverse.high * ratio.low], [1, 1])
  assert.equal(chanceOf(inverse, 1 / 1.5) > 0.01, true)
  assert.deepEqual(invertRatio(inverse).batches, ratio.batches)
})
