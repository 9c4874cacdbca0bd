import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMessageParts } from '../protocol/http1/message-parts.ts'
import { findInBody } from './correlate-body-uses.ts'

/** As `place name=value`, with the kinds of an integer; null where it could not be searched. */
function describe(type: string, text: string): readonly string[] | null {
  const payload = `POST / HTTP/1.1\r\nContent-Type: ${type}\r\n\r\n${text}`
  const uses: string[] = []
  const parts = readMessageParts(Buffer.from(payload, 'latin1'))!
  const isRead = findInBody(parts, '/orders', false, ({ place, name, value, kinds, ...at }) => {
    const stands = payload.slice(at.start, at.end)
    assert.ok(stands === value || place === 'form', `${stands} for ${value}`)
    uses.push(`${place} ${name}=${value}${kinds === null ? '' : ` [${kinds}]`}`)
  })
  return isRead ? uses : null
}

const part = (text: string) =>
  `--B\r\nContent-Disposition: form-data; name="p"\r\n\r\n${text}\r\n--B--\r\n`

const cases: readonly (readonly [type: string, text: string, uses: readonly string[] | null])[] = [
  ['text/plain;charset=UTF-8', '{"id":7}', ['json id=7 [order]']],
  ['text/plain', '{"id":7} b1c2d3', ['text =b1c2d3']],
  ['', '[{"id":7}]', ['json id=7 [order]']],
  ['application/x-ndjson', '{"a":"b1c2d3"}\n{"id":7}\n', ['json a=b1c2d3', 'json id=7 [order]']],
  ['application/json', '{"a":"b1c2d3"}\n{"id":7}\n', null],
  [
    'application/json',
    '{"query":"{ order(id: \\"b1c2d3\\") }","auth":"Bearer e4f5g6","n":"x y z"}',
    ['json query=b1c2d3', 'json auth=Bearer', 'json auth=e4f5g6'],
  ],
  ['multipart/form-data; boundary=B', part('{"id":7}'), ['json id=7 [order]']],
  ['multipart/form-data; boundary=B', part('b1c2d3'), ['form p=b1c2d3']],
]

for (const [type, text, uses] of cases) {
  test(`${type || 'no type'}: ${text} is searched`, () => {
    assert.deepEqual(describe(type, text), uses)
  })
}

test('a body of many chunks and many tokens is searched in the time of its length', () => {
  const text = `a=${'b1c2d3,'.repeat(5_000)}`
  const chunks = [...text].map((letter) => `1\r\n${letter}\r\n`).join('')
  const fields = 'Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n'
  const payload = Buffer.from(`POST / HTTP/1.1\r\n${fields}\r\n${chunks}0\r\n\r\n`)
  let found = 0
  findInBody(readMessageParts(payload)!, '/', false, ({ start, end, value }) => {
    if (value !== 'b1c2d3') return
    found += 1
    assert.equal(end - start, 1 + 5 * '1\r\nx\r\n'.length)
  })
  assert.equal(found, 5_000)
})

test('in a long string nothing is looked for among other text', () => {
  assert.deepEqual(describe('application/json', `{"a":"${'word '.repeat(4_000)}b1c2d3"}`), [])
})
