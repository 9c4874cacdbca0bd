import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseNiceness } from './priority.ts'

test('the copy gives way unless told otherwise', () => {
  assert.equal(parseNiceness(undefined), 10)
  assert.equal(parseNiceness('0'), 0)
  assert.equal(parseNiceness('19'), 19)
})

for (const text of ['', '20', '-1', 'low', '1.5']) {
  test(`'${text}' is refused as a priority`, () => {
    assert.throws(() => parseNiceness(text), { code: 'bad-niceness' })
  })
}
