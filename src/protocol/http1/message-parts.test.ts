import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../../test/support/properties.ts'
import { bodyBytes, fieldText, joinBody, readMessageParts } from './message-parts.ts'

const read = (text: string) => readMessageParts(Buffer.from(text, 'latin1'))

test('fields are told with their values, without blanks and in lower case', () => {
  const parts = read('GET /a HTTP/1.1\r\nHost:  a \r\nX-B:\r\nno colon\r\n: none\r\nC:d\n\r\nbody')!
  const fields = parts.fields.map(({ name, start, end }) => [name, parts.head.slice(start, end)])
  assert.deepEqual(fields, [
    ['host', 'a'],
    ['x-b', ''],
    ['c', 'd'],
  ])
  assert.equal(parts.head.slice(0, parts.lineEnd), 'GET /a HTTP/1.1')
  assert.equal(fieldText(parts, 'host'), 'a')
  assert.equal(fieldText(parts, 'd'), null)
  assert.equal(Buffer.from(joinBody(parts)).toString(), 'body')
})

test('a chunked body is told chunk by chunk', () => {
  const payload =
    'HTTP/1.1 200 OK\nTransfer-Encoding: gzip, chunked\n\n3;x=y\r\nabc\r\n0A\n0123456789\n0\r\n\r\n'
  const parts = read(payload)!
  assert.deepEqual(
    parts.body.map(({ lineStart, start, end }) => [
      payload.slice(lineStart, start),
      payload.slice(start, end),
    ]),
    [
      ['3;x=y\r\n', 'abc'],
      ['0A\n', '0123456789'],
    ],
  )
  assert.equal(bodyBytes(parts), 13)
  assert.equal(Buffer.from(joinBody(parts)).toString(), 'abc0123456789')
})

test('chunks that cannot be read are none', () => {
  for (const body of ['x\r\n', '3\r\nab', '3\r\nabc\r\n', '', `${'1'.repeat(5_000)}\r\n`]) {
    const parts = read(`POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${body}`)!
    assert.deepEqual(parts.body, [])
    assert.equal(joinBody(parts).length, 0)
  }
})

test('a head without an end is no message', () => {
  for (const text of ['', 'GET / HTTP/1.1', 'GET / HTTP/1.1\r\nHost: a\r\n'])
    assert.equal(read(text), null)
})

test('any bytes are read to an answer', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void readMessageParts(bytes)))
})
