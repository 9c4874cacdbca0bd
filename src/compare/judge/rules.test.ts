import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createFinding } from '../../../test/support/findings.ts'
import type { Rule } from '../../model/rule.ts'
import { isOver, matchesRule, nameRule, readRules, rulesJsonSchema } from './rules.ts'

const accept: Rule = {
  action: 'accept',
  endpoint: 'GET /orders/{id}',
  path: '$.total',
  reason: 'rounded on purpose',
}

const cases: readonly (readonly [what: string, rule: Partial<Rule>, matches: boolean])[] = [
  ['its own place', {}, true],
  ['any endpoint', { endpoint: '*' }, true],
  ['endpoints by pattern', { endpoint: 'GET /orders*' }, true],
  ['another method', { endpoint: 'POST /orders/{id}' }, false],
  ['a part of the name', { endpoint: '/orders' }, false],
  ['paths by pattern', { path: '$.*' }, true],
  ['another path', { path: '$.subtotal' }, false],
  ['its kind', { kind: 'value' }, true],
  ['another kind', { kind: 'missing' }, false],
  ['its classes', { from: 'float', to: 'float' }, true],
  ['another class', { to: 'null' }, false],
  ['noise of one type', { action: 'noise' }, true],
  ['until today', { until: '2026-11-25' }, true],
  ['until yesterday', { until: '2026-11-24' }, false],
]

for (const [what, parts, matches] of cases) {
  test(`a rule for ${what} ${matches ? 'matches' : 'does not match'}`, () => {
    assert.equal(matchesRule({ ...accept, ...parts }, createFinding(), '2026-11-25'), matches)
  })
}

test('noise does not cover another type, nor what is missing', () => {
  const noise: Rule = { ...accept, action: 'noise' }
  const toNull = createFinding({ classes: 'float → null' })
  assert.equal(matchesRule(noise, toNull, '2026-11-25'), false)
  assert.equal(matchesRule(noise, createFinding({ kind: 'missing' }), '2026-11-25'), false)
})

test('a star in a path is itself, and any text', () => {
  const rule = { ...accept, path: '$.items[*].price' }
  const at = (path: string) => createFinding({ path })
  assert.ok(matchesRule(rule, at('$.items[*].price'), '2026-11-25'))
  assert.equal(matchesRule(rule, at('$.items[*].prices'), '2026-11-25'), false)
  assert.equal(matchesRule({ ...rule, path: 'a*a' }, at('a'), '2026-11-25'), false)
})

test('a rule ends with its last day', () => {
  assert.equal(isOver({ ...accept, until: '2026-11-25' }, '2026-11-25'), false)
  assert.equal(isOver({ ...accept, until: '2026-11-25' }, '2026-11-26'), true)
})

test('a rule is named by what it is for', () => {
  assert.equal(nameRule(accept), 'accept GET /orders/{id} $.total')
  assert.equal(
    nameRule({ ...accept, kind: 'type', to: 'null' }),
    'accept GET /orders/{id} $.total type * → null',
  )
})

test('a file is read, and an empty one holds no rules', () => {
  const file = { version: 1, rules: [{ action: 'ignore', path: 'header.x-a', reason: 'r' }] }
  assert.deepEqual(readRules('rules.yaml', file), [
    { action: 'ignore', endpoint: '*', path: 'header.x-a', reason: 'r' },
  ])
  assert.deepEqual(readRules('rules.yaml', null), [])
})

const refusals: readonly (readonly [what: unknown, message: RegExp])[] = [
  [{ version: 2, rules: [] }, /rules\.yaml: version: /],
  [{ version: 1, rules: [{ action: 'hide', reason: 'r' }] }, /rules\.0\.action: /],
  [{ version: 1, rules: [{ action: 'accept' }] }, /rules\.0\.reason: /],
  [{ version: 1, rules: [{ action: 'accept', reason: 'r', until: 'soon' }] }, /rules\.0\.until: /],
  [{ version: 1, rules: [{ action: 'accept', reason: 'r', untl: '' }] }, /rules\.0: /],
  [7, /rules\.yaml: /],
]

for (const [file, message] of refusals) {
  test(`${JSON.stringify(file)} is refused`, () => {
    assert.throws(() => readRules('rules.yaml', file), { name: 'OperatorError', message })
  })
}

test('the published schema is that of the code', () => {
  const path = new URL('../../../docs/rules.schema.json', import.meta.url)
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), rulesJsonSchema())
})
