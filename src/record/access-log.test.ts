import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkFeeds } from '../../test/support/check-feeds.ts'
import { AccessLog } from './access-log.ts'

function read(lines: readonly string[], host: string | null = 'shop') {
  const log = new AccessLog({ host, instance: '0000beef' })
  const messages = [...log.push(Buffer.from(lines.join('\n'), 'latin1')), ...log.finish()]
  const payloads = messages.map(({ payload }) => Buffer.from(payload).toString('latin1'))
  return { messages, payloads, counts: Object.fromEntries(log.leftOut()) }
}

const line = (
  request: string,
  {
    client = '10.0.0.7',
    time = '02/Jan/2026:03:04:05 +0000',
    agent = 'curl/8',
    referer = '-',
  } = {},
) => `${client} - frank [${time}] "${request}" 200 2326 "${referer}" "${agent}"`

test('a line is a request with what the log tells of its head', () => {
  const { payloads, messages } = read([
    line('GET /a?b=c HTTP/1.0', { referer: 'http://r/', agent: 'M/5 (X; \\"y\\")' }),
    line('HEAD / HTTP/2.0'),
  ])
  assert.deepEqual(payloads, [
    'GET /a?b=c HTTP/1.1\r\nHost: shop\r\nUser-Agent: M/5 (X; "y")\r\nReferer: http://r/\r\n\r\n',
    'HEAD / HTTP/1.1\r\nHost: shop\r\nUser-Agent: curl/8\r\n\r\n',
  ])
  assert.equal(messages[0]!.id, '0000beef0000000000000000')
})

test('the requests of one second are spread over it, in order', () => {
  const later = { time: '02/Jan/2026:04:04:06 +0100' }
  const { messages } = read([
    line('GET /1'),
    line('GET /2'),
    line('GET /3', later),
    line('GET /4', later),
  ])
  const start = 1_767_323_045_000_000
  assert.deepEqual(
    messages.map(({ at }) => at - start),
    [0, 500_000, 1_000_000, 1_500_000],
  )
})

test('a client is an address and an agent, and opens a connection anew after a minute', () => {
  const { messages } = read([
    line('GET /'),
    line('GET /', { client: '10.0.0.8' }),
    line('GET /', { agent: 'other' }),
    line('GET /', { time: '02/Jan/2026:03:05:00 +0000' }),
    line('GET /', { time: '02/Jan/2026:03:07:00 +0000' }),
  ])
  assert.deepEqual(
    messages.map(({ connection, sequence }) => [
      Number.parseInt(connection.slice(8), 16),
      sequence,
    ]),
    [
      [0, 0],
      [1, 0],
      [2, 0],
      [0, 1],
      [3, 0],
    ],
  )
})

test('the common format, without referer and agent, is read too', () => {
  const { payloads } = read(['::1 - - [02/Jan/2026:03:04:05 +0000] "GET / HTTP/1.1" 304 -'])
  assert.deepEqual(payloads, ['GET / HTTP/1.1\r\nHost: shop\r\n\r\n'])
})

test('a log of several hosts tells them, and keeps their clients apart', () => {
  const entries = [
    'a.example:443 10.0.0.7',
    'b.example:8080 10.0.0.7',
    'c.example 2001:db8::7',
    '10.0.0.7',
    '10.0.0.8:5123',
  ].map((client) => line('GET / HTTP/1.1', { client }))
  const hosts = (host: string | null) => {
    const { payloads } = read(entries, host)
    return payloads.map((payload) => /Host: (.*)\r/.exec(payload)![1])
  }
  const told = ['a.example', 'b.example:8080', 'c.example', 'localhost', 'localhost']
  assert.deepEqual(hosts(null), told)
  assert.deepEqual(hosts('shop'), Array(5).fill('shop'))
  const { messages } = read(entries, null)
  assert.equal(new Set(messages.map(({ connection }) => connection)).size, 5)
})

test('what cannot be sent again is counted, by why', () => {
  const { payloads, counts } = read([
    line('POST /form HTTP/1.1'),
    line('PROPFIND / HTTP/1.1'),
    line('GET http://other/ HTTP/1.1'),
    line('GET'),
    line('\\x16\\x03\\x01'),
    line('GET /a b HTTP/1.1'),
    line('GET /', { time: '99/Foo/2026:03:04:05 +0000' }),
    'garbage',
    '',
    'x'.repeat(70_000),
  ])
  assert.deepEqual(payloads, [])
  assert.deepEqual(counts, {
    'lines of other methods': 3,
    'lines without a path': 3,
    'lines of no combined log': 3,
  })
})

test('escaped controls cannot add a line to a head', () => {
  const { payloads, counts } = read([
    line('GET /a\\nb HTTP/1.1'),
    line('GET /', { agent: 'a\\r\\nEvil: 1' }),
  ])
  assert.deepEqual(counts, { 'lines without a path': 1 })
  assert.deepEqual(payloads, ['GET / HTTP/1.1\r\nHost: shop\r\nUser-Agent: aEvil: 1\r\n\r\n'])
})

test('a log may come in pieces of any size', () => {
  const bytes = Buffer.from([line('GET /1'), line('POST /2'), line('GET /3')].join('\n'))
  const run = (pieces: readonly Uint8Array[]) => {
    const log = new AccessLog({ host: 'a', instance: '00000000' })
    const messages = [...pieces.flatMap((piece) => log.push(piece)), ...log.finish()]
    return messages.map(({ payload }) => String(Buffer.from(payload)).slice(0, 6)).join()
  }
  checkFeeds(bytes, run, 'GET /1,GET /3')
})
