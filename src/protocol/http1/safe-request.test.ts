import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSafeRequest } from './safe-request.ts'

for (const [text, expected] of [
  ['GET / HTTP/1.1', true],
  ['HEAD / HTTP/1.1', true],
  ['OPTIONS * HTTP/1.1', true],
  ['POST / HTTP/1.1', false],
  ['DELETE / HTTP/1.1', false],
  ['GETS / HTTP/1.1', false],
  ['GET', false],
  ['', false],
] as const) {
  test(`'${text}' is ${expected ? 'safe' : 'not safe'}`, () => {
    assert.equal(isSafeRequest(Buffer.from(text)), expected)
  })
}
