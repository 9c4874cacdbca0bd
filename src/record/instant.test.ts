import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatInstant, parseInstant } from './instant.ts'

const instants = [
  ['2026-01-02T03:04:05.123456Z', 1_767_323_045_123_456],
  ['2026-01-02T03:04:05.123Z', 1_767_323_045_123_000],
  ['2026-01-02T04:04:05+01:00', 1_767_323_045_000_000],
  ['yesterday', null],
] as const

for (const [text, micros] of instants) {
  test(`${text} is ${micros}`, () => assert.equal(parseInstant(text), micros))
}

test('an instant is read back as it was written', () => {
  assert.equal(parseInstant(formatInstant(1_767_323_045_000_007)), 1_767_323_045_000_007)
})
