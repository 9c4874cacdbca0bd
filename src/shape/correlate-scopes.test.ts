import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMessageParts } from '../protocol/http1/message-parts.ts'
import { Scopes } from './correlate-scopes.ts'

const request = (fields: string) =>
  readMessageParts(Buffer.from(`GET / HTTP/1.1\r\n${fields}\r\n\r\n`))!

test('clients are told by credentials and session cookies, and by nothing else', () => {
  const scopes = new Scopes()
  const of = (fields: string) => scopes.ofRequest(request(fields))
  assert.equal(of('Cookie: theme=dark; _ga=GA1.2.3456; lang=de'), null)
  assert.equal(of('Host: a'), null)
  const first = of('Cookie: theme=dark; sid="a1b2c3d4"')
  assert.notEqual(first, null)
  assert.equal(of('Cookie: sid=a1b2c3d4'), first)
  const second = of('Authorization: Bearer e5f6g7h8')
  assert.notEqual(second, first)
  assert.equal(of('Authorization: Token e5f6g7h8'), second)
})

test('a key that production handed out is known whatever its name, and goes on the session', () => {
  const scopes = new Scopes()
  const session = scopes.extend(null, 'x1y2z3w4')
  assert.equal(scopes.extend(session, 'u5v6w7x8'), session)
  assert.equal(scopes.ofRequest(request('Cookie: sid=unknown1; shop=u5v6w7x8')), session)
  assert.equal(scopes.extend(null, 'x1y2z3w4'), session)
})

test('keys are forgotten beyond the ceiling', () => {
  const scopes = new Scopes()
  const first = scopes.extend(null, 'a1b2c3d4')
  for (let index = 0; index < 131_072; index++) scopes.extend(null, `key${index}`)
  assert.notEqual(scopes.extend(null, 'a1b2c3d4'), first)
})
