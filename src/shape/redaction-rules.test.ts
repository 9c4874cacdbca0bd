import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRedaction } from './redaction-rules.ts'

test('what is stored has defaults, and what is sent only what the operator names', () => {
  const { named, stored } = parseRedaction([])
  assert.equal(named, null)
  assert.deepEqual([...stored!.headers], ['authorization', 'proxy-authorization'])
  assert.equal(stored!.allCookies, true)
})

test('rules are added to the defaults, or replace them behind none', () => {
  const rules = ['header:X-Key', 'cookie:sid', 'query:token', 'form:pin', 'json:$.password']
  const added = parseRedaction(rules)
  assert.equal(added.named!.allCookies, false)
  assert.deepEqual([...added.named!.headers, ...added.named!.cookies], ['x-key', 'sid'])
  assert.deepEqual([...added.named!.query, ...added.named!.form], ['token', 'pin'])
  assert.equal(added.named!.json.length, 1)
  assert.deepEqual([...added.stored!.headers].sort(), [
    ...['authorization', 'proxy-authorization', 'x-key'],
  ])
  const alone = parseRedaction([...rules, 'none'])
  assert.deepEqual(alone.stored, alone.named)
  assert.deepEqual(parseRedaction(['none']), { named: null, stored: null })
})

for (const bad of [
  'Authorization',
  'header:',
  'header:a b',
  'body:x',
  'json:password',
  'header:Content-Length',
]) {
  test(`'${bad}' is no rule`, () => {
    assert.throws(() => parseRedaction([bad]), { name: 'OperatorError', code: 'bad-redaction' })
  })
}
