import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeStranger, findStrangePeer } from './link-stranger.ts'

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

const peers: readonly (readonly [string, string | null])[] = [
  ['\x16\x03\x01\x02\x00\x01', 'speaks TLS'],
  ['GET / HTTP/1.1\r\nHost: a\r\n', 'speaks HTTP'],
  ['PROPFIND /a%20b HTTP/1.0\r\n', 'speaks HTTP'],
  ['1 9c4b1f900a00000c5f3a9c01 1000 0\nGET / HTTP/1.1\r\n', null],
  ['1', null],
  ['GET', null],
  ['', null],
]
for (const [said, what] of peers) {
  test(`who sends ${JSON.stringify(said.slice(0, 20))} ${what ?? 'may be a listener'}`, () => {
    assert.equal(findStrangePeer(Buffer.from(said, 'latin1'))?.what ?? null, what)
  })
}
