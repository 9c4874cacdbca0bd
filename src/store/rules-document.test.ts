import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addRule, parseRules, removeRule } from './rules-document.ts'

const rule = {
  action: 'accept',
  endpoint: 'GET /a',
  path: '$.b',
  reason: "it's: meant",
  kind: undefined,
}

const file = `# ours
version: 1
rules:
  # the shop rounds otherwise since May
  - action: accept # for now
    endpoint: GET /orders/{id}
    reason: rounding
  - action: noise
    endpoint: '*'
    reason: views
`

test('the first rule makes the file', () => {
  const text = addRule('rules.yaml', '', rule)
  assert.match(text, /^# Decisions/)
  assert.deepEqual(parseRules('rules.yaml', text), {
    version: 1,
    rules: [{ action: 'accept', endpoint: 'GET /a', path: '$.b', reason: "it's: meant" }],
  })
})

test('a rule is added at the end, and all else stays as it is written', () => {
  const text = addRule('rules.yaml', file, rule)
  assert.ok(text.startsWith(file), text)
  assert.match(text.slice(file.length), /^ {2}- action: accept\n {4}endpoint: GET \/a\n/)
})

test('a rule that is taken out leaves the others and their comments', () => {
  const text = removeRule('rules.yaml', file, 2)
  assert.equal(text, file.slice(0, file.indexOf('  - action: noise')))
  assert.throws(() => removeRule('rules.yaml', file, 3), { code: 'no-rule' })
  assert.throws(() => removeRule('rules.yaml', file, 0), { code: 'no-rule' })
})

test('a file that is no YAML, or no list, is an operator error with its name', () => {
  const error = { code: 'bad-rules', message: /^rules.yaml: / }
  assert.throws(() => parseRules('rules.yaml', 'a: [b'), error)
  assert.throws(() => addRule('rules.yaml', 'rules: 7', rule), error)
})
