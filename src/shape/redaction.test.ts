import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { fc } from '../../test/support/properties.ts'
import type { Message } from '../model/message.ts'
import { decodeContent, encodeContent } from '../protocol/http1/content-coding.ts'
import { readEditableResponse } from '../protocol/http1/editable-response.ts'
import { Pseudonyms } from './pseudonyms.ts'
import { createRedactor } from './redaction.ts'
import { parseRedaction } from './redaction-rules.ts'

const pseudonyms = new Pseudonyms(Buffer.alloc(32, 7))

function redact(rules: readonly string[], message: Message): string {
  const redactor = createRedactor(parseRedaction(rules).stored!, pseudonyms)
  return Buffer.from(redactor(message).payload).toString()
}

/** `{secret}` in the text stands for the pseudonym of that secret. */
const expected = (text: string) =>
  text.replace(/\{([\w ]+)\}/g, (_, secret) => pseudonyms.of(secret))

const cases: readonly (readonly [
  what: string,
  rules: readonly string[],
  head: string,
  redacted: string,
])[] = [
  [
    'credentials, whose scheme stays',
    [],
    'GET / HTTP/1.1\r\nA: 1\r\nauthorization:  Bearer abc \r\nProxy-Authorization: xyz\r\n\r\n',
    'GET / HTTP/1.1\r\nA: 1\r\nauthorization:  Bearer {abc} \r\nProxy-Authorization: {xyz}\r\n\r\n',
  ],
  [
    'what stands behind a blank before the colon',
    [],
    'GET / HTTP/1.1\r\nAuthorization : Bearer abc\r\nCookie\t: sid=abc\r\n\r\n',
    'GET / HTTP/1.1\r\nAuthorization : Bearer {abc}\r\nCookie\t: sid={abc}\r\n\r\n',
  ],
  [
    'all cookies, whose names stay',
    [],
    'GET / HTTP/1.1\r\nCookie: sid=abc; b="def" ;c=\r\nCookie: d=abc\r\n\r\n',
    'GET / HTTP/1.1\r\nCookie: sid={abc}; b="{def}" ;c=\r\nCookie: d={abc}\r\n\r\n',
  ],
  [
    'one cookie alone, in either direction',
    ['none', 'cookie:SID'],
    'HTTP/1.1 200 OK\r\nSet-Cookie: sid=abc; Path=/\r\nSet-Cookie: b=def\r\n\r\n',
    'HTTP/1.1 200 OK\r\nSet-Cookie: sid={abc}; Path=/\r\nSet-Cookie: b=def\r\n\r\n',
  ],
  [
    'a header, all of it',
    ['none', 'header:X-Key'],
    'GET / HTTP/1.1\r\nx-key: abc def\r\nX-Key: abc\r\nAuthorization: abc\r\n\r\n',
    'GET / HTTP/1.1\r\nx-key: {abc def}\r\nX-Key: {abc}\r\nAuthorization: abc\r\n\r\n',
  ],
  [
    'a parameter in target, Referer and Location',
    ['query:Token'],
    'GET /p?a=token&token=%61bc#token=x HTTP/1.1\r\nReferer: http://a/?token=abc&b=c\r\n\r\n',
    'GET /p?a=token&token={abc}#token={x} HTTP/1.1\r\nReferer: http://a/?token={abc}&b=c\r\n\r\n',
  ],
  [
    'a parameter of a login that hands it over in the fragment',
    ['query:token'],
    'HTTP/1.1 302 Found\r\nLocation: http://a/cb#state=1&token=abc\r\n\r\n',
    'HTTP/1.1 302 Found\r\nLocation: http://a/cb#state=1&token={abc}\r\n\r\n',
  ],
]

for (const [what, rules, head, redacted] of cases) {
  test(`${what}: replaced, and no other byte`, () => {
    const kind = head.startsWith('HTTP') ? 'response' : 'request'
    const message = createRequest({ kind, payload: head })
    assert.equal(redact(rules, message), expected(redacted))
    const twice = { ...message, payload: Buffer.from(expected(redacted)) }
    assert.equal(redact(rules, twice), expected(redacted))
  })
}

function post(type: string, body: string): Message {
  const length = `Content-Length: ${Buffer.byteLength(body)}\r\n`
  const head = `POST / HTTP/1.1\r\nContent-Type: ${type}\r\n${length}`
  return createRequest({ payload: Buffer.from(`${head}\r\n${body}`) })
}

const multipart =
  '--x\r\nContent-Disposition: form-data; name="pin"\r\n\r\nabc\r\n' +
  '--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\npin=abc\r\n--x--\r\n'

const json = `\n{ "id": 12345678901234567890, "b":1.0,\t"user": {"pin" : "abc", "name":"ä"},
  "pins": ["abc", 7, null, true], "pin": "\\u0061bc", "\\u0070in2": "x" }`

const bodies: readonly (readonly [
  what: string,
  rule: string,
  type: string,
  body: string,
  redacted: string,
])[] = [
  ['a form', 'form:pin', 'application/x-www-form-urlencoded', 'a=pin&pin=%61bc', 'a=pin&pin={abc}'],
  [
    'a form in parts',
    'form:pin',
    'multipart/form-data; boundary=x',
    multipart,
    multipart.replace('abc', '{abc}'),
  ],
  [
    'a JSON string with escapes',
    'json:$.pin',
    'application/json',
    json,
    json.replace('\\u0061bc', '{abc}'),
  ],
  [
    'a JSON string inside',
    'json:$.user.pin',
    'application/json',
    json,
    json.replace(': "abc"', ': "{abc}"'),
  ],
  [
    'a key with other escapes',
    "json:$['a/b']",
    'application/json',
    '{"a\\/b":"abc"}',
    '{"a\\/b":"{abc}"}',
  ],
  ['a key with escapes', 'json:$.pin2', 'text/plain', json, json.replace('"x"', '"{x}"')],
  [
    'all that is in a JSON array, but null',
    'json:$.pins',
    'application/json',
    json,
    json.replace('["abc", 7, null, true]', '["{abc}", "{7}", null, "{true}"]'),
  ],
  [
    'a JSON text on each line',
    'json:$.pin',
    'application/x-ndjson',
    '{"pin":"abc"}\n{"pin":"abc"}\n',
    '{"pin":"{abc}"}\n{"pin":"{abc}"}\n',
  ],
  ['JSON without a type that says so', 'json:$..pin', '', '[{"pin":"abc"}]', '[{"pin":"{abc}"}]'],
  ['JSON that is called a page', 'json:$.pin', 'text/html', '{"pin":"abc"}', '{"pin":"{abc}"}'],
  ['a page that is no JSON', 'json:$.pin', 'text/html', '<p>{"pin":"abc"}', '<p>{"pin":"abc"}'],
  [
    'JSON behind a mark and what guards it',
    'json:$.pin',
    'application/json',
    ')]}\',\n{"pin":"abc"}',
    ')]}\',\n{"pin":"{abc}"}',
  ],
  ['another case', 'form:PIN', 'application/x-www-form-urlencoded', 'Pin=abc', 'Pin={abc}'],
  [
    'JSON in a form in parts',
    'json:$.pin',
    'multipart/form-data; boundary=x',
    multipart.replace('abc', '{"pin": "abc"}'),
    multipart.replace('abc', '{"pin": "{abc}"}'),
  ],
  ['text that is no JSON after all', 'json:$.pin', 'text/plain', '{"pin":"abc"', '{"pin":"abc"'],
]

for (const [what, rule, type, body, redacted] of bodies) {
  test(`${what}: secrets are replaced in place, and the length is right`, () => {
    const after = Buffer.from(post(type, expected(redacted)).payload).toString()
    assert.equal(redact([rule], post(type, body)), after)
  })
}

test('a JSON text that cannot be read is replaced as a whole', () => {
  const body = '{"pin":"abc", '
  const whole = post('application/json', JSON.stringify(pseudonyms.of(body)))
  assert.equal(redact(['json:$.pin'], post('application/json', body)), String(whole.payload))
})

function respond(fields: string, body: Uint8Array): Message {
  const head = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${fields}\r\n`)
  return createRequest({ kind: 'response', payload: Buffer.concat([head, body]) })
}

test('chunked bodies are read over chunks, and stay chunked', () => {
  const message = respond(
    'Transfer-Encoding: chunked\r\n',
    Buffer.from('8\r\n{"pin":"\r\n5\r\nabc"}\r\n0\r\nT: 1\r\n\r\n'),
  )
  const body = expected('{"pin":"{abc}"}')
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\nT: 1\r\n\r\n`
  assert.ok(redact(['json:$.pin'], message).endsWith(`\r\n\r\n${chunked}`))
})

for (const coding of ['gzip', 'br', 'deflate', 'zstd']) {
  test(`bodies in ${coding} are decoded, redacted and encoded again`, () => {
    const body = encodeContent(Buffer.from('{"pin":"abc"}'), [coding])
    const message = respond(`Content-Encoding: ${coding}\r\n`, body)
    const redactor = createRedactor(parseRedaction(['json:$.pin']).stored!, pseudonyms)
    const after = readEditableResponse(redactor(message).payload)!
    const decoded = decodeContent(after.body()!, [coding], 1_000)!
    assert.equal(Buffer.from(decoded).toString(), expected('{"pin":"{abc}"}'))
  })
}

test('a body that cannot be decoded is replaced as a whole, with fields that say so', () => {
  const broken = respond('Content-Encoding: gzip\r\nContent-Length: 5\r\n', Buffer.from('hello'))
  const text = redact(['json:$.pin'], broken)
  const body = JSON.stringify(pseudonyms.of('hello'))
  assert.ok(text.endsWith(`\r\n\r\n${body}`), text)
  assert.match(text, new RegExp(`Content-Length: ${body.length}\r\n`))
  assert.ok(!text.includes('gzip'))
})

test('what holds no secret is the very message, and so is what is no HTTP', () => {
  const redactor = createRedactor(parseRedaction(['json:$.pin', 'form:pin']).stored!, pseudonyms)
  const plain = post('application/json', '{"user":"abc"}')
  const raw: Message = { ...createRequest({ payload: 'Cookie: a=b' }), raw: true }
  const noHttp = createRequest({ payload: '\x16\x03\x01' })
  for (const message of [plain, raw, noHttp]) assert.equal(redactor(message), message)
})

const unread = [
  ['a head that breaks off', 'GET / HTTP/1.1\r\nX: y\r\nauthorization : Bearer abc'],
  ['a cookie in it', 'GET / HTTP/1.1\r\nCookie: a=abc\r\n'],
  ['a parameter in it', 'GET /?pin=abc HTTP/1.1\r\n'],
] as const
for (const [what, payload] of unread) {
  test(`${what}: where it may hold a secret nothing of it stays`, () => {
    const redactor = createRedactor(parseRedaction(['query:pin']).stored!, pseudonyms)
    const redacted = redactor(createRequest({ payload }))
    assert.equal(String(redacted.payload), pseudonyms.of(payload))
  })
}

test('fields are redacted below a first line that is none of HTTP/1', () => {
  const redactor = createRedactor(parseRedaction(['query:pin']).stored!, pseudonyms)
  for (const line of ['GET  /?a=1&pin=abc HTTP/1.1', '', 'HTTP/2 200 OK', 'GET /#pin=abc']) {
    const payload = (secret: string, text: string) =>
      `${text}\r\nCookie: a=${secret}\r\nSet-Cookie: b=${secret}; Path=/\r\n\r\n`
    const redacted = String(redactor(createRequest({ payload: payload('abc', line) })).payload)
    assert.ok(!redacted.includes('abc') && redacted.includes('; Path=/'), redacted)
  }
})

test('cookies without a name are values', () => {
  const text = redact(
    ['none', 'header:Cookie'],
    createRequest({
      payload: 'GET / HTTP/1.1\r\nCookie: abc; b=1 ;; def\r\nSet-Cookie: abc; Secure\r\n\r\n',
    }),
  )
  const [abc, one, def] = ['abc', '1', 'def'].map((secret) => pseudonyms.of(secret))
  assert.ok(text.includes(`\r\nCookie: ${abc}; b=${one} ;; ${def}\r\n`), text)
  assert.ok(text.includes(`\r\nSet-Cookie: ${abc}; Secure\r\n`), text)
})

test('whatever a JSON text holds, only the secret changes, and no secret stays', () => {
  const values = fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 4 })
  const check = fc.property(
    values,
    fc.string({ minLength: 1 }),
    fc.nat(4),
    (around, secret, indent) => {
      const create = (text: string) => JSON.stringify({ around, pin: text }, null, indent)
      const [before, after] = [create(secret), create(pseudonyms.of(secret))]
      const redacted = redact(['json:$.pin'], post('application/json', before))
      assert.equal(redacted, Buffer.from(post('application/json', after).payload).toString())
    },
  )
  fc.assert(check)
})
