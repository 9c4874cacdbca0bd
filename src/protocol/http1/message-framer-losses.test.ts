import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cut } from '../../../test/support/check-feeds.ts'
import {
  check,
  chunkedHead,
  createFramer,
  describe,
  frame,
  get,
  octetsOf,
  post,
  type Setting,
} from '../../../test/support/check-framer.ts'

test('what is no HTTP/1 where a message should begin is lost once', () => {
  for (const text of [
    '\x16\x03\x01\x02\x00\x01',
    'x'.repeat(33),
    ' GET / HTTP/1.1\r\n\r\n',
    'hello\r\n',
    'GET / HTTP/2.0\r\n\r\n',
    'GET / HTTP/5.6\r\n\r\n',
    'GET / HTTP/\r\n\r\n',
  ]) {
    check(text, ['lost: not-http'])
    check(get + text, [get, 'lost: not-http'])
  }
})

test('the preface of HTTP/2 is lost once, and the rest is not looked at', () => {
  check('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00GET / HTTP/1.1\r\n\r\n', [
    'lost: not-http',
    'opaque',
  ])
})

test('a start line that is malformed is lost', () => {
  for (const line of [
    'GET /',
    'GET  / HTTP/1.1',
    'GET / HTTP/1.1 ',
    'GET / HTTP/1.12',
    'GET /a b HTTP/1.1',
    'GET / http/1.1',
    'GET /\x00 HTTP/1.1',
    'GET /\r/ HTTP/1.1',
    'GET / H',
  ]) {
    check(`${line}\r\nHost: x\r\n\r\n`, ['lost: bad-start-line'])
  }
})

test('a field that is malformed loses the message', () => {
  for (const line of [
    'Host',
    ': x',
    'Host : x',
    'Ho@st: x',
    'Transfer-Encoding : chunked',
    'Content-Length : 4',
    'X: a\x00b',
    'X: a\rb',
    'Connection\rx: a',
    'Content-Length: ',
    'Content-Length: +5',
    'Content-Length: -1',
    'Content-Length: 5,',
    'Content-Length: 4 2',
    'Content-Length: 0x5',
    'Content-Length: 9007199254740992',
    'Content-Length: 1000000000000000000000',
  ]) {
    check(`GET / HTTP/1.1\r\nA: b\r\n${line}\r\n\r\n`, ['lost: bad-header'])
  }
  check('GET / HTTP/1.1\r\n folded: x\r\n\r\n', ['lost: bad-header'])
  check('GET / HTTP/1.1\r\nA: b\r\n\rX', ['lost: truncated'])
  check('GET / HTTP/1.1\r\nA: b\r\n\rX\n', ['lost: bad-header'])
})

test('a request of which receivers may see different lengths is lost, not guessed at', () => {
  for (const fields of [
    'Content-Length: 1\r\nContent-Length: 2',
    'Content-Length: 1, 2',
    'Content-Length: 5\r\nTransfer-Encoding: chunked',
    'Transfer-Encoding: chunked\r\nContent-Length: 5',
    'Transfer-Encoding: chunked\r\nContent-Length: 0',
    'Transfer-Encoding: identity',
    'Transfer-Encoding: xchunked',
    'Transfer-Encoding: chunked, identity',
    'Transfer-Encoding: chunked;q=1',
    'Transfer-Encoding: "chunked"',
    'Transfer-Encoding: \x0bchunked',
    'Transfer-Encoding: chunked, chunked',
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: x',
    'Transfer-Encoding: ,chunked',
    'Transfer-Encoding: chunked,',
    'Transfer-Encoding:',
    'Transfer-Encoding:\r\n chunked',
    'Transfer-Encoding: chunked\r\n , x',
    'Content-Length: 1\r\n 2',
  ]) {
    check(`POST / HTTP/1.1\r\n${fields}\r\n\r\n`, ['lost: conflicting-length'])
  }
  check('POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', [
    'lost: conflicting-length',
  ])
})

test('a chunk that is malformed loses the message', () => {
  for (const body of [
    'x\r\n',
    '-1\r\n',
    '0x5\r\nhello\r\n',
    '\r\n5\r\nhello\r\n',
    ' 5\r\nhello\r\n',
    '5 5\r\nhello\r\n',
    '5\rhello\r\n',
    '5\r\nhelloX\r\n',
    '5\r\nhello\rX',
    '5;\r\nhello\r\n',
    '5;\nhello\r\n',
    '5;a=\r\nhello\r\n',
    '5;a b\r\nhello\r\n',
    '5;a="b\n"\r\nhello\r\n',
    '5;a="\\\x01"\r\nhello\r\n',
    '5;a="b"c\r\nhello\r\n',
    '20000000000000\r\n',
    'fffffffffffffffffffff\r\n',
    `${'0'.repeat(4096)}\r\n`,
  ]) {
    check(chunkedHead + body, ['lost: bad-chunk'])
  }
})

test('a trailer that is malformed loses the message', () => {
  for (const trailer of ['X\r\n', ' X: 1\r\n', ': 1\r\n', 'X: \x00\r\n', 'X: a\rb\r\n', '\rX']) {
    check(`${chunkedHead}0\r\n${trailer}\r\n`, ['lost: bad-header'])
  }
})

test('a message that its side ends is lost as truncated', () => {
  for (const text of [
    'G',
    'GET /',
    get.slice(0, -1),
    post.slice(0, -1),
    chunkedHead,
    `${chunkedHead}5\r\nhe`,
  ]) {
    check(text, ['lost: truncated'])
    check(get + text, [get, 'lost: truncated'])
  }
  check('', [])
})

test('a head beyond its limit is lost, wherever the limit is passed', () => {
  const head = 'GET / HTTP/1.1\r\nX: 1234567890\r\n\r\n'
  check(head, [head], { headBytesMax: head.length })
  for (let headBytesMax = 16; headBytesMax < head.length; headBytesMax++) {
    check(head, ['lost: head-too-long'], { headBytesMax })
  }
  check(`GET /${'x'.repeat(300)}`, ['lost: head-too-long'], { headBytesMax: 128 })
  check(`GET / HTTP/1.1\r\nX@: ${'x'.repeat(300)}\r\n`, ['lost: head-too-long'], {
    headBytesMax: 128,
  })
})

test('the trailer section counts as a part of the head', () => {
  const trailer = 'X: 1234567890\r\n\r\n'
  const text = `${chunkedHead}0\r\n${trailer}`
  check(text, [text], { headBytesMax: chunkedHead.length + trailer.length })
  check(text, ['lost: head-too-long'], { headBytesMax: chunkedHead.length + trailer.length - 1 })
})

test('a message beyond its limit is lost once, and the next one is found', () => {
  const chunked = `${chunkedHead}5\r\nhello\r\n0\r\n\r\n`
  for (const text of [post, chunked]) {
    check(text + get, [text, get], { messageBytesMax: text.length })
    check(text + get, ['lost: message-too-long', get], { messageBytesMax: text.length - 1 })
  }
  check(get + post, ['lost: message-too-long', 'lost: message-too-long'], { messageBytesMax: 9 })
  check(`${chunked.slice(0, -3)}X`, ['lost: message-too-long'], { messageBytesMax: 60 })
})

test('a declared length allocates nothing ahead', () => {
  const { framer, budget } = createFramer({ messageBytesMax: 5_000_000 })
  framer.push(octetsOf('POST / HTTP/1.1\r\nContent-Length: 4000000\r\n\r\n'), 0)
  assert.ok(budget.used() < 1_024)
  const events = framer.push(octetsOf('x'), 0)
  assert.deepEqual(events, [])
})

test('a length far beyond the limit stores nothing and is followed to its end', () => {
  const { framer, budget } = createFramer({ messageBytesMax: 1_000 })
  const events = framer.push(octetsOf('POST / HTTP/1.1\r\nContent-Length: 40000000\r\n\r\n'), 0)
  assert.deepEqual(events, [{ kind: 'lost', reason: 'message-too-long' }])
  const megabyte = new Uint8Array(1_000_000)
  for (let index = 0; index < 40; index++) framer.push(megabyte, 0)
  assert.equal(budget.used(), 0)
  assert.deepEqual(framer.push(octetsOf(get), 0).map(describe), [get])
})

test('without room in the budget a body is lost, and the next message is found', () => {
  const body = 'x'.repeat(5_000)
  const text = `POST / HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  for (const pieceBytes of [1, 7, 1_000]) {
    const pieces = [...cut(octetsOf(text), pieceBytes), octetsOf(get)]
    assert.deepEqual(frame(pieces, { budgetBytes: 4_000 }), ['lost: memory', get])
  }
  assert.deepEqual(frame([octetsOf(text)], { budgetBytes: 0 }), [text], 'a view needs no memory')
})

test('without room in the budget a head is lost, and the next message is looked for', () => {
  const pieces = [octetsOf(get.slice(0, 9)), octetsOf(get.slice(9)), octetsOf(get)]
  assert.deepEqual(frame(pieces, { budgetBytes: 100 }), ['lost: memory', get])
})

test('after a loss, messages are found again where a push begins with one', () => {
  const pieces = ['GET / nonsense\r\n\r\n', 'more', 'GET', ' / HTTP/1.1\r\n\r\n', `${get}${post}`]
  const { framer } = createFramer({})
  const outcome = pieces.map((piece) => framer.push(octetsOf(piece), 0).map(describe))
  assert.deepEqual(outcome, [['lost: bad-start-line'], [], [], [], [get, post]])
})

test('a side that is joined in the middle begins silently', () => {
  const { framer } = createFramer({ synchronized: false })
  const pieces = ['half a body', 'Host: x\r\n\r\n', get.slice(0, 12), get.slice(12)]
  const outcome = pieces.map((piece) => framer.push(octetsOf(piece), 0).map(describe))
  assert.deepEqual(outcome, [[], [], [], [get]])
})

test('joined in the middle, only what reads like a start line begins a message', () => {
  const starts: [string, boolean][] = [
    ['GET /', true],
    ['PROPFIND http://x/ HTTP/1.0', true],
    ['GET / HT', true],
    ['GET ', false],
    ['GET', false],
    ['some words in a body', false],
    ['A sentence of text', false],
    ['{"json": 1}', false],
    [`${'X'.repeat(40)} / HTTP/1.1`, false],
    ['GET / HTTP/2', false],
  ]
  for (const [text, isStart] of starts) {
    const { framer } = createFramer({ synchronized: false })
    framer.push(octetsOf(text), 0)
    const expected = isStart ? [{ kind: 'lost', reason: 'truncated' }] : []
    assert.deepEqual(framer.finish(0), expected, text)
  }
})

/** What comes of `before`, a gap and `after`. */
function frameGap(before: string, byteCount: number, after: string, setting: Setting): string[] {
  const { framer, budget } = createFramer(setting)
  const events = [
    ...framer.push(octetsOf(before), 0),
    ...framer.gap(byteCount),
    ...framer.push(octetsOf(after), 0),
    ...framer.finish(0),
  ].map(describe)
  assert.equal(budget.used(), 0)
  return events
}

test('a gap within a body loses that message alone', () => {
  for (const start of [0, 1, 3]) {
    const before = post.slice(0, post.length - 5 + start)
    for (let missing = 1; missing <= 5 - start; missing++) {
      const after = 'hello'.slice(start + missing) + get
      assert.deepEqual(frameGap(before, missing, after, {}), ['lost: gap', get])
    }
  }
  const chunks = [`${chunkedHead}5\r\nh`, `\r\n2\r\nok\r\n0\r\n\r\n${get}`] as const
  assert.deepEqual(frameGap(chunks[0], 4, chunks[1], {}), ['lost: gap', get])
  const response = 'HTTP/1.1 200 OK\r\n\r\nuntil'
  assert.deepEqual(frameGap(response, 1_000, 'close', { side: 'response' }), ['lost: gap'])
})

test('a gap that may hide a boundary loses one message and the place', () => {
  const places = [
    '',
    get,
    get.slice(0, 9),
    post.slice(0, -2),
    `${chunkedHead}5`,
    `${chunkedHead}5\r\nhello`,
  ]
  for (const before of places) {
    const outcome = frameGap(before, 3, get, {})
    const whole = before === get ? [get] : []
    assert.deepEqual(outcome, [...whole, 'lost: gap', get], before)
    assert.deepEqual(frameGap(before, 3, 'lost in space', {}), [...whole, 'lost: gap'], before)
  }
})

test('a second gap in a message that is lost already is not told', () => {
  const { framer } = createFramer({})
  framer.push(octetsOf('POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n'), 0)
  assert.deepEqual(framer.gap(3), [{ kind: 'lost', reason: 'gap' }])
  assert.deepEqual(framer.gap(3), [])
  const next = { kind: 'lost', reason: 'gap', follows: true }
  assert.deepEqual(framer.gap(4), [next], 'it hides the next one')
  assert.deepEqual(framer.gap(4), [])
})
