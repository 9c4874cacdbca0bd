import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classifySegment, type SegmentClass } from './segment-class.ts'

const cases: readonly (readonly [segment: string, expected: SegmentClass])[] = [
  ['42', 'integer'],
  ['-1', 'integer'],
  ['6fa459ea-ee8a-4ca4-894e-db77e160355e', 'uuid'],
  ['6FA459EAEE8A3CA4894EDB77E160355E', 'uuid'],
  ['2026-01-02', 'date'],
  ['5f3a9c01d2', 'hex'],
  ['deadbeef', 'word'],
  ['jo@example.com', 'email'],
  ['jo%40example.com', 'email'],
  ['pU7aT9wv3RJ', 'opaque'],
  ['pUT7aTcwvRJ', 'opaque'],
  ['a1b2c3', 'opaque'],
  ['order-20260102', 'opaque'],
  ['users', 'word'],
  ['v2', 'word'],
  ['oauth2', 'word'],
  ['utf8', 'word'],
  ['blue-shirt', 'word'],
  ['', 'word'],
]

for (const [segment, expected] of cases) {
  test(`'${segment}' looks like: ${expected}`, () => {
    assert.equal(classifySegment(segment), expected)
  })
}
