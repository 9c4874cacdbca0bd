import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { decodeContent, encodeContent, expandContent, parseCodings } from './content-coding.ts'

const body = Buffer.from('{"token":"abc"}'.repeat(100))

for (const value of ['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'gzip, br', 'identity', '']) {
  test(`what ${value === '' ? 'nothing' : value} encodes is decoded again, up to the bound`, () => {
    const names = parseCodings(value)
    const encoded = encodeContent(body, names)
    if (names.length > 0) assert.ok(encoded.length < body.length)
    assert.deepEqual(Buffer.from(decodeContent(encoded, names, body.length)!), body)
    assert.equal(decodeContent(encoded, names, body.length - 1), null)
  })
}

test('codings are read in any letter case, in the order they were applied', () => {
  assert.deepEqual(parseCodings(' GZIP ,br, identity'), ['gzip', 'br'])
})

test('what is broken or unknown is not decoded', () => {
  assert.equal(decodeContent(body, ['gzip'], 10_000), null)
  assert.equal(decodeContent(body, ['compress'], 10_000), null)
  assert.equal(decodeContent(encodeContent(body, ['gzip']).subarray(0, 30), ['gzip'], 10_000), null)
  assert.equal(decodeContent(body, Array(5).fill('gzip'), 10_000), null)
})

test('deflate is decoded without the wrapper of zlib, too', () => {
  assert.deepEqual(decodeContent(deflateRawSync(body), ['deflate'], 10_000), body)
})

test('what keeps a coding says why, and gives what it had come to', () => {
  const inner = Buffer.from('no gzip')
  const { bytes, failure } = expandContent(encodeContent(inner, ['br']), ['gzip', 'br'], 10_000)
  assert.deepEqual(bytes, inner)
  assert.deepEqual(failure, { kind: 'broken', name: 'gzip', code: 'Z_DATA_ERROR' })
  const kinds = [['compress'], Array(5).fill('gzip')].map(
    (names) => expandContent(body, names, 10_000).failure?.kind,
  )
  assert.deepEqual(kinds, ['unknown', 'too-many'])
  assert.equal(expandContent(body, [], 10).failure?.kind, 'too-large')
})
