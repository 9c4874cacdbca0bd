import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldBreak, readAnswerHead } from './answer-head.ts'

test('status, fields and the start of the body are read', () => {
  const text = 'HTTP/1.1 404 Not Found\r\nX-A:  one \r\nx-a: two\r\nB:\r\n\r\nbody'
  const head = readAnswerHead(Buffer.from(text))
  assert.equal(head?.status, 404)
  assert.deepEqual(
    [...head!.fields],
    [
      ['x-a', `one${fieldBreak}two`],
      ['b', ''],
    ],
  )
  assert.equal(text.slice(head!.bodyStart), 'body')
})

test('a head with bare line feeds and without a reason is read', () => {
  const head = readAnswerHead(Buffer.from('HTTP/1.0 200\nA: b\n\n'))
  assert.equal(head?.status, 200)
  assert.equal(head!.fields.get('a'), 'b')
})

for (const text of ['', 'HTTP/1.1 200 OK\r\n', 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 20 x\r\n\r\n']) {
  test(`${JSON.stringify(text)} is no answer`, () => {
    assert.equal(readAnswerHead(Buffer.from(text)), null)
  })
}
