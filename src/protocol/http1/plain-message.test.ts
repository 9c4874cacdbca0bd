import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { createRequest } from '../../../test/support/messages.ts'
import type { MessageKind } from '../../model/message.ts'
import { makePlain } from './plain-message.ts'

function plain(head: string, body: Uint8Array | string, kind: MessageKind = 'response'): string {
  const payload = Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body as string)])
  return Buffer.from(makePlain(createRequest({ kind, payload }), 1_000).payload).toString('latin1')
}

const chunked = (data: Uint8Array) =>
  Buffer.concat([
    Buffer.from(`${data.length.toString(16)}\r\n`),
    data,
    Buffer.from('\r\n0\r\n\r\n'),
  ])

for (const [coding, encode] of [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const) {
  test(`${coding} is undone, and Content-Length right`, () => {
    const body = encode('hello')
    const length = `Content-Length: ${body.length}`
    const fields = `A: 1\r\nContent-Encoding: ${coding}\r\n${length}\r\nB: 2\r\n\r\n`
    const head = `HTTP/1.1 200 OK\r\n${fields}`
    const expected = 'HTTP/1.1 200 OK\r\nA: 1\r\nContent-Length: 5\r\nB: 2\r\n\r\nhello'
    assert.equal(plain(head, body), expected)
  })
}

test('chunks are joined, and a coding within them undone', () => {
  const head = 'Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n'
  const body = chunked(gzipSync('hello'))
  const rest = 'Content-Length: 5\r\n\r\nhello'
  assert.equal(plain(`HTTP/1.1 200 OK\r\n${head}`, body), `HTTP/1.1 200 OK\r\n${rest}`)
  assert.equal(plain(`POST / HTTP/1.1\r\n${head}`, body, 'request'), `POST / HTTP/1.1\r\n${rest}`)
})

test('a coding that is unknown stays, without its chunks', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Encoding: own\r\nTransfer-Encoding: chunked\r\n\r\n'
  const expected = 'HTTP/1.1 200 OK\r\nContent-Encoding: own\r\nContent-Length: 2\r\n\r\nab'
  assert.equal(plain(head, chunked(Buffer.from('ab'))), expected)
})

const unchanged = [
  ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n', 'ok'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 30\r\nContent-Encoding: gzip\r\n\r\n', ''],
  ['HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Encoding: gzip\r\n\r\n', 'bad'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 'cut'],
  ['no HTTP', ''],
] as const

for (const [head, body] of unchanged) {
  test(`${JSON.stringify(head + body)} stays as it is`, () =>
    assert.equal(plain(head, body), head + body))
}

test('what would unfold to more than the ceiling stays', () => {
  const body = gzipSync(Buffer.alloc(2_000))
  const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`
  assert.equal(plain(head, body), head + body.toString('latin1'))
})
