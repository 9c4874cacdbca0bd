import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCutRequest } from './cut-request.ts'

const cases: readonly (readonly [request: string, isCut: boolean])[] = [
  ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', false],
  ['GET / HTTP/1.1\r\nHost: a\r\n', true],
  ['GET / HT', true],
  ['POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc', false],
  ['POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab', true],
  ['POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n', false],
  ['POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', false],
  ['POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab', true],
  ['*1\r\n$4\r\nPING', false],
  ['', false],
]

for (const [request, isCut] of cases) {
  test(`${JSON.stringify(request)} is ${isCut ? '' : 'not '}cut`, () => {
    assert.equal(isCutRequest(Buffer.from(request)), isCut)
  })
}
