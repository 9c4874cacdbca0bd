import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AnswerParts, canonicalAnswer } from '../../test/support/answers.ts'
import { signatureOf } from './signature.ts'

const signatures: readonly (readonly [parts: AnswerParts, signature: string])[] = [
  [{ body: { name: 'x', id: 1 } }, '200 application/json {id,name}'],
  [{ status: 201, body: [{ id: 1 }] }, '201 application/json [{id}]'],
  [{ status: 204 }, '204'],
  [{ headers: { 'Content-Type': 'text/html' }, body: '<p>x' }, '200 text/html {html}'],
]

for (const [parts, signature] of signatures) {
  test(`${JSON.stringify(parts)} has the signature ${signature}`, () => {
    assert.equal(signatureOf(canonicalAnswer(parts)), signature)
  })
}

test('no answer has an empty signature', () => {
  assert.equal(signatureOf(undefined), '')
})
