import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitMultipart } from './multipart-reader.ts'

const body =
  '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\none\r\n--B\r\n' +
  'Content-Disposition: form-data; name="f"; filename="x.json"\r\n' +
  'Content-Type: application/json\r\n' +
  '\r\n{"a":1}\r\n--B--\r\n'

test('parts are split by the boundary, with name, type and file name', () => {
  const { parts, defect } = splitMultipart(Buffer.from(body), 'B')
  assert.equal(defect, null)
  assert.deepEqual(
    parts.map((part) => [part.name, part.fileName, part.media.type, String(part.body)]),
    [
      ['a', null, 'text/plain', 'one'],
      ['f', 'x.json', 'application/json', '{"a":1}'],
    ],
  )
})

const malformed: readonly (readonly [text: string, boundary: string, what: RegExp])[] = [
  [body, '', /no boundary/],
  ['nothing', 'B', /is missing/],
  [body.replace('--B--', ''), 'B', /last boundary/],
  ['--B\r\n\r\n'.repeat(2_000), 'B', /too many parts/],
]

for (const [text, boundary, what] of malformed) {
  test(`a body with ${what.source} is malformed`, () => {
    assert.match(splitMultipart(Buffer.from(text), boundary).defect!.what, what)
  })
}
