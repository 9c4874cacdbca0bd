import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib'
import { responseBytes } from '../../test/support/answers.ts'
import { readAnswerHead } from './answer-head.ts'
import { type DecodedBody, decodeBody } from './body-decoder.ts'

const plain = Buffer.from('the same body again and again and again')

const codings: readonly (readonly [coding: string, bytes: Buffer])[] = [
  ['gzip', gzipSync(plain)],
  ['x-gzip', gzipSync(plain)],
  ['deflate', deflateSync(plain)],
  ['deflate', deflateRawSync(plain)],
  ['br', brotliCompressSync(plain)],
  ['zstd', zstdCompressSync(plain)],
  ['identity', plain],
  ['gzip, br', brotliCompressSync(gzipSync(plain))],
]

for (const [coding, bytes] of codings) {
  test(`a body in ${coding} (${bytes.length} bytes) is decoded`, () => {
    const decoded = decode(responseBytes({ headers: { 'Content-Encoding': coding }, body: bytes }))
    assert.deepEqual(decoded, { bytes: decoded.bytes, codings: coding, defect: null })
    assert.equal(String(decoded.bytes), String(plain))
  })
}

test('chunks are joined, with extensions, trailers and any size', () => {
  const body = '5;a=b\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nTrailer: x\r\n\r\n'
  const decoded = decode(responseBytes({ headers: { 'Transfer-Encoding': 'chunked' }, body }))
  assert.equal(String(decoded.bytes), 'hello world')
  assert.equal(decoded.defect, null)
})

const chunked = { 'Transfer-Encoding': 'chunked' }
const defects: readonly (readonly [name: string, wire: Buffer, kind: string])[] = [
  ['a cut chunk', responseBytes({ headers: chunked, body: '9\r\nhello' }), 'truncated'],
  [
    'a missing last chunk',
    responseBytes({ headers: chunked, body: '5\r\nhello\r\n' }),
    'truncated',
  ],
  ['a bad chunk size', responseBytes({ headers: chunked, body: 'zz\r\nhello' }), 'malformed'],
  [
    'fewer bytes than announced',
    responseBytes({ headers: { 'Content-Length': '9' }, body: 'x' }),
    'truncated',
  ],
  [
    'no gzip',
    responseBytes({ headers: { 'Content-Encoding': 'gzip' }, body: 'nonsense' }),
    'malformed',
  ],
  [
    'a cut gzip',
    responseBytes({
      headers: { 'Content-Encoding': 'gzip' },
      body: gzipSync(plain).subarray(0, 20),
    }),
    'malformed',
  ],
  [
    'an unknown coding',
    responseBytes({ headers: { 'Content-Encoding': 'sdch' }, body: 'x' }),
    'malformed',
  ],
  [
    'too many codings',
    responseBytes({ headers: { 'Content-Encoding': 'gzip,'.repeat(9) }, body: 'x' }),
    'malformed',
  ],
]

for (const [name, wire, kind] of defects) {
  test(`${name} is a defect`, () => {
    assert.equal(decode(wire).defect?.kind, kind)
  })
}

test('a bomb is not expanded beyond the limit, and known by length and digest', () => {
  const bomb = gzipSync(Buffer.alloc(20_000_000))
  const decoded = decode(responseBytes({ headers: { 'Content-Encoding': 'gzip' }, body: bomb }))
  assert.equal(decoded.defect?.kind, 'truncated')
  assert.match(decoded.defect!.what, new RegExp(`${bomb.length} bytes, [0-9a-f]{64}`))
})

test('answers without a body have none, whatever their head announces', () => {
  const wire = responseBytes({ headers: { 'Content-Length': '9' } })
  assert.equal(decode(wire, 'HEAD').defect, null)
  assert.equal(
    decode(responseBytes({ status: 304, headers: { 'Content-Length': '9' } })).defect,
    null,
  )
})

function decode(wire: Buffer, method = 'GET'): DecodedBody {
  return decodeBody(wire, readAnswerHead(wire)!, method, 1_000_000)
}
