import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answersUntilClose } from './until-close.ts'

const cases = [
  ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', false],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', false],
  ['HTTP/1.1 204 No Content\r\n\r\n', false],
  ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n', false],
  ['HTTP/1.0 200 OK\r\n\r\nok', true],
  ['HTTP/1.1 200 OK\r\n\r\n', true],
  ['nonsense', true],
] as const

for (const [text, expected] of cases) {
  test(`${JSON.stringify(text)} ${expected ? 'needs the end' : 'ends by itself'}`, () => {
    assert.equal(answersUntilClose(Buffer.from(text)), expected)
  })
}
