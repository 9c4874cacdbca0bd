import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { requestFlags } from '../capacity/recorded-traffic.ts'
import { createIssuedReader } from '../shape/correlate-issued.ts'
import { buildTraffic, readShape } from './capacity-traffic.ts'

const json = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'

function answer(body: string, head = json): string {
  return `${head}Content-Length: ${body.length}\r\n\r\n${body}`
}

test('the shape of an answer is that of its outermost keys', () => {
  const read = (text: string) => readShape(Buffer.from(text))
  const one = read(answer('{"id":1,"name":"a"}'))
  assert.equal(read(answer('{"name":"b","id":2222}')), one)
  assert.notEqual(read(answer('{"error":"busy"}')), one)
  assert.equal(read('garbage'), 0)
  assert.equal(read(answer(`["${'x'.repeat(300_000)}"]`)), 0)
})

const requests = [
  ['GET /items/1 HTTP/1.1\r\nHost: p\r\n\r\n', 3],
  ['POST /orders HTTP/1.1\r\nHost: p\r\nContent-Length: 0\r\n\r\n', 1],
  ['GET /items/2?q=1 HTTP/1.1\r\nHost: p\r\n\r\n', 2],
].map(([payload, at], index) =>
  createRequest({ connection: index, at: 1e12 + Number(at) * 1e6, payload: String(payload) }),
)

test('requests are put in order of time, with endpoint, target and recorded answer', () => {
  const response = createRequest({ kind: 'response', connection: 1, payload: answer('{"a":1}') })
  const traffic = buildTraffic([...requests, response])
  assert.deepEqual([...traffic.at], [0, 1e6, 2e6])
  const endpoints = [...traffic.endpoint].map((number) => traffic.endpoints[number])
  assert.deepEqual(endpoints, ['POST /orders', 'GET /items/{id}', 'GET /items/{id}'])
  assert.equal(traffic.targets, 3)
  assert.deepEqual([...traffic.status], [200, 0, 0])
  assert.ok(traffic.shape[0]! > 0 && traffic.shape[1] === 0)
  assert.ok((traffic.flags[0]! & requestFlags.unsafe) !== 0)
  assert.equal(traffic.flags[1]! & requestFlags.unsafe, 0)
})

test('connections of one cookie are one session', () => {
  const cookie = 'sid=a1b2c3d4e5f6a7b8'
  const login = createRequest({ connection: 8, at: 1 })
  const set = createRequest({
    ...{ kind: 'response', connection: 8, at: 2 },
    payload: answer('{}', `${json}Set-Cookie: ${cookie}; Path=/\r\n`),
  })
  const later = [9, 10].map((connection) =>
    createRequest({
      ...{ connection, at: connection },
      payload: `GET / HTTP/1.1\r\nHost: p\r\nCookie: ${cookie}\r\n\r\n`,
    }),
  )
  const { session, connection } = buildTraffic([login, set, ...later])
  assert.equal(session[1], session[2])
  assert.notEqual(connection[1], connection[2])
})

test('answers are kept where they are to be learnt from, with when they came', () => {
  const head = `${json}Set-Cookie: sid=a1b2c3d4e5f6a7b8; HttpOnly\r\n`
  const login = createRequest({ at: 1_000, payload: 'POST /login HTTP/1.1\r\n\r\n' })
  const set = createRequest({ kind: 'response', at: 3_000, payload: answer('{}', head) })
  assert.equal(buildTraffic([login, set]).answerLength[0], 0)
  const traffic = buildTraffic([login, set], { readIssued: createIssuedReader() })
  assert.equal(traffic.answerLength[0], set.payload.length)
  assert.equal(traffic.answerAfter[0], 2_000)
  assert.ok((traffic.flags[0]! & requestFlags.opensSession) !== 0)
})

test('what is no HTTP request is left out', () => {
  const raw = createRequest({ raw: true, payload: 'GET / HTTP/1.1\r\n\r\n' })
  const odd = ['CONNECT h:1 HTTP/1.1\r\n\r\n', 'nonsense'].map((payload) =>
    createRequest({ payload }),
  )
  const closed = createRequest({ kind: 'closed', payload: '' })
  assert.equal(buildTraffic([raw, ...odd, closed]).count, 0)
})
