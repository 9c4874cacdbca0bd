import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bare,
  checkResponse,
  createFramer,
  describe,
  octetsOf,
  ok,
} from '../../../test/support/check-framer.ts'

test('responses are framed by their length or chunks', () => {
  const chunked =
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nok\r\n0\r\nT: 1\r\n\r\n'
  checkResponse(ok + chunked + ok, [ok, chunked, ok])
})

test('a response without length goes on until its side ends', () => {
  for (const head of [
    'HTTP/1.1 200\r\n\r\n',
    'HTTP/1.0 404 \r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n',
    'HTTP/1.1 200 OK\nTransfer-Encoding: chunked, gzip\n\n',
  ]) {
    checkResponse(`${head}a\r\n\r\n${ok}`, [`${head}a\r\n\r\n${ok}`])
    checkResponse(head, [head])
  }
})

test('responses without a body end with their head, whatever it declares', () => {
  checkResponse(bare + ok, [bare, ok], 'HEAD', 'GET')
  for (const status of [204, 304]) {
    const text = `HTTP/1.1 ${status} X\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n`
    checkResponse(text + ok, [text, ok])
  }
})

test('interim responses are no messages, and their request stays the expected one', () => {
  const interim = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n'
  checkResponse(interim + bare + ok, [bare, ok], 'HEAD', 'GET')
})

test('after 101, and after a tunnel was granted, a response side is opaque', () => {
  const switched = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'
  checkResponse(`${switched}HTTP/1.1 200 OK\r\n\r\n`, [switched, 'opaque'])
  checkResponse(`${bare}\x16\x03`, [bare, 'opaque'], 'CONNECT')
  const refused = 'HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno'
  checkResponse(refused + ok, [refused, ok], 'CONNECT', 'GET')
})

test('a response that is malformed is lost', () => {
  const cases: [string, string][] = [
    ['HTTP/2 200\r\n\r\n', 'not-http'],
    ['ICY 200 OK\r\n\r\n', 'not-http'],
    ['HTTP/1.x 200 OK\r\n\r\n', 'not-http'],
    ['HTTP/1.1\r\n\r\n', 'bad-start-line'],
    ['HTTP/1.1 20 OK\r\n\r\n', 'bad-start-line'],
    ['HTTP/1.1 2000 OK\r\n\r\n', 'bad-start-line'],
    ['HTTP/1.1 099 OK\r\n\r\n', 'bad-start-line'],
    ['HTTP/1.1  200 OK\r\n\r\n', 'bad-start-line'],
    ['HTTP/1.1 200 O\x00K\r\n\r\n', 'bad-start-line'],
    [
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n',
      'conflicting-length',
    ],
    ['HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 'conflicting-length'],
    ['HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n', 'bad-header'],
  ]
  for (const [text, reason] of cases) checkResponse(text, [`lost: ${reason}`])
})

test('a response after a loss answers the newest request', () => {
  const { framer } = createFramer({ side: 'response', methods: ['GET', 'HEAD'] })
  framer.push(octetsOf('nonsense'), 0)
  framer.expectResponseTo('HEAD')
  framer.expectResponseTo('GET')
  assert.deepEqual(framer.push(octetsOf(ok), 0).map(describe), [ok])
})

test('requests that are never answered are forgotten, the oldest first', () => {
  const { framer } = createFramer({ side: 'response' })
  for (let index = 0; index < 3_000; index++) {
    framer.expectResponseTo(index < 2_000 ? 'GET' : 'HEAD')
  }
  const events = framer.push(octetsOf(ok.repeat(24) + bare.repeat(1_000)), 0)
  assert.equal(events.filter((event) => event.kind === 'message').length, 1_024)
})
