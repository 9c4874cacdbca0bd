import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Flag } from './flag.ts'
import { checkFlagValue } from './flag-values.ts'

const text = { type: 'string', help: '' } as const
const zero = { ...text, mayBeZero: true } as const

const cases: readonly (readonly [flag: Flag, good: readonly string[], bad: readonly string[]])[] = [
  [{ ...text, value: 'TIME' }, ['5s', '1m30s'], ['', '5', '0s', 'soon']],
  [{ ...zero, value: 'TIME' }, ['0', '0s', '20ms'], ['-1s', 'x']],
  [{ ...text, value: 'SIZE' }, ['5mb', '100'], ['', '0', 'big']],
  [{ ...zero, value: 'SIZE' }, ['0', '0kb', '1gb'], ['0x']],
  [{ ...text, value: 'COUNT' }, ['1', '4096'], ['', '0', '1.5', '-1']],
  [{ ...zero, value: 'COUNT' }, ['0', '3'], ['x', '-1']],
  [{ ...text, value: 'PERCENT' }, ['5%', '0.5%'], ['5', '0%', '101%']],
  [{ ...text, value: 'FORMAT', oneOf: ['text', 'json'] }, ['text', 'json'], ['', 'xml', 'Text']],
  [{ ...text, value: 'PERCENT' }, ['5%', '100%'], ['5', '101%', '']],
  [{ ...text, value: 'PORT' }, ['4789'], ['0', '70000', 'x']],
  [{ ...text, value: 'NAME' }, ['', 'anything'], []],
]

for (const [flag, good, bad] of cases) {
  const what = flag.oneOf?.join(' or ') ?? `${flag.value}${flag.mayBeZero ? ' or 0' : ''}`
  test(`a value that is ${what} is checked where the flag is read`, () => {
    for (const value of good) checkFlagValue('flag', flag, value)
    for (const value of bad) {
      assert.throws(() => checkFlagValue('flag', flag, value), { name: 'OperatorError' }, value)
    }
  })
}

test('what can be written instead is said', () => {
  const flag = { ...text, oneOf: ['readable', 'gor'] }
  assert.throws(() => checkFlagValue('output-stdout-format', flag, 'foo'), {
    message: "--output-stdout-format 'foo' is unknown",
    hint: 'write readable or gor',
  })
  assert.throws(() => checkFlagValue('n', { ...zero, value: 'COUNT' }, 'x'), {
    hint: /^write 0 or/,
  })
})
