import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEditableResponse } from './editable-response.ts'

const text = 'HTTP/1.1 200 All right\r\nSet-Cookie: a=b\r\n\r\nbody'

test('status and fields of a response are read and changed, and the rest stays', () => {
  const response = readEditableResponse(Buffer.from(text))!
  assert.equal(response.status(), 200)
  response.setStatus(404)
  response.setField('set-cookie', 'a=c')
  assert.equal(String(response.bytes()), 'HTTP/1.1 404 \r\nSet-Cookie: a=c\r\n\r\nbody')
})

test('a body that goes on until the connection ends is not given a length', () => {
  const response = readEditableResponse(Buffer.from(text))!
  response.setBody(Buffer.from('other'))
  assert.equal(String(response.bytes()), text.replace('body', 'other'))
})

test('a status that it has anyway changes nothing', () => {
  const payload = Buffer.from(text)
  const response = readEditableResponse(payload)!
  response.setStatus(200)
  assert.equal(response.bytes(), payload)
})

for (const bad of ['', 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 2000\r\n\r\n', 'HTTP/1.1 200 OK\r\n']) {
  test(`no response is read in ${JSON.stringify(bad)}`, () => {
    assert.equal(readEditableResponse(Buffer.from(bad)), null)
  })
}
