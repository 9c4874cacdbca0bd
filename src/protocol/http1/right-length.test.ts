import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withRightLength } from './right-length.ts'

const start = 'POST / HTTP/1.1\r\nHost: a\r\n'
const cases = [
  ['a length that is too short', 'Content-Length: 1\r\n\r\nabc', 'Content-Length: 3\r\n\r\nabc'],
  ['a length that is too long', 'Content-Length: 9\r\n\r\nabc', 'Content-Length: 3\r\n\r\nabc'],
  ['a length that is none', 'Content-Length: x\r\n\r\nabc', 'Content-Length: 3\r\n\r\nabc'],
  ['a body without a length', '\r\nabc', 'Content-Length: 3\r\n\r\nabc'],
  ['a body that is gone', 'Content-Length: 9\r\n\r\n', 'Content-Length: 0\r\n\r\n'],
] as const

for (const [what, from, to] of cases) {
  test(`${what} is put right`, () => {
    assert.equal(Buffer.from(withRightLength(Buffer.from(start + from))).toString(), start + to)
  })
}

test('what is right, chunked, or no request, is the very payload', () => {
  for (const text of [
    `${start}\r\n`,
    `${start}Content-Length: 3\r\n\r\nabc`,
    `${start}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    `${start}`,
    'abc\n\ndef',
    '',
  ]) {
    const payload = Buffer.from(text)
    assert.equal(withRightLength(payload), payload)
  }
})
