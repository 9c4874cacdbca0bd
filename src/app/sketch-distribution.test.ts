import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DDSketch } from '@datadog/sketches-js'
import { fc } from '../../test/support/properties.ts'
import { distribute, latencyBounds, scheduleBounds } from './sketch-distribution.ts'

test('an empty sketch has nothing at any bound', () => {
  const empty = distribute(createSketch([]), [10, 100])
  assert.deepEqual(empty, { bounds: [10, 100], counts: [0, 0], count: 0, sum: 0 })
})

test('zeros and what lies above all bounds are counted', () => {
  const { counts, count, sum } = distribute(createSketch([0, 0, 50, 5_000]), [10, 100])
  assert.deepEqual([counts, count, sum], [[2, 3], 4, 5_050])
  assert.deepEqual(distribute(createSketch([0]), [10]).counts, [1])
})

test('a bucket holds what is at most its bound, but for one percent around it', () => {
  const values = fc.array(fc.integer({ min: 0, max: 60_000_000 }), { maxLength: 300 })
  fc.assert(
    fc.property(values, fc.constantFrom(latencyBounds, scheduleBounds), (all, bounds) => {
      const { counts, count } = distribute(createSketch(all), bounds)
      assert.equal(count, all.length)
      for (const [index, bound] of bounds.entries()) {
        const surely = all.filter((value) => value <= bound * 0.98).length
        const possibly = all.filter((value) => value <= bound * 1.0203).length
        assert.ok(surely <= counts[index]! && counts[index]! <= possibly, `at most ${bound}`)
      }
    }),
  )
})

test('no count shrinks as values come', () => {
  const sketch = createSketch([])
  let before = distribute(sketch, latencyBounds).counts
  for (let value = 1; value < 20_000_000; value = Math.ceil(value * 1.3)) {
    sketch.accept(value)
    const after = distribute(sketch, latencyBounds).counts
    assert.ok(after.every((count, index) => count >= before[index]!))
    before = after
  }
})

function createSketch(values: readonly number[]): DDSketch {
  const sketch = new DDSketch({ relativeAccuracy: 0.01 })
  for (const value of values) sketch.accept(value)
  return sketch
}
