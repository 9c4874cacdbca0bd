import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mapValues } from './map-values.ts'

test('each value is what is made of it, under its key', () => {
  assert.deepEqual(
    mapValues({ a: 1, b: 2 }, (value) => value * 10),
    { a: 10, b: 20 },
  )
  assert.deepEqual(
    mapValues({}, (value) => value),
    {},
  )
})
