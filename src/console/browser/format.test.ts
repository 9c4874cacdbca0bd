import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMicros,
  formatShare,
  formatShort,
} from './format.ts'

const cases: readonly (readonly [shown: string, expected: string])[] = [
  [formatCount(1_234_567, 'en'), '1,234,567'],
  [formatShort(12_345, 'en'), '12.3k'],
  [formatShort(12_345, 'zh'), '1.2万'],
  [formatShort(7.6543, 'en'), '7.7'],
  [formatMicros(null), '–'],
  [formatMicros(850), '850 µs'],
  [formatMicros(1_234), '1.23 ms'],
  [formatMicros(123_456), '123 ms'],
  [formatMicros(4_560_000), '4.56 s'],
  [formatShare(0), '0 %'],
  [formatShare(1), '100 %'],
  [formatShare(0.00001), '< 0.1 %'],
  [formatShare(0.99999), '> 99.9 %'],
  [formatShare(0.1234), '12.3 %'],
  [formatBytes(2_048), '2.0 KiB'],
  [formatDuration(0, 'en'), '0 s'],
  [formatDuration(7_500_000_000, 'en'), '2 h 5 min'],
  [formatDuration(90_000_000, 'zh'), '1 分 30 秒'],
  [formatDuration(86_400_000_000, 'en'), '1 d'],
]

for (const [shown, expected] of cases) {
  test(`people read ${expected}`, () => {
    assert.equal(shown.toLowerCase(), expected.toLowerCase())
  })
}
