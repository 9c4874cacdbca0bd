import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EditableRequest, readEditableRequest } from './editable-request.ts'

function check(text: string, edit: (request: EditableRequest) => void, expected: string): void {
  const payload = Buffer.from(text, 'latin1')
  const request = readEditableRequest(payload)!
  edit(request)
  assert.equal(Buffer.from(request.bytes()).toString('latin1'), expected)
  assert.equal(payload.toString('latin1'), text, 'the captured bytes are as they were')
}

const text = 'POST /a HTTP/1.1\r\nHost:  b \r\nX: \xff\r\nx: 2\r\nLast:\r\n\r\nX: body\r\n'

test('the parts of a head are read', () => {
  const request = readEditableRequest(Buffer.from(text, 'latin1'))!
  assert.equal(request.method(), 'POST')
  assert.equal(request.target(), '/a')
  assert.equal(request.field('HOST'), 'b')
  assert.equal(request.field('x'), '\xff')
  assert.equal(request.field('last'), '')
  assert.equal(request.field('body'), null)
})

test('what no change touches keeps its bytes', () => {
  check(
    text,
    (request) => {
      request.setTarget('/longer?c')
      request.setField('x', '1')
      request.setField('New', 'n')
      request.setField('last', 'l')
      request.setTarget('/')
      request.setField('host', 'h')
    },
    'POST / HTTP/1.1\r\nNew: n\r\nHost:  h \r\nX: 1\r\nx: 2\r\nLast:l\r\n\r\nX: body\r\n',
  )
})

test('a field is added with the line end of its request, and where there was none', () => {
  check('GET / HTTP/1.0\n\n', (request) => request.setField('A', 'b'), 'GET / HTTP/1.0\nA: b\n\n')
})

test('set to what they were, the very bytes are given back', () => {
  const payload = Buffer.from(text, 'latin1')
  const request = readEditableRequest(payload)!
  request.setField('Host', 'b')
  request.setTarget('/a')
  assert.equal(request.bytes(), payload)
})

for (const bad of [
  '',
  'GET',
  'GET / HTTP/1.1\r\nA: b\r\n',
  'GET /\r\n\r\n',
  'HTTP/1.1 200 OK\n\n',
]) {
  test(`no head is read in ${JSON.stringify(bad)}`, () => {
    assert.equal(readEditableRequest(Buffer.from(bad)), null)
  })
}
