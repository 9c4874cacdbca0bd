import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeStranger } from './link-stranger.ts'

const strangers: readonly (readonly [string, string, RegExp])[] = [
  [
    'HTTP/1.1 400 Bad Request\r\nServer: a\r\n',
    "answers 'HTTP/1.1 400 Bad Request'",
    /--output-http/,
  ],
  ['\x15\x03\x01\x00\x02\x02\x46', 'speaks TLS', /--output-tcp-secure/],
  ['SSH-2.0-OpenSSH_9.2\n', "says 'SSH-2.0-OpenSSH_9.2'", /--input-tcp/],
  ['-ERR \x1b[31m\0', "says '-ERR .[31m.'", /--input-tcp/],
  [`${'a'.repeat(100)}`, `says '${'a'.repeat(60)}'`, /--input-tcp/],
]
for (const [said, what, hint] of strangers) {
  test(`who says ${JSON.stringify(said.slice(0, 20))} ${what}`, () => {
    const stranger = describeStranger(Buffer.from(said, 'latin1'))
    assert.equal(stranger.what, what)
    assert.match(stranger.hint, hint)
  })
}
