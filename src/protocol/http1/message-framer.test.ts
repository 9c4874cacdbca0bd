import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  check,
  chunkedHead,
  createFramer,
  get,
  headOf,
  octetsOf,
  post,
  tunnel,
  upgrade,
} from '../../../test/support/check-framer.ts'

test('requests that are pipelined come out one by one, byte for byte', () => {
  check(get, [get])
  check(get + post + get, [get, post, get])
})

test('empty lines before a start line are no part of the message', () => {
  check(`\r\n\n${get}\r\n${post}\r\n\r\n`, [get, post])
})

test('any token is a method', () => {
  for (const method of ['PROPFIND', 'PURGE', 'M-SEARCH', 'get', '!#$%', 'X'.repeat(32)]) {
    check(`${method} * HTTP/1.1\r\n\r\n`, [`${method} * HTTP/1.1\r\n\r\n`])
  }
})

test('lines may end in a bare line feed', () => {
  const bare = 'POST / HTTP/1.0\nContent-Length: 2\n\nok'
  check(bare + get, [bare, get])
})

test('a folded field belongs to the field before it', () => {
  const folded = 'GET / HTTP/1.1\r\nX: a\r\n b\r\n\tc\r\nConnection: close,\r\n upgrade\r\n\r\n'
  check(folded + get, [folded, get])
  const { head } = headOf('GET / HTTP/1.1\r\nConnection: a,\r\n close\r\n\r\n')
  assert.equal(head.keepAlive, false)
})

test('a request that expects 100-continue is one message with its body', () => {
  const text = 'PUT /f HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\nabc'
  check(text + get, [text, get])
  assert.equal(headOf(text).head.expectContinue, true)
})

test('equal lengths may be repeated', () => {
  for (const fields of [
    'Content-Length: 2, 2\r\n',
    'Content-Length: 02\r\ncontent-length:2 \r\n',
  ]) {
    const text = `POST / HTTP/1.1\r\n${fields}\r\nok`
    check(text + get, [text, get])
  }
})

test('a chunked body ends after its trailer section', () => {
  const bodies = [
    '0\r\n\r\n',
    '5\r\nhello\r\n0\r\n\r\n',
    '00A\r\n0123456789\r\n000\r\nX-Sum: 1\r\nY: \r\n folded\r\n\r\n',
    '5;a\r\nhello\r\n1;b=c;d="q;\\"\r"\r\n!\r\n0;z\r\n\r\n'.replace('\r"', '"'),
    '5 ; a = "b" ; c\t\r\nhello\r\n0 \r\n\r\n',
    '5\nhello\n0\nX: 1\n\n',
  ]
  for (const body of bodies) check(chunkedHead + body + get, [chunkedHead + body, get])
})

test('a coding before chunked changes nothing about the framing', () => {
  const text =
    'POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\ntransfer-encoding: Chunked\r\n\r\n0\r\n\r\n'
  check(text + get, [text, get])
})

test('after a request for another protocol, what is no request is opaque', () => {
  for (const request of [upgrade, tunnel]) {
    check(`${request}\x81\x85abcd`, [request, 'opaque'])
    check(`${request}\x16\x03\x01 GET / HTTP/1.1\r\n\r\n`, [request, 'opaque'])
    check(`${request}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`, [request, 'opaque'])
    check(`${request}DATA without version\r\n`, [request, 'opaque'])
    check(`${request}DATA ${'x'.repeat(200)}`, [request, 'opaque'], { headBytesMax: 128 })
  }
})

test('after a request for another protocol that was refused, requests go on', () => {
  check(upgrade + get + upgrade, [upgrade, get, upgrade])
  check(`${upgrade}${get}\x81\x85`, [upgrade, get, 'lost: not-http'])
  check(`${upgrade}GET / HTTP/1.1\r\nbad\r\n\r\n`, [upgrade, 'lost: bad-header'])
})

test('an opaque side holds no memory and is silent', () => {
  const { framer, budget } = createFramer({})
  framer.push(octetsOf(`${upgrade}\x81`), 0)
  assert.deepEqual(framer.push(octetsOf(get), 0), [])
  assert.deepEqual(framer.gap(5), [])
  assert.deepEqual(framer.finish(0), [])
  assert.equal(budget.used(), 0)
})

test('a head tells whether the connection goes on', () => {
  const cases: [string, boolean][] = [
    ['GET / HTTP/1.1\r\n\r\n', true],
    ['GET / HTTP/1.7\r\n\r\n', true],
    ['GET / HTTP/1.1\r\nConnection: x, CLOSE\r\n\r\n', false],
    ['GET / HTTP/1.1\r\nConnection: x\r\nConnection: close\r\n\r\n', false],
    ['GET / HTTP/1.1\r\nConnection: closed\r\n\r\n', true],
    ['GET / HTTP/1.0\r\n\r\n', false],
    ['GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n', true],
    ['GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n', false],
  ]
  for (const [text, keepAlive] of cases) assert.equal(headOf(text).head.keepAlive, keepAlive, text)
  const until = createFramer({ side: 'response' }).framer
  until.push(octetsOf('HTTP/1.1 200 OK\r\n\r\n'), 0)
  const event = until.finish(0)[0]
  assert(event?.kind === 'message')
  assert.equal(event.head.keepAlive, false)
})

test('a head holds what was read', () => {
  assert.deepEqual(headOf(post).head, {
    headBytes: post.length - 5,
    method: 'POST',
    status: 0,
    minorVersion: 1,
    keepAlive: true,
    upgrade: false,
    expectContinue: false,
    framing: 'length',
    contentLength: 5,
  })
  assert.deepEqual(
    headOf('HTTP/1.0 503 \r\nContent-Length: 0\r\n\r\n', { side: 'response' }).head,
    {
      headBytes: 36,
      method: '',
      status: 503,
      minorVersion: 0,
      keepAlive: false,
      upgrade: false,
      expectContinue: false,
      framing: 'none',
      contentLength: 0,
    },
  )
  assert.equal(headOf(upgrade).head.upgrade, true)
  assert.equal(headOf(upgrade.replace('HTTP/1.1', 'HTTP/1.0')).head.upgrade, false)
  assert.equal(headOf('PROPFIND / HTTP/1.1\r\n\r\n').head.method, 'PROPFIND')
})

test('a head says nothing of the one before', () => {
  const all =
    'PUT / HTTP/1.1\r\nConnection: close, upgrade\r\nUpgrade: x\r\nExpect: 100-continue\r\n' +
    'Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
  const plainOnes = [
    get,
    get.replace('1.1', '1.0'),
    'GET / HTTP/1.1\r\nUpgrade: x\r\n\r\n',
    'GET / HTTP/1.1\r\nConnection: upgrade\r\n\r\n',
  ]
  for (const plain of plainOnes) {
    const { framer } = createFramer({})
    const events = framer.push(octetsOf(all + plain), 0)
    assert.deepEqual(events.map((event) => event.kind === 'message' && event.head).slice(1), [
      headOf(plain).head,
    ])
  }
  check('GET / HTTP/1.1\r\nA: b\r\n\r\nGET / HTTP/1.1\r\n folded\r\n\r\n', [
    'GET / HTTP/1.1\r\nA: b\r\n\r\n',
    'lost: bad-header',
  ])
})

test('a message bears the times of its first and last byte', () => {
  const { framer } = createFramer({})
  framer.push(octetsOf('\r\n'), 1)
  framer.push(octetsOf(post.slice(0, 9)), 2)
  framer.push(octetsOf(post.slice(9, -1)), 3)
  const event = framer.push(octetsOf('o'), 4)[0]
  assert(event?.kind === 'message')
  assert.deepEqual([event.startedAt, event.endedAt], [2, 4])
})

test('a message that lay whole in one push is not copied', () => {
  const { framer } = createFramer({})
  const bytes = octetsOf(get + post)
  for (const event of framer.push(bytes, 0)) {
    assert(event.kind === 'message')
    assert.equal(event.payload.buffer, bytes.buffer)
  }
})

test('without keep nothing of a body is stored, however long it is', () => {
  const { framer, budget } = createFramer({ side: 'response', keep: false, messageBytesMax: 10 })
  framer.push(octetsOf('HTTP/1.1 200 OK\r\nContent-Len'), 0)
  framer.push(octetsOf('gth: 3000000\r\n\r\n'), 0)
  assert.equal(budget.used(), 0)
  framer.push(new Uint8Array(2_000_000), 0)
  const event = framer.push(new Uint8Array(1_000_000), 0)[0]
  assert(event?.kind === 'message')
  assert.deepEqual([event.payload.length, event.head.status], [0, 200])
})

test('what is buffered is given back when the connection is let go', () => {
  const { framer, budget } = createFramer({})
  framer.push(octetsOf(post.slice(0, -1)), 0)
  assert.ok(budget.used() > 0)
  framer.release()
  assert.equal(budget.used(), 0)
  assert.deepEqual(framer.push(octetsOf(get), 0), [])
})

test('a body that comes byte by byte is copied a few times at most', () => {
  const { framer, budget } = createFramer({ messageBytesMax: 3_000_000 })
  framer.push(octetsOf('POST / HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n'), 0)
  const piece = octetsOf('x')
  let growths = 0
  let buffered = 0
  for (let index = 0; index < 1_999_999; index++) {
    framer.push(piece, 0)
    if (budget.used() !== buffered) growths += 1
    buffered = budget.used()
  }
  assert.ok(growths < 20, `${growths} growths`)
  assert.equal(framer.push(piece, 0).length, 1)
})
