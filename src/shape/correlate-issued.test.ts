import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib'
import { fc } from '../../test/support/properties.ts'
import { createIssuedReader, readIssued } from './correlate-issued.ts'

function describe(payload: string | Uint8Array): readonly string[] {
  const bytes = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload
  const issued = readIssued(bytes)!
  return issued.values
    .filter(({ isIssued }) => isIssued)
    .map(({ position, value, kinds, isToken }) => {
      return `${position}=${value}${isToken ? ' token' : ''}${kinds === null ? '' : ` [${kinds}]`}`
    })
}

const head = (fields: string) => `HTTP/1.1 200 OK\r\n${fields}\r\n`
const json = (text: string) => `${head('Content-Type: application/json\r\n')}${text}`

const cases: readonly (readonly [what: string, payload: string, values: readonly string[]])[] = [
  [
    'cookies',
    head(
      'Set-Cookie: sid=xKqPzWrT; Path=/\r\nSet-Cookie: theme=dark\r\n' +
        'Set-Cookie: cart_id=7\r\nSet-Cookie: sid2=\r\n',
    ),
    ['cookie sid=xKqPzWrT token', 'cookie cart_id=7 [cart]'],
  ],
  [
    'cookies of one name, on several paths, and deleted',
    head(
      'Set-Cookie: sid=a1b2c3; path=/a\r\nSet-Cookie: sid=d4e5f6\r\n' +
        'Set-Cookie: sid=deleted; Path=/b; Max-Age=0\r\n' +
        'Set-Cookie: sid=deleted; Path=/c; expires=Thu, 01-Jan-1970 00:00:10 GMT\r\n',
    ),
    ['cookie sid /a=a1b2c3 token', 'cookie sid=d4e5f6 token'],
  ],
  [
    'cookies that one another replace',
    head('Set-Cookie: sid=a1b2c3; Path=/\r\nSet-Cookie: sid=d4e5f6; Path=/\r\n'),
    ['cookie sid=d4e5f6 token'],
  ],
  [
    'cookies that scripts decode',
    head('Set-Cookie: XSRF-TOKEN=a1b2c3%3D\r\n'),
    ['cookie XSRF-TOKEN=a1b2c3%3D token', 'cookie XSRF-TOKEN decoded=a1b2c3= token'],
  ],
  [
    'fields',
    head(
      'ETag: W/"a1b2c3"\r\nX-CSRF-Token: t1u2v3\r\nX-Request-Id: r1s2t3u4\r\n' +
        'X-Served-By: web-3\r\nAuthorization: Bearer b9c8d7e6\r\n',
    ),
    [
      'header etag=a1b2c3 token',
      'header x-csrf-token=t1u2v3 token',
      'header authorization=b9c8d7e6',
    ],
  ],
  [
    'places',
    head('Location: http://h/orders/7/x1y2z3w4?orderId=8&q=1\r\n'),
    [
      'location /orders/{}/{} 2=7 [order]',
      'location /orders/{}/{} 3=x1y2z3w4',
      'location /orders/{}/{} ?orderId=8 [order]',
    ],
  ],
  [
    'places with parameters alone, and with a fragment',
    head('Location: order.php?id=7#access_token=a1b2c3+d\r\n'),
    ['location order.php ?id=7 [,order]', 'location order.php #access_token=a1b2c3+d token'],
  ],
  [
    'JSON of another type, guarded',
    `${head('Content-Type: text/html\r\n')})]}',\n{"id":7}`,
    ['json $.id=7 []'],
  ],
  [
    'JSON on several lines',
    `${head('Content-Type: application/x-ndjson\r\n')}{"id":7}\n\n[{"id":8}]\n`,
    ['json 0 $.id=7 []', 'json 1 $[0].id=8 []'],
  ],
  [
    'JSON',
    json(
      '{"id":7,"n":7,"key":"k-1234","href":"/orders/9","csrf":"abcdefGHijKL",' +
        '"list":[{"uuid":"a1b2c3d4"}]}',
    ),
    [
      'json $.id=7 []',
      'json $.key=k-1234',
      'json $.href /orders/{} 2=9 [order]',
      'json $.csrf=abcdefGHijKL token',
      'json $.list[0].uuid=a1b2c3d4',
    ],
  ],
  ['long numbers', json('{"id":1234567890123456789}'), ['json $.id=1234567890123456789']],
  ['a body that is none', json('{"id":'), []],
  ['text', `${head('Content-Type: text/plain\r\n')}a1b2c3d4`, []],
]

for (const [what, payload, values] of cases) {
  test(`${what}: what may be brought back is told by its position`, () => {
    assert.deepEqual(describe(payload), values)
  })
}

test('what an answer hands out as the key of a session is told', () => {
  const keyOf = (payload: string) => readIssued(Buffer.from(payload))!.sessionKey
  assert.equal(keyOf(head('Set-Cookie: a=b1c2d3e4; HttpOnly\r\n')), 'b1c2d3e4')
  assert.equal(keyOf(json('{"access_token":"b1c2d3e4"}')), 'b1c2d3e4')
  assert.equal(keyOf(json('{"csrfToken":"b1c2d3e4"}')), null)
})

test('a body whose coding is unknown, wrong, or grows too large is not read', () => {
  const bomb = deflateSync(Buffer.alloc(20_000_000, '[1,'))
  for (const [coding, body] of [
    ['zstd', Buffer.from('x')],
    ['gzip', Buffer.from('no gzip')],
    ['deflate', bomb],
  ] as const) {
    const start = Buffer.from(
      head(`Content-Type: application/json\r\nContent-Encoding: ${coding}\r\n`),
    )
    const { values, isRead } = readIssued(Buffer.concat([start, body]))!
    assert.deepEqual([values, isRead], [[], false])
  }
})

test('bodies in every coding are read', () => {
  const body = Buffer.from('{"id":7}')
  for (const [coding, coded] of [
    ['gzip', gzipSync(body)],
    ['deflate', deflateSync(body)],
    ['deflate', deflateRawSync(body)],
    ['br', brotliCompressSync(body)],
    ['zstd', zstdCompressSync(body)],
    ['deflate, gzip', gzipSync(deflateSync(body))],
  ] as const) {
    const start = head(`Content-Type: application/json\r\nContent-Encoding: ${coding}\r\n`)
    const payload = Buffer.concat([Buffer.from(start), coded])
    assert.deepEqual(describe(payload), ['json $.id=7 []'], coding)
  }
})

test('an answer is read once, however often it is asked for', () => {
  const read = createIssuedReader()
  const payload = Buffer.from(json('{"id":7}'))
  assert.equal(read(payload), read(payload))
  assert.equal(read(Buffer.from('no head')), null)
})

test('hostile bodies are read in bounds', () => {
  const bodies = [
    '{"id":'.repeat(200_000),
    `{"id":[${'1,'.repeat(400_000)}1]}`,
    `{"${'k'.repeat(500_000)}":"${'v'.repeat(400_000)}"}`,
    `[${'{"id":1,"a":"b"},'.repeat(50_000)}0]`,
  ]
  for (const body of bodies) {
    assert.ok(readIssued(Buffer.from(json(body)))!.values.length <= 10_000)
  }
  for (const piece of [
    '<a',
    `<${'n'.repeat(64)}${'m'.repeat(4_000)}`,
    '<input id="id="',
    '<a><b ',
  ]) {
    const markup = piece.repeat(Math.ceil(1_000_000 / piece.length))
    for (const type of ['html', 'xml']) {
      const payload = `${head(`Content-Type: text/${type}\r\n`)}${markup}`.slice(0, 1_000_000)
      assert.deepEqual(readIssued(Buffer.from(payload))!.values, [])
    }
  }
})

test('any bytes are read to an answer', () => {
  const types = fc.constantFrom('application/json', 'text/html', 'text/xml', 'x/y')
  const text = fc.string({ unit: fc.constantFrom(...'<>{}[]"\'=/:, idinputa1\r\n') })
  fc.assert(
    fc.property(types, text, fc.uint8Array(), (type, body, noise) => {
      readIssued(Buffer.from(`${head(`Content-Type: ${type}\r\n`)}${body}`))
      readIssued(noise)
    }),
  )
})
