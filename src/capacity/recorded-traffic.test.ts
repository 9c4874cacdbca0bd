import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { createRecordedTraffic, requestFlags, share } from './recorded-traffic.ts'

const requests = [
  createRequest({ connection: 1, sequence: 0, at: 1_000 }),
  createRequest({ connection: 2, sequence: 0, at: 501_000, payload: 'POST /b HTTP/1.1\r\n\r\n' }),
  createRequest({ connection: 1, sequence: 1, at: 1_001_000, pipelined: true }),
]

function read(count = requests.length) {
  return createRecordedTraffic(requests.slice(0, count), ({ connection, payload }) => ({
    session: connection,
    endpoint: payload[0] === 80 ? 'POST /b' : 'GET /',
    target: payload[0] === 80 ? 'POST /b' : 'GET /',
    unsafe: payload[0] === 80,
    status: 200,
    shape: 3,
  }))
}

test('a recording is held by request, in order of time', () => {
  const traffic = read()
  assert.deepEqual([...traffic.at], [0, 500_000, 1_000_000])
  assert.equal(traffic.duration, 1_500_000)
  assert.deepEqual([...traffic.session], [0, 1, 0])
  assert.deepEqual([traffic.endpoints, traffic.targets], [['GET /', 'POST /b'], 2])
  const second = traffic.bytes.subarray(traffic.start[1], traffic.start[1]! + traffic.length[1]!)
  assert.equal(Buffer.from(second).toString(), 'POST /b HTTP/1.1\r\n\r\n')
})

test('what is unsafe, pipelined, or the last of its connection is marked', () => {
  const { closes, unsafe, pipelined } = requestFlags
  assert.deepEqual([...read().flags], [0, unsafe | closes, pipelined | closes])
})

test('a single request makes a second', () => {
  assert.deepEqual([read(1).duration, read(0).count], [1_000_000, 0])
})

test('a long session counts as several, so that loads can be made of parts of it', () => {
  const long = Array.from({ length: 120 }, (_, at) => createRequest({ connection: 1, at }))
  const facts = { endpoint: 'e', target: 't', unsafe: false, status: 0, shape: 0 }
  const { rank, client } = createRecordedTraffic(long, () => ({ ...facts, session: 's' }))
  assert.equal(rank.length, 3)
  assert.ok(client.every((number) => number === 0))
})

test('what opens a session knows the request that it needs, and is known by it', () => {
  const facts = { session: 's', endpoint: 'e', target: 't', unsafe: false, status: 0, shape: 0 }
  const payload = Buffer.from('HTTP/1.1 200 OK\r\n\r\n')
  const traffic = createRecordedTraffic(requests, (request) => {
    if (request !== requests[2]) return facts
    return { ...facts, answer: { payload, after: 700, opensSession: true, needs: requests[0]! } }
  })
  assert.deepEqual([...traffic.needs], [0, 1, 0])
  assert.ok((traffic.flags[0]! & requestFlags.needed) !== 0)
  assert.ok((traffic.flags[2]! & requestFlags.opensSession) !== 0)
  const start = traffic.answerStart[2]!
  assert.deepEqual(
    traffic.bytes.subarray(start, start + traffic.answerLength[2]!),
    new Uint8Array(payload),
  )
})

test('memory is shared', () => {
  assert.ok(share(Uint16Array, 3).buffer instanceof SharedArrayBuffer)
})
