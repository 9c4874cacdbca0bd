import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openString } from './embedded-value.ts'

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64')
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

const opened: readonly (readonly [text: string, kind: string])[] = [
  [' {"a":1}', 'json'],
  ['[1,2]', 'json'],
  [base64({ a: 1 }), 'base64'],
  [base64([1, 2]), 'base64'],
  [`${base64url({ alg: 'none' })}.${base64url({ sub: '7' })}.sig`, 'jwt'],
]

for (const [text, kind] of opened) {
  test(`${text} holds ${kind}`, () => {
    assert.equal(openString(text)?.kind, kind)
  })
}

for (const text of [
  '',
  'word',
  '{broken',
  '[',
  'eyJhbGciOi',
  'eyJhIjoxfQ.x.y',
  '   ',
  'W3ird text',
]) {
  test(`${JSON.stringify(text)} holds nothing but itself`, () => {
    assert.equal(openString(text), null)
  })
}
