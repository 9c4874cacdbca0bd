import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Change, isSameChange, ruleOf } from './value-change.ts'

/** `11.9 → 12, 7.2 → 7` */
function changes(text: string): readonly Change[] {
  return text.split(', ').map((pair) => {
    const [from = '', to = ''] = pair.split(' → ')
    return { from, to }
  })
}

const rules: readonly (readonly [text: string, rule: string])[] = [
  ['11.9 → 12, 7.2 → 7', 'to a whole number'],
  ['€11.90 → €12.00, $7.20 → $7.00', 'to a whole number'],
  ['11.9 → 0, 7.2 → 0', 'to zero'],
  ['11.9 → 1190, 7.2 → 720', '× 100'],
  ['3 → 4, 8 → 9', '+ 1'],
  ['3 → 4, 8 → 2', 'otherwise'],
  ['3 → 4', 'otherwise'],
  ['paid → sent', ''],
  ['10:20 → 11:20', ''],
]

for (const [text, rule] of rules) {
  test(`${text} changes ${rule === '' ? 'no number' : rule}`, () => {
    assert.equal(ruleOf(changes(text)), rule)
  })
}

test('copies of one value in other forms change alike', () => {
  const numbers = changes('43.12 → 43, 17.5 → 17')
  assert.equal(isSameChange(numbers, changes('€43.12 → €43.00, €17.50 → €17.00')), true)
  assert.equal(isSameChange(numbers, changes('4312 → 4300, 1750 → 1700')), true)
  assert.equal(isSameChange(numbers, changes('43.12 → 44, 17.5 → 18')), false)
  assert.equal(isSameChange(changes('Kenji → Smith'), changes('Smith → Kenji')), true)
})

test('small numbers that change alike are not enough', () => {
  assert.equal(isSameChange(changes('1 → 2'), changes('1 → 2')), false)
  assert.equal(isSameChange([], changes('1 → 2')), false)
})
