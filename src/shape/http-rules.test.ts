import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { fc } from '../../test/support/properties.ts'
import { fnv1a } from '../base/hash.ts'
import { type HttpRuleFlags, parseHttpRules, setsHost } from './http-rules.ts'

const captured =
  'POST /v1/shop?id=7&q=a%20b HTTP/1.1\r\nHost: shop\r\nAuthorization: Basic YW5uOnNlY3JldA==\r\n' +
  'User-Agent: Mobile 1\r\nUser-Agent: other\r\nContent-Length: 3\r\n\r\n\0\xffx'

/** The request as it goes on, or null. */
function shape(flags: HttpRuleFlags, text = captured): string | null {
  const shaped = parseHttpRules(flags)!(createRequest({ payload: text }))
  return shaped === null ? null : Buffer.from(shaped.payload).toString('latin1')
}

const filters: [flags: HttpRuleFlags, passes: boolean][] = [
  [{ 'http-allow-method': ['GET', 'post'] }, true],
  [{ 'http-allow-method': ['GET', 'POSTS'] }, false],
  [{ 'http-allow-url': ['^/a', 'shop'] }, true],
  [{ 'http-allow-url': ['q=a%20b$'] }, true],
  [{ 'http-allow-url': ['Host', '^/a'] }, false],
  [{ 'http-disallow-url': ['^/a', '^/v2'] }, true],
  [{ 'http-disallow-url': ['^/a', '^/v1'] }, false],
  [{ 'http-allow-header': ['host: ^shop$', 'User-Agent:(?i)mobile'] }, true],
  [{ 'http-allow-header': ['Host: ^shop$', 'User-Agent: other'] }, false],
  [{ 'http-allow-header': ['Missing: .*'] }, false],
  [{ 'http-disallow-header': ['Missing: .*', 'Host: a'] }, true],
  [{ 'http-disallow-header': ['Missing: .*', 'Host: shop'] }, false],
  [{ 'http-basic-auth-filter': ['^ann:'] }, true],
  [{ 'http-basic-auth-filter': ['^bob:'] }, false],
  [{ 'http-header-limiter': ['Missing: 0%'] }, true],
  [{ 'http-header-limiter': ['Host: 0%'] }, false],
  [{ 'http-header-limiter': ['Host: 100%'] }, true],
  [{ 'http-header-limiter': [`Host: ${fnv1a('shop') % 100}%`] }, false],
  [{ 'http-header-limiter': [`Host: ${(fnv1a('shop') % 100) + 1}%`] }, true],
  [{ 'http-header-limiter': [`Host: ${(fnv1a('shop') % 100) + 1}/100`] }, true],
  [{ 'http-param-limiter': ['missing:0%'] }, true],
  [{ 'http-param-limiter': [`id:${fnv1a('7') % 100}%`] }, false],
  [{ 'http-param-limiter': [`id:${(fnv1a('7') % 100) + 1}%`] }, true],
]

for (const [flags, passes] of filters) {
  test(`${JSON.stringify(flags)} ${passes ? 'passes' : 'keeps out'} the request`, () => {
    assert.equal(shape(flags), passes ? captured : null)
  })
}

test('a request with other credentials than Basic, or none, passes the auth filter', () => {
  for (const field of ['', 'Authorization: Bearer x\r\n']) {
    const text = `GET / HTTP/1.1\r\n${field}\r\n`
    assert.equal(shape({ 'http-basic-auth-filter': ['^bob:'] }, text), text)
  }
})

const changes: [flags: HttpRuleFlags, from: string, to: string][] = [
  [{ 'http-set-header': ['host: new: one'] }, 'Host: shop', 'Host: new: one'],
  [{ 'http-set-header': ['X-New:é'] }, 'Host: shop', 'X-New: \xc3\xa9\r\nHost: shop'],
  [{ 'http-set-header': ['User-Agent: x'] }, 'Mobile 1', 'x'],
  [{ 'http-set-param': ['id=9'] }, 'id=7', 'id=9'],
  [{ 'http-set-param': ['r=', 's=1'] }, 'a%20b', 'a%20b&r=&s=1'],
  [{ 'http-rewrite-url': ['/v1/([^?]+):/v2/$1/x'] }, '/v1/shop', '/v2/shop/x'],
  [{ 'http-rewrite-url': ['^/none:/a', '/(?:v1)/:/b/', '/b/:/c/'] }, '/v1/', '/b/'],
  [{ 'http-rewrite-url': ['^/(v[^:/]+)/([^]:]+)\\?:/$2/$1?[:]'] }, '/v1/shop?', '/shop/v1?[:]'],
  [{ 'http-rewrite-url': ['/[[:alpha:]]([:\\]\\d]):/w$1'] }, '/v1/', '/w1/'],
  [{ 'http-rewrite-url': ['(.*):/p$1'] }, '/v1/', '/p/v1/'],
  [{ 'http-rewrite-header': ['User-Agent: (\\w+) (\\d),$2 $1'] }, 'Mobile 1', '1 Mobile'],
  [{ 'http-rewrite-header': ['Missing: a,b', 'Host: s(.*),$1:80'] }, ': shop', ': hop:80'],
]

for (const [flags, from, to] of changes) {
  test(`${JSON.stringify(flags)} turns ${from} into ${to}, and changes nothing else`, () => {
    assert.equal(
      shape(flags),
      captured.replace(from, () => to),
    )
  })
}

test('filters see what is set and not what is rewritten, but the method comes first', () => {
  assert.equal(shape({ 'http-set-header': ['A: b'], 'http-disallow-header': ['A: b'] }), null)
  assert.equal(shape({ 'http-set-param': ['a=b'], 'http-disallow-url': ['a=b'] }), null)
  const rewrite = { 'http-rewrite-url': ['v1:v2'], 'http-allow-url': ['v1'] }
  assert.match(shape(rewrite)!, /^POST \/v2/)
})

const refusals: [flags: HttpRuleFlags, hint: RegExp][] = [
  [{ 'http-allow-url': ['('] }, /RE2 syntax/],
  [{ 'http-disallow-url': ['(?=a)'] }, /RE2 syntax/],
  [{ 'http-allow-header': ['Host'] }, /write Name: pattern/],
  [{ 'http-set-header': ['a b: c'] }, /write Name: value/],
  [{ 'http-set-header': ['a: b\r\nc: d'] }, /on one line/],
  [{ 'http-set-header': ['Content-Length: 1'] }, /leave it out/],
  [{ 'http-rewrite-header': ['Transfer-Encoding: a,b'] }, /leave it out/],
  [{ 'http-rewrite-header': ['Host: a'] }, /write Name: pattern,replacement/],
  [{ 'http-set-param': ['a'] }, /write name=value/],
  [{ 'http-set-param': ['a=b c'] }, /percent-encoded/],
  [{ 'http-rewrite-url': ['/a'] }, /write pattern:replacement/],
  [{ 'http-rewrite-url': ['/a:/b c'] }, /write pattern:replacement/],
  [{ 'http-header-limiter': ['Host: 101%'] }, /write name:25%/],
  [{ 'http-param-limiter': ['id:1/0'] }, /write name:25%/],
  [{ 'http-allow-method': [''] }, /write GET/],
  [{ 'http-allow-method': ['GET POST'] }, /write GET/],
]

for (const [flags, hint] of refusals) {
  test(`${JSON.stringify(flags)} is refused: ${hint.source}`, () => {
    assert.throws(() => parseHttpRules(flags), { name: 'OperatorError', hint })
  })
}

test('without rules there is no stage', () => {
  assert.equal(parseHttpRules({}), null)
})

test('only a rule that sets Host keeps the outputs from setting theirs', () => {
  assert.equal(setsHost({ 'http-set-header': ['X-Host: a', 'host: a'] }), true)
  assert.equal(setsHost({ 'http-set-header': ['X-Host: a'] }), false)
})

const everything = parseHttpRules({
  'http-allow-method': ['GET', 'POST', 'A'],
  'http-disallow-header': ['Never: x'],
  'http-rewrite-url': ['never:x'],
  'http-rewrite-header': ['Host: never,x'],
})!

test('a message that no rule changes is the very same, and no bytes throw', () => {
  const pieces = ['GET ', 'POST ', '/', ' HTTP/1.1', '\r\n', '\n', 'Host: a', ':', ' ', '\xff']
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 20 })
  fc.assert(
    fc.property(text, (parts) => {
      for (const payload of [parts.join(''), `GET / HTTP/1.1\r\n${parts.join('')}\r\n\r\n`]) {
        const message = createRequest({ payload })
        assert.equal(everything(message), message)
      }
    }),
  )
})

test('a response is none of the rules’ business', () => {
  const message = createRequest({ kind: 'response', payload: captured })
  assert.equal(parseHttpRules({ 'http-allow-method': ['GET'] })!(message), message)
})
