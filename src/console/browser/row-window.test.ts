import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findWindow, stepRow } from './row-window.ts'

const options = { height: 400, rowHeight: 40, pageRows: 100 }

for (const [what, scrollTop, total, expected] of [
  ['the start', 0, 10_000, { from: 0, to: 20, pages: [0] }],
  ['the middle', 200_000, 10_000, { from: 4_990, to: 5_020, pages: [49, 50] }],
  ['the end', 399_600, 10_000, { from: 9_980, to: 10_000, pages: [99] }],
  ['a few', 0, 3, { from: 0, to: 3, pages: [0] }],
  ['none', 0, 0, { from: 0, to: 0, pages: [] }],
  ['a table that got shorter', 4_000, 5, { from: 5, to: 5, pages: [0] }],
] as const) {
  test(`of ${total} rows, those in sight are drawn: ${what}`, () => {
    assert.deepEqual(findWindow({ ...options, scrollTop, total }), expected)
  })
}

test('arrows lead from row to row, and no further than the first and the last', () => {
  const steps = [
    ['ArrowDown', null, 0],
    ['ArrowDown', 3, 4],
    ['ArrowDown', 9, 9],
    ['ArrowUp', 3, 2],
    ['ArrowUp', 0, 0],
    ['ArrowUp', null, null],
    ['Home', 5, 0],
    ['End', 5, 9],
    ['Enter', 5, null],
  ] as const
  assert.deepEqual(
    steps.map(([key, from]) => stepRow(key, from, 10)),
    steps.map(([, , to]) => to),
  )
  assert.equal(stepRow('ArrowDown', null, 0), null)
})
