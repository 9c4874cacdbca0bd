import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fnv1a } from '../../base/hash.ts'
import { addToSketch, type Sketch, shareWithin, sketchMax } from './exchange-sketch.ts'

function sketchOf(from: number, to: number, step = 1): Sketch {
  const sketch: number[] = []
  for (let number = from; number < to; number += step) {
    addToSketch(sketch, fnv1a(`exchange ${number * 7919}`))
  }
  return sketch
}

test('a sketch is bounded, grows, and holds nothing twice', () => {
  const sketch = sketchOf(0, 1_000)
  assert.equal(sketch.length, sketchMax)
  assert.deepEqual(
    sketch,
    [...new Set(sketch)].sort((a, b) => a - b),
  )
  const twice = [...sketch]
  for (const hash of sketch) addToSketch(twice, hash)
  assert.deepEqual(twice, sketch)
})

test('small sets are compared exactly', () => {
  assert.equal(shareWithin(sketchOf(0, 10), sketchOf(0, 20)), 1)
  assert.equal(shareWithin(sketchOf(0, 20), sketchOf(0, 10)), 0.5)
  assert.equal(shareWithin(sketchOf(0, 10), sketchOf(10, 20)), 0)
  assert.equal(shareWithin(sketchOf(0, 2), sketchOf(0, 20)), null)
})

test('of large sets the share is estimated', () => {
  assert.equal(shareWithin(sketchOf(0, 5_000), sketchOf(0, 5_000)), 1)
  assert.equal(shareWithin(sketchOf(0, 500), sketchOf(0, 5_000)), 1)
  const half = shareWithin(sketchOf(0, 5_000), sketchOf(0, 5_000, 2))!
  assert.ok(half > 0.3 && half < 0.7, String(half))
})
