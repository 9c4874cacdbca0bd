import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { writeCurl } from './curl.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

const cases: readonly (readonly [why: string, request: string, command: string])[] = [
  [
    'a secret is a variable of the shell',
    'GET /a?x=1 HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer s3cret\r\nX-Api-Key: k\r\n\r\n',
    `curl -i 'http://c:1/a?x=1' -H "authorization: $AUTHORIZATION" -H "x-api-key: $X_API_KEY"`,
  ],
  [
    'a body goes with it, and quotes in it mean nothing to the shell',
    `POST /a HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\nit's $(x)`,
    `curl -i -X POST http://c:1/a -H 'content-type: text/plain' --data-binary 'it'\\''s $(x)'`,
  ],
  ['HEAD asks for the head', 'HEAD /a HTTP/1.1\r\n\r\n', 'curl --head http://c:1/a'],
  ['what is no HTTP is said to be none', 'PING\r\n', '# not an HTTP request'],
]

for (const [why, request, command] of cases) {
  test(why, () => assert.equal(writeCurl(bytes(request), 'http://c:1/'), command))
}

test('a body in a coding is sent decoded', () => {
  const body = gzipSync('a=1')
  const head = bytes(`PUT /a HTTP/1.1\r\nContent-Encoding: gzip\r\n\r\n`)
  const request = Buffer.concat([head, body])
  assert.equal(writeCurl(request, null), `curl -i -X PUT "$TARGET"/a --data-binary 'a=1'`)
})

test('a shell hands on what was captured, whatever it is', () => {
  const nasty = `/a'"$(touch\${IFS}x)\`id\`;&|<>\\!*?`
  const command = writeCurl(bytes(`GET ${nasty} HTTP/1.1\r\n\r\n`), 'http://c')
  const words = command.replace(/^curl -i /, "printf '%s' ")
  assert.equal(execFileSync('/bin/sh', ['-c', words], { encoding: 'utf8' }), `http://c${nasty}`)
})
