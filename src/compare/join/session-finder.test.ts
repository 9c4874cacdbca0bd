import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../../test/support/messages.ts'
import type { Message } from '../../model/message.ts'
import { SessionFinder } from './session-finder.ts'

function request(fields: string, connection = 1): Message {
  return createRequest({ connection, payload: `GET / HTTP/1.1\r\nHost: shop\r\n${fields}\r\n` })
}

function response(fields: string): Message {
  const payload = `HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${fields}\r\n`
  return createRequest({ kind: 'response', payload })
}

const issued = 'Set-Cookie: sid=5f3a9c01d2e4; HttpOnly\r\n'

test('requests with one cookie that production issued are one session, on any connection', () => {
  const finder = new SessionFinder()
  finder.observe(response(issued))
  const first = finder.find(request('Cookie: lang=de; sid=5f3a9c01d2e4\r\n', 1))
  const second = finder.find(request('Cookie: sid=5f3a9c01d2e4; lang=en\r\n', 2))
  assert.deepEqual(first, second)
  assert.equal(first.orphan, false)
  assert.doesNotMatch(first.session, /5f3a/)
})

test('a cookie that production issued before the capture makes an orphan', () => {
  const finder = new SessionFinder()
  finder.observe(response(issued))
  assert.equal(finder.find(request('Cookie: sid=aaaabbbbcccc\r\n')).orphan, true)
})

test('a cookie of which nothing is known says nothing', () => {
  const finder = new SessionFinder()
  const found = finder.find(request('Cookie: ab=aaaabbbbcccc\r\n', 7))
  assert.deepEqual(found, { session: request('', 7).connection, orphan: false })
})

test('a token is a session, and so is a connection without either', () => {
  const finder = new SessionFinder()
  const token = finder.find(request('Authorization: Bearer a.b.c\r\n', 1)).session
  assert.equal(finder.find(request('authorization:  Bearer a.b.c\r\n', 2)).session, token)
  assert.notEqual(finder.find(request('', 1)).session, finder.find(request('', 2)).session)
})

test('a short or plain cookie is no session', () => {
  const finder = new SessionFinder()
  finder.observe(response('Set-Cookie: theme=dark\r\n'))
  const found = finder.find(request('Cookie: theme=dark\r\n', 3))
  assert.equal(found.session, request('', 3).connection)
})

test('what is no head has the session of its connection', () => {
  const finder = new SessionFinder()
  const message = createRequest({ payload: 'Cookie' })
  assert.equal(finder.find(message).session, message.connection)
})
