import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MessageView } from '../model/console.ts'
import { findMasked } from './masked-values.ts'

const secret = 'redacted-0123456789abcdef'

function found(parts: Partial<MessageView>): readonly string[] {
  const usual = { startLine: 'GET / HTTP/1.1', fields: [], body: '', bodyBytes: 0, cut: false }
  return findMasked({ ...usual, ...parts }).map(({ part, name }) => `${part} ${name}`)
}

const cases: readonly (readonly [string, Partial<MessageView>, readonly string[]])[] = [
  ['nothing where there is no pseudonym', { fields: [['cookie', 'a=redacted']] }, []],
  ['parameters', { startLine: `GET /a?x=1&token=${secret} HTTP/1.1` }, ['query token']],
  ['credentials', { fields: [['authorization', `Bearer ${secret}`]] }, ['header authorization']],
  [
    'cookies by their names',
    { fields: [['cookie', `theme=dark; sid=${secret}; "q"="${secret}"`]] },
    ['cookie sid', 'cookie "q"'],
  ],
  ['members of JSON', { body: `{"user":"ann","pass": "${secret}"}` }, ['body pass']],
  ['fields of a form', { body: `user=ann&pass=${secret}&pass=${secret}` }, ['body pass']],
]

for (const [what, parts, expected] of cases) {
  test(`masked values are found: ${what}`, () => {
    assert.deepEqual(found(parts), expected)
  })
}
