import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../../test/support/properties.ts'
import { createRequestEditor, findHeader, type RequestEdit, readHeader } from './request-editor.ts'

const nothing: RequestEdit = { host: null, pathPrefix: '', mark: null }

function check(text: string, edit: Partial<RequestEdit>, expected: string | null): void {
  const payload = Buffer.from(text, 'latin1')
  const edited = createRequestEditor({ ...nothing, ...edit })(payload)
  assert.equal(edited === null ? null : Buffer.from(edited).toString('latin1'), expected)
  assert.equal(payload.toString('latin1'), text, 'the captured bytes are as they were')
}

const mark = { name: 'X-Rehearsal', value: '1' }

test('all that is asked for is changed, and no other byte', () => {
  check(
    'POST /a%20?b=c HTTP/1.1\r\nHOST:\t production:80 \r\nX: \xff\r\nContent-Length: 3\r\n' +
      '\r\n\x00\r\n',
    { host: 'staging', pathPrefix: '/v2', mark },
    'POST /v2/a%20?b=c HTTP/1.1\r\nHOST:\t staging \r\nX: \xff\r\nContent-Length: 3\r\n' +
      'X-Rehearsal: 1\r\n\r\n\x00\r\n',
  )
})

test('with nothing to change the copy is the same', () => {
  const text = 'GET / HTTP/1.1\r\nHost: a\r\n\r\nbody'
  check(text, {}, text)
})

test('only the first Host is replaced, and one that is missing stays missing', () => {
  const host = 'new'
  check(
    'GET / HTTP/1.1\r\nX-Host: a\r\nHost: b\r\nHost: c\r\n\r\n',
    { host },
    'GET / HTTP/1.1\r\nX-Host: a\r\nHost: new\r\nHost: c\r\n\r\n',
  )
  check('GET / HTTP/1.0\r\nHosts: x\r\n\r\n', { host }, 'GET / HTTP/1.0\r\nHosts: x\r\n\r\n')
  check('GET / HTTP/1.0\r\n\r\nHost: x\r\n', { host }, 'GET / HTTP/1.0\r\n\r\nHost: x\r\n')
  check('GET / HTTP/1.1\r\nHost:\r\n\r\n', { host }, 'GET / HTTP/1.1\r\nHost:new\r\n\r\n')
  check('GET / HTTP/1.1\nHost: a\n b\nX: y\n\n', { host }, 'GET / HTTP/1.1\nHost: new\nX: y\n\n')
})

test('a prefix goes before a path alone, with one slash', () => {
  check('GET /a HTTP/1.1\r\n\r\n', { pathPrefix: '/v2/' }, 'GET /v2/a HTTP/1.1\r\n\r\n')
  check('GET /a HTTP/1.1\r\n\r\n', { pathPrefix: '/' }, 'GET /a HTTP/1.1\r\n\r\n')
  for (const line of ['GET http://x/a HTTP/1.1', 'OPTIONS * HTTP/1.1', 'CONNECT x:1 HTTP/1.1']) {
    check(`${line}\r\n\r\n`, { pathPrefix: '/v2' }, `${line}\r\n\r\n`)
  }
})

test('the number of a copy is a field of its own, and ends its line alike', () => {
  const edit = createRequestEditor({ ...nothing, copyMark: 'X-Copy' })
  const edited = (text: string, copy?: number) => edit(Buffer.from(text), copy)!.toString()
  assert.equal(edited('GET / HTTP/1.1\r\n\r\n', 2), 'GET / HTTP/1.1\r\nX-Copy: 2\r\n\r\n')
  assert.equal(edited('GET / HTTP/1.1\n\n', 2), 'GET / HTTP/1.1\nX-Copy: 2\n\n')
  assert.equal(edited('GET / HTTP/1.1\r\n\r\n'), 'GET / HTTP/1.1\r\n\r\n')
})

test('the mark is the last field, and ends its line as the request line does', () => {
  check('GET / HTTP/1.1\r\n\r\n', { mark }, 'GET / HTTP/1.1\r\nX-Rehearsal: 1\r\n\r\n')
  check('GET / HTTP/1.1\nA: b\n\nbody', { mark }, 'GET / HTTP/1.1\nA: b\nX-Rehearsal: 1\n\nbody')
})

test('what has no readable head is not edited', () => {
  for (const text of ['', 'GET', 'GET ', 'GET  / HTTP/1.1\r\n\r\n', ' / HTTP/1.1\r\n\r\n']) {
    check(text, { mark }, null)
  }
  for (const text of ['GET /', 'GET / HTTP/1.1\r\n', 'GET / HTTP/1.1\r\nHost: x\r\n\r']) {
    check(text, { host: 'y', mark }, null)
  }
})

test('a header is found by its name in any letter case, its value without blanks around it', () => {
  const cases: [string, string | null][] = [
    ['GET / HTTP/1.1\r\nX-REHEARSAL: \t1 \r\n\r\n', '1'],
    ['GET / HTTP/1.1\nx-rehearsal:1\n\n', '1'],
    ['GET / HTTP/1.1\r\nX-Rehearsal \t: 1\r\n\r\n', '1'],
    ['GET / HTTP/1.1\r\nA: b\r\nX-Rehearsal: 1\r\nX-Rehearsal: 2\r\n\r\n', '1'],
    ['GET / HTTP/1.1\r\nX-Rehearsal:\r\n 1\r\n\r\n', '\r\n 1'],
    ['GET / HTTP/1.1\r\nX-Rehearsal: \r\n\r\n', ''],
    ['GET / HTTP/1.1\r\nX-Rehearsals: 1\r\n\r\n', null],
    ['GET /x-rehearsal:1 HTTP/1.1\r\nA: x-rehearsal: 1\r\n\r\nx-rehearsal: 1\r\n', null],
    ['x-rehearsal: 1\r\n\r\n', null],
    ['GET / HTTP/1.1\r\nX-Rehearsal: 1\r\n', null],
  ]
  for (const [text, value] of cases) {
    assert.equal(readHeader(Buffer.from(text), 'x-rehearsal'), value, text)
  }
})

test('no bytes make the editor throw', () => {
  const piece = fc.constantFrom(
    'GET ',
    '/',
    ' HTTP/1.1',
    '\r',
    '\n',
    '\r\n',
    'Host',
    ':',
    ' ',
    '\x00',
  )
  const edit = createRequestEditor({ host: 'h', pathPrefix: '/p', mark })
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const payload = Buffer.from(pieces.join(''))
      findHeader(payload, 'host')
      const edited = edit(payload)
      assert.ok(edited === null || Buffer.from(edited).includes('X-Rehearsal: 1'))
    }),
  )
})
