import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMessageParts } from '../protocol/http1/message-parts.ts'
import type { Use } from './correlate-tokens.ts'
import { findUses } from './correlate-uses.ts'

function usesOf(payload: string): readonly Use[] {
  const parts = readMessageParts(Buffer.from(payload, 'latin1'))!
  const uses: Use[] = []
  findUses(parts, (use) => void uses.push(use))
  return uses
}

/** As `place name=value`, with the kinds of an integer. */
function describe(payload: string): readonly string[] {
  return usesOf(payload).map(({ place, name, value, kinds }) => {
    return `${place} ${name}=${value}${kinds === null ? '' : ` [${kinds}]`}`
  })
}

const body = (type: string, text: string) =>
  `POST /orders HTTP/1.1\r\nContent-Type: ${type}\r\nContent-Length: ${text.length}\r\n\r\n${text}`

const cases: readonly (readonly [what: string, payload: string, uses: readonly string[]])[] = [
  [
    'segments',
    'GET /orders/7/a1b2c3?x=1 HTTP/1.1\r\n\r\n',
    ['path =orders', 'path =7 [order]', 'path =a1b2c3'],
  ],
  [
    'parts of segments',
    'GET /a/7.json;jsessionid=F0F1F2F3 HTTP/1.1\r\n\r\n',
    ['path =7.json;jsessionid=F0F1F2F3', 'path =7 [a]', 'path =jsessionid', 'path =F0F1F2F3'],
  ],
  [
    'parameters',
    'GET /order?id=7&t=a%2Bb1c%3D%3D&n=7&order_id=8&e=&=1 HTTP/1.1\r\n\r\n',
    ['query id=7 [order]', 'query t=a+b1c==', 'query order_id=8 [order]'],
  ],
  [
    'cookies',
    'GET / HTTP/1.1\r\nCookie: a=b1c2d3; cart_id=7;q="x y z 1"; bare\r\n\r\n',
    ['cookie a=b1c2d3', 'cookie cart_id=7 [cart]', 'cookie q=x y z 1'],
  ],
  [
    'fields',
    'GET / HTTP/1.1\r\nHost: a1b2c3\r\nAuthorization: Token t="x1y2z3=="\r\nX-Order-Id: 7\r\n\r\n',
    ['header authorization=x1y2z3==', 'header x-order-id=7 [order]'],
  ],
  [
    'a referer',
    'GET / HTTP/1.1\r\nReferer: http://h/orders/7\r\n\r\n',
    ['path =orders', 'path =7 [order]'],
  ],
  [
    'a field that is a URL',
    'GET / HTTP/1.1\r\nHX-Current-URL: http://h/orders/7\r\n\r\n',
    [
      'header hx-current-url=http://h/orders/7',
      'header hx-current-url=orders',
      'header hx-current-url=7 [order]',
    ],
  ],
  [
    'JSON',
    body(
      'application/json',
      '{"id":7,"n":7,"a":"b1c2d3","u":"/orders/7","w":"two words","x":"\\/a1b2c3"}',
    ),
    [
      'path =orders',
      'json id=7 [order]',
      'json a=b1c2d3',
      'json u=/orders/7',
      'json u=orders',
      'json u=7 [order]',
      'json x=/a1b2c3',
      'json x=a1b2c3',
    ],
  ],
  ['broken JSON', body('application/json', '{"a":"b1c2d3"'), ['path =orders']],
  [
    'a form',
    body('application/x-www-form-urlencoded', 'a=b1c2d3&id=7'),
    ['path =orders', 'form a=b1c2d3', 'form id=7 [order]'],
  ],
  ['text', body('text/xml', '<a>b1c2d3</a>'), ['path =orders', 'text =b1c2d3']],
  ['other bodies', body('image/png', 'b1c2d3'), ['path =orders']],
  ['no request', 'b1c2d3\r\n\r\n', []],
]

for (const [what, payload, uses] of cases) {
  test(`${what}: every token is told`, () => {
    assert.deepEqual(describe(payload), uses)
  })
}

test('fields of a form with parts are told, and long files are not', () => {
  const part = (fields: string, value: string) =>
    `--B\r\nContent-Disposition: form-data; ${fields}\r\n\r\n${value}\r\n`
  const text = [
    part('name="a"', 'b1c2d3'),
    part('name="f"; filename="x"', 'e4f5g6'.repeat(2_000)),
    part('name="id"', '7'),
    '--B--\r\n',
  ].join('')
  assert.deepEqual(describe(body('multipart/form-data; boundary="B"', text)), [
    'path =orders',
    'form a=b1c2d3',
    'form id=7 [order]',
  ])
})

test('tokens stand where they are said to stand, over chunks too', () => {
  const text = '{"a":"b1c2d3","id":7}'
  const chunks = [...text].map((letter) => `1\r\n${letter}\r\n`).join('')
  const fields = 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n'
  const payload = `POST / HTTP/1.1\r\n${fields}\r\n${chunks}0\r\n\r\n`
  const found = usesOf(payload).map(({ start, end }) => payload.slice(start, end))
  assert.deepEqual(found, ['b\r\n1\r\n1\r\n1\r\nc\r\n1\r\n2\r\n1\r\nd\r\n1\r\n3', '7'])
})

test('a body that is compressed or too long is not searched, and that is said', () => {
  for (const payload of [
    'POST / HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx',
    `POST / HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n${'x'.repeat(2_000_000)}`,
  ]) {
    const parts = readMessageParts(Buffer.from(payload))!
    assert.equal(
      findUses(parts, () => {}),
      false,
    )
  }
})
