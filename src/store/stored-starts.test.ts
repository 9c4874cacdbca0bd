import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAsked, readStoredStatus } from './stored-starts.ts'

const asked = [
  ['GET /orders/7?x=1 HTTP/1.1\r\nHost: a\r\n', 'GET /orders/7?x=1'],
  ['POST /a b HTTP/1.0\nHost: a', 'POST /a b'],
  ['GET /a\r\n', 'GET /a'],
  ['GET /very/long', 'GET /very/long…'],
  ['', '…'],
] as const
for (const [start, expected] of asked) {
  test(`${JSON.stringify(start)} asks ${expected}`, () => {
    assert.equal(readAsked(Buffer.from(start)), expected)
  })
}

const statuses = [
  ['HTTP/1.1 404 Not Found\r\n', 404],
  ['HTTP/2 200', 200],
  ['nonsense', null],
  [null, null],
] as const
for (const [start, expected] of statuses) {
  test(`${JSON.stringify(start)} has the status ${expected}`, () => {
    assert.equal(readStoredStatus(start === null ? null : Buffer.from(start)), expected)
  })
}
