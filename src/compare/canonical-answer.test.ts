import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { responseBytes } from '../../test/support/answers.ts'
import { fc } from '../../test/support/properties.ts'
import { CanonicalAnswer } from './canonical-answer.ts'
import { isEqual } from './node.ts'

test('the canonical form does not depend on key order, white space, chunking or compression', () => {
  const chunkSize = fc.integer({ min: 1, max: 40 })
  fc.assert(
    fc.property(
      fc.jsonValue(),
      chunkSize,
      fc.integer({ min: 0, max: 4 }),
      fc.boolean(),
      (value, size, spaces, zipped) => {
        const text = JSON.stringify(reversed(value), null, spaces)
        const body = zipped ? gzipSync(text) : Buffer.from(text)
        const wire = responseBytes({
          headers: {
            'Content-Type': 'application/json',
            'Transfer-Encoding': 'chunked',
            ...(zipped ? { 'Content-Encoding': 'gzip' } : {}),
          },
          body: chunksOf(body, size),
        })
        const [one, other] = [
          responseBytes({
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(value),
          }),
          wire,
        ].map((bytes) => new CanonicalAnswer(bytes, 'GET', 1e6).body())
        assert.equal(other!.defect, null)
        assert.ok(isEqual(one!.root!, other!.root!))
      },
    ),
  )
})

test('any bytes are read without a throw', () => {
  const types = fc.constantFrom(
    'application/json',
    'text/html',
    'text/xml',
    'multipart/form-data; boundary=x',
    'text/event-stream',
    'application/x-www-form-urlencoded',
    'text/plain; charset=utf-16',
  )
  const codings = fc.constantFrom('', 'gzip', 'br', 'deflate', 'zstd')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), types, codings, (bytes, type, coding) => {
      const headers = {
        'Content-Type': type,
        ...(coding === '' ? {} : { 'Content-Encoding': coding }),
      }
      new CanonicalAnswer(responseBytes({ headers, body: bytes }), 'GET', 1e6).body()
      new CanonicalAnswer(bytes, 'GET', 1e6).body()
    }),
  )
})

test('what is no response is malformed', () => {
  const answer = new CanonicalAnswer(Buffer.from('nonsense'), 'GET', 1e6)
  assert.equal(answer.head, null)
  assert.equal(answer.body().defect?.what, 'no HTTP')
})

function chunksOf(body: Buffer, size: number): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size)
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  )
}
