import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createChange, createNoise } from '../../../test/support/comparisons.ts'
import { changeKindOf } from './change-kind.ts'

const cases = [
  ['10', '11', ''],
  ['10', '0', 'zero'],
  ['9.5', '0.00', 'zero'],
  ['10', '-10', 'negative'],
  ['paid', '', 'empty'],
  ['paid', 'PAID', 'case'],
  ['a b', 'a b ', 'blanks'],
  ['a', 'b', ''],
  ['10', null, ''],
] as const

for (const [from, to, expected] of cases) {
  test(`'${from}' that becomes '${to}' is ${expected === '' ? 'of no kind' : expected}`, () => {
    assert.equal(
      changeKindOf(createChange({ values: { baseline: from, candidate: to } })),
      expected,
    )
  })
}

test('it is told of the odd one of three answers, whichever that is', () => {
  const second = { baseline: '10', baseline2: '0', candidate: '10' }
  assert.equal(changeKindOf(createNoise({ values: second })), 'zero')
  const first = createNoise({
    values: { baseline: '0', baseline2: '10', candidate: '10' },
    equal: { ...createNoise().equal, candidateBaseline: false },
  })
  assert.equal(changeKindOf(first), 'zero')
})

test('only values have such kinds', () => {
  assert.equal(changeKindOf(createChange({ kind: 'header', values: { candidate: '' } })), '')
})
