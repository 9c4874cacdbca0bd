import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readHar } from './har-reader.ts'

interface Parts {
  readonly request?: object
  readonly response?: object
  readonly entry?: object
}

/** An archive as browsers save it, of one entry for each of `parts`. */
function read(parts: readonly Parts[]) {
  const entries = parts.map(({ request = {}, response = {}, entry = {} }) => ({
    startedDateTime: '2026-01-02T03:04:05.000Z',
    request: {
      method: 'GET',
      url: 'https://shop.example/a?b=1#part',
      httpVersion: 'HTTP/1.1',
      headers: [],
      ...request,
    },
    response: {
      status: 200,
      statusText: 'OK',
      httpVersion: 'HTTP/1.1',
      headers: [],
      content: { size: 2, text: 'ok' },
      ...response,
    },
    ...entry,
  }))
  const har = readHar(JSON.stringify({ log: { version: '1.2', entries } }), '0000beef')
  assert.ok(har !== null)
  const payloads = har.messages.map(({ payload }) => Buffer.from(payload).toString('latin1'))
  return { ...har, payloads, counts: Object.fromEntries(har.leftOut) }
}

const get = 'GET /a?b=1 HTTP/1.1\r\nHost: shop.example\r\n\r\n'
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

test('an entry is a request and its response', () => {
  const { messages, payloads, counts } = read([{}])
  assert.deepEqual(payloads, [get, ok])
  assert.deepEqual(
    messages.map(({ kind, id, connection }) => `${kind} ${id} ${connection}`),
    ['request 0000beef0000000000000000', 'response 0000beef0000000000000000'].map(
      (text) => `${text} 0000beef00000000`,
    ),
  )
  assert.deepEqual(counts, {})
})

test('times are those of sending and of the first byte that came back', () => {
  const timings = { blocked: 1, dns: -1, connect: 2, send: 0.5, wait: 10, receive: 3.25 }
  const { messages } = read([{ entry: { timings } }])
  assert.deepEqual(
    messages.map(({ at, duration }) => [at - 1_767_323_045_000_000, duration]),
    [
      [3_000, 500],
      [13_500, 3_250],
    ],
  )
})

test('fields keep their order and names, but for what HTTP/2 and the codings brought', () => {
  const headers = Object.entries({
    ':authority': 'own.example:8443',
    'x-b': '1',
    'transfer-encoding': 'chunked',
    'X-A': 'caf\u00e9',
    'content-length': '99',
  }).map(([name, value]) => ({ name, value }))
  const { payloads } = read([
    {
      request: { method: 'POST', headers, httpVersion: 'h2', postData: { text: 'bödy' } },
      response: { status: 0 },
    },
  ])
  const fields = 'Host: own.example:8443\r\nx-b: 1\r\nX-A: caf\xe9\r\ncontent-length: 5\r\n'
  assert.deepEqual(payloads, [`POST /a?b=1 HTTP/1.1\r\n${fields}\r\nb\xc3\xb6dy`])
})

test('a body may be base64, or the parameters of a form', () => {
  const form = {
    mimeType: 'application/x-www-form-urlencoded',
    params: [{ name: 'a', value: 'b c' }],
  }
  const content = { size: 1, text: '/w==', encoding: 'base64' }
  const headers = [{ name: 'Content-Encoding', value: 'gzip' }]
  const { payloads } = read([
    { request: { method: 'POST', postData: form }, response: { content, headers } },
  ])
  assert.ok(payloads[0]!.endsWith('Content-Length: 5\r\n\r\na=b+c'))
  assert.equal(payloads[1], 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\xff')
})

test('entries share a connection where HTTP/1 says so, and no other does', () => {
  const shared = { entry: { connection: '7' } }
  const parallel = { ...shared, request: { httpVersion: 'h2' } }
  const { messages } = read([shared, shared, parallel, parallel, {}])
  const requests = messages.filter(({ kind }) => kind === 'request')
  assert.deepEqual(
    requests.map(({ connection, sequence }) => [
      Number.parseInt(connection.slice(8), 16),
      sequence,
    ]),
    [
      [0, 0],
      [0, 1],
      [1, 0],
      [2, 0],
      [3, 0],
    ],
  )
})

test('messages are in the order of time, whatever that of the entries', () => {
  const at = (second: number) => ({
    entry: { startedDateTime: `2026-01-02T03:04:0${second}.000Z`, timings: { wait: 1_500 } },
    request: { url: `http://a/${second}` },
  })
  const { messages } = read([at(5), at(4)])
  const times = messages.map((message) => message.at)
  assert.deepEqual(times, times.toSorted())
})

test('what has no place in HTTP/1, or is not in the archive, is counted', () => {
  const { counts, payloads } = read([
    { request: { url: 'wss://a/' } },
    { request: { method: 'GE T' } },
    { entry: { startedDateTime: 'soon' } },
    { entry: { request: null } },
    { request: { bodySize: 9 } },
    { response: { content: { size: 9 } } },
  ])
  assert.deepEqual(counts, {
    'requests of other protocols': 1,
    'entries that cannot be read': 3,
    'requests whose body the archive does not hold': 1,
    'responses whose body the archive does not hold': 1,
  })
  assert.deepEqual(payloads, [get])
})

test('nothing can add a line to a head', () => {
  const headers = [
    { name: 'X', value: 'a\r\nEvil: 1' },
    { name: 'Y\r\nEvil', value: '2' },
  ]
  const { payloads } = read([{ request: { url: 'http://a/b c\r\n\u00e9', headers } }])
  assert.equal(payloads[0], 'GET /b%20c%0D%0A%C3%A9 HTTP/1.1\r\nHost: a\r\nX: a Evil: 1\r\n\r\n')
})

test('an answer to HEAD keeps the length that it tells', () => {
  const headers = [{ name: 'Content-Length', value: '99' }]
  const { payloads } = read([{ request: { method: 'HEAD' }, response: { headers } }])
  assert.equal(payloads[1], 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n')
})

for (const text of ['', '{', '[]', '{"log":{}}', '{"log":{"entries":[{}]}}']) {
  test(`${JSON.stringify(text)} is no archive`, () => assert.equal(readHar(text, ''), null))
}
