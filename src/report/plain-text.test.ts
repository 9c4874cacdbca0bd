import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fit, formatCount, formatMicros, formatTime, percent, plural } from './plain-text.ts'

test('a text that is too long is cut, and cannot steer a terminal', () => {
  assert.equal(fit('abcdef', 4), 'abc…')
  assert.equal(fit('a\u001b[31m\r\nb\u202e'), 'a [31m b ')
})

test('numbers are as people read them', () => {
  assert.deepEqual([0, 999, 1_000, 1_234_567].map(formatCount), ['0', '999', '1,000', '1,234,567'])
  assert.deepEqual([plural(1, 'rule'), plural(2, 'rule')], ['1 rule', '2 rules'])
  assert.deepEqual([0, 0.004, 0.25].map(percent), ['0 %', '0.4 %', '25 %'])
  assert.deepEqual([850, 12_340, 250_000, 1_204_000].map(formatMicros), [
    '850 µs',
    '12.3 ms',
    '250 ms',
    '1.20 s',
  ])
  assert.equal(formatTime(1_796_000_000_000_000), '2026-11-30 00:53:20 UTC')
})
