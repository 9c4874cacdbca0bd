import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { readMessageParts } from '../protocol/http1/message-parts.ts'
import { changeOpened, changeUses, openBody, type Substitution } from './correlate-request.ts'

const request = (fields: string, body: Uint8Array) =>
  Buffer.concat([Buffer.from(`POST / HTTP/1.1\r\n${fields}\r\n`), body])

/** `1` in the text becomes the digits. */
function substitute(payload: Uint8Array, digits: string): Substitution {
  const start = Buffer.from(payload).indexOf('"a":1') + 4
  const place = { place: 'json', name: 'a', notation: 'number', value: '1', kinds: [] } as const
  return { use: { start, end: start + 1, ...place }, substitute: digits }
}

const inHead: Substitution = {
  use: { start: 5, end: 6, value: '/', kinds: null, notation: 'path', place: 'path', name: '' },
  substitute: 'x',
}

test('a coded body is opened, and closed in the same coding with its length', () => {
  const body = gzipSync('{"a":1}')
  const fields = `Content-Encoding: gzip\r\nContent-Length: ${body.length}\r\n`
  const opened = openBody(readMessageParts(request(fields, body))!)!
  assert.match(Buffer.from(opened.payload).toString(), /Content-Length: 7\r\n\r\n\{"a":1\}$/)
  const changed = changeOpened(opened, [substitute(opened.payload, '55')])!
  const closed = Buffer.from(changed)
  const [head, length] = /^[\s\S]*Content-Length: (\d+)\r\n\r\n/.exec(closed.toString('latin1'))!
  assert.equal(Number(length), closed.length - head.length)
  assert.equal(gunzipSync(closed.subarray(head.length)).toString(), '{"a":55}')
  assert.equal(changeOpened(opened, [inHead]), null)
})

test('chunks stay chunks, and a body without a coding, or with a broken one, stays closed', () => {
  const body = gzipSync('{"a":1}')
  const size = `${body.length.toString(16)}\r\n`
  const chunked = Buffer.concat([Buffer.from(size), body, Buffer.from('\r\n0\r\n\r\n')])
  const fields = 'Transfer-Encoding: chunked\r\nContent-Encoding: x-gzip\r\n'
  const opened = openBody(readMessageParts(request(fields, chunked))!)!
  assert.match(Buffer.from(opened.payload).toString(), /\r\n\r\n7\r\n\{"a":1\}\r\n0\r\n\r\n$/)
  const changed = changeOpened(opened, [substitute(opened.payload, '55')])!
  const closed = Buffer.from(changed)
  const start = closed.indexOf('\r\n', closed.indexOf('\r\n\r\n') + 4) + 2
  assert.equal(gunzipSync(closed.subarray(start, -7)).toString(), '{"a":55}')
  for (const [coding, bytes] of [
    ['identity', body],
    ['gzip', body.subarray(0, 9)],
    ['sdch', body],
  ] as const) {
    const plain = request(`Content-Encoding: ${coding}\r\n`, bytes)
    assert.equal(openBody(readMessageParts(plain)!), null)
  }
})

test('what is put into a head leaves all else as it is', () => {
  const parts = readMessageParts(request('Host: a\r\n', Buffer.from('b')))!
  assert.equal(
    Buffer.from(changeUses(parts, [inHead])).toString(),
    'POST x HTTP/1.1\r\nHost: a\r\n\r\nb',
  )
})
