import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { canonicalNumber, isNumberText } from './json-number.ts'

const equalTexts: readonly (readonly string[])[] = [
  ['1', '1.0', '1.00', '10e-1', '0.1e1', '1e0', '1E+0'],
  ['100', '1e2', '1.0e2', '1000e-1'],
  ['0', '-0', '0.0', '0e9', '-0.00e-5'],
  ['-12.5', '-1.25e1', '-125e-1'],
  ['9007199254740993', '9007199254740993.0'],
  ['1e400', '10e399'],
]

for (const texts of equalTexts) {
  test(`${texts.join(' and ')} are the same number`, () => {
    assert.equal(new Set(texts.map(canonicalNumber)).size, 1)
  })
}

test('numbers that differ beyond what a double holds are different', () => {
  assert.notEqual(canonicalNumber('9007199254740993'), canonicalNumber('9007199254740992'))
  assert.notEqual(canonicalNumber('0.1'), canonicalNumber('0.10000000000000000001'))
})

test('what is no number as JSON writes it is told, and comes back as it is', () => {
  for (const text of ['01', '+1', '.5', '1.', 'NaN', '0x1', '']) {
    assert.equal(isNumberText(text), false)
    assert.equal(canonicalNumber(text), text)
  }
})

test('a million zeros cost no more than their length', () => {
  assert.equal(canonicalNumber(`1${'0'.repeat(1_000_000)}`), '1e1000000')
})

test('any double has one canonical text, however it is written', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assert.equal(canonicalNumber(String(value)), canonicalNumber(value.toExponential()))
    }),
  )
})
