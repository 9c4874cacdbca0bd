import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ScriptRequest, ScriptResponse } from '../model/script-api.ts'
import { encodeContent } from '../protocol/http1/content-coding.ts'
import { readScriptRequest, readScriptResponse } from './script-message.ts'

const text = 'POST /a%20b?x=1&y=a%26b&x=2 HTTP/1.1\r\nhost: a\r\nCookie: s=1; t=2\r\n'
const head = `${text}Content-Length: 14\r\n`
const whole = `${head}\r\n{"name":"n\u00e4"}`

function request(payload: string): ScriptRequest {
  return readScriptRequest(Buffer.from(payload))!
}

function response(payload: string): ScriptResponse {
  return readScriptResponse(Buffer.from(payload))!
}

test('the parts of a request are read', () => {
  const read = request(whole)
  assert.deepEqual(
    [read.method, read.target, read.path],
    ['POST', '/a%20b?x=1&y=a%26b&x=2', '/a%20b'],
  )
  assert.deepEqual([read.query('x'), read.query('y'), read.query('z')], ['1', 'a&b', null])
  assert.deepEqual([read.cookie('t'), read.cookie('u')], ['2', null])
  assert.deepEqual([read.header('HOST'), read.header('x')], ['a', null])
  assert.deepEqual(read.headers()[1], ['Cookie', 's=1; t=2'])
  assert.deepEqual(read.json(), { name: 'nä' })
})

type Change = (message: ScriptRequest) => ScriptRequest
const changes: readonly (readonly [what: string, Change, before: string, after: string])[] = [
  ['a header', (it) => it.withHeader('Host', 'b'), 'host: a', 'host: b'],
  ['a header that is gone', (it) => it.withoutHeader('HOST'), 'host: a\r\n', ''],
  ['a target', (it) => it.withTarget('/'), '/a%20b?x=1&y=a%26b&x=2', '/'],
  ['a path', (it) => it.withPath('/c'), '/a%20b?', '/c?'],
  ['a query', (it) => it.withQuery('x', 'a b'), '?x=1&', '?x=a%20b&'],
  ['one more query', (it) => it.withQuery('z', '1'), '&x=2', '&x=2&z=1'],
  ['a query that is gone', (it) => it.withQuery('x', null), '?x=1&y=a%26b&x=2', '?y=a%26b'],
  ['a cookie', (it) => it.withCookie('s', '3'), 's=1; t=2', 's=3; t=2'],
  ['one more cookie', (it) => it.withCookie('u', '3'), 's=1; t=2', 's=1; t=2; u=3'],
  ['a cookie that is gone', (it) => it.withCookie('s', null), 's=1; t=2', 't=2'],
  [
    'the last cookie that is gone',
    (it) => it.withCookie('s', null).withCookie('t', null),
    'Cookie: s=1; t=2\r\n',
    '',
  ],
]

for (const [what, change, before, after] of changes) {
  test(`${what} changes, and no other byte`, () => {
    const original = request(whole)
    assert.equal(String(change(original).bytes), whole.replace(before, after))
    assert.equal(String(original.bytes), whole)
  })
}

test('what comes to the same gives the very bytes', () => {
  const payload = Buffer.from(whole)
  const read = readScriptRequest(payload)!
  assert.equal(read.withHeader('host', 'a').withCookie('u', null).bytes, payload)
})

test('another body has the length and the codings that its headers tell', () => {
  const changed = request(whole).withBody('short')
  assert.equal(String(changed.bytes), `${head.replace('14', '5')}\r\nshort`)
  const coded = (body: Uint8Array) =>
    Buffer.concat([
      Buffer.from(
        `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n`,
      ),
      Buffer.from('\r\n'),
      body,
    ])
  const read = readScriptResponse(coded(encodeContent(Buffer.from('before'), ['gzip'])))!
  assert.equal(read.text(), 'before')
  const after = read.withBody('after')
  assert.deepEqual(after.bytes, coded(encodeContent(Buffer.from('after'), ['gzip'])))
  assert.equal(after.text(), 'after')
})

test('status and cookies of a response are read', () => {
  const read = response('HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\n\r\n')
  assert.deepEqual([read.status, read.cookie('b'), read.cookie('c')], [200, '2', null])
  assert.equal(read.withStatus(404).status, 404)
})

const refused: readonly (readonly [what: string, change: Change])[] = [
  ['a header on two lines', (it) => it.withHeader('a', 'b\r\nc: d')],
  ['a header that has no name', (it) => it.withHeader('a b', 'c')],
  ['a length', (it) => it.withHeader('content-length', '1')],
  ['a coding of the transfer', (it) => it.withoutHeader('Transfer-Encoding')],
  ['a target with a blank', (it) => it.withTarget('/a b')],
  ['a cookie on two lines', (it) => it.withCookie('a', '\n')],
]

for (const [what, change] of refused) {
  test(`${what} is refused`, () => assert.throws(() => change(request(whole))))
}

test('a body that cannot be decoded is not given', () => {
  assert.throws(() => response('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nx').body())
  assert.throws(() => response('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx').text())
})

test('what is no message of HTTP/1 is not read', () => {
  assert.equal(readScriptRequest(Buffer.from('HTTP/1.1 200 OK\r\n\r\n')), null)
  assert.equal(readScriptResponse(Buffer.from('GET / HTTP/1.1\r\n\r\n')), null)
})
