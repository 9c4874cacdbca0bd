import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alterHeader, alterJson, alterText, listAt } from './fault-edits.ts'
import type { Answer } from './http.ts'

const answer: Answer = {
  status: 200,
  headers: [
    ['Content-Type', 'application/json'],
    ['Vary', 'Accept'],
  ],
  body: Buffer.from('{"items":[{"a":1}]}'),
}

test('a body is changed as JSON where it is an object, and as text anyway', () => {
  const altered = alterJson(answer, (value) => {
    for (const item of listAt(value, 'items')) item.a = 2
  })
  assert.equal(String(altered.body), '{"items":[{"a":2}]}')
  const plain = { ...answer, body: Buffer.from('no') }
  assert.equal(
    alterJson(plain, () => assert.fail('is no object')),
    plain,
  )
  assert.equal(String(alterText(plain, (text) => `${text}!`).body), 'no!')
  assert.deepEqual(listAt({ items: 7 }, 'items'), [])
})

test('a header is changed, or left out, and the others stay', () => {
  const changed = alterHeader(answer, 'Vary', () => '*')
  assert.deepEqual(changed.headers[1], ['Vary', '*'])
  assert.deepEqual(alterHeader(answer, 'Vary', () => null).headers, [answer.headers[0]])
})
