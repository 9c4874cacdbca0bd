import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findFormParts } from './multipart.ts'

const type = 'multipart/form-data; boundary=xyz'
const part = (name: string, text: string) =>
  `--xyz\r\nContent-Disposition: form-data; name="${name}"\r\nX: y\r\n\r\n${text}\r\n`

function read(body: string, contentType = type) {
  const parts = findFormParts(body, contentType)
  return parts?.map(({ name, start, end }) => [name, body.slice(start, end)]) ?? null
}

test('the parts of a form are found by name, whatever they hold', () => {
  const note = part('note', 'a\r\n\r\n--xy\r\nb')
  const body = `${part('user', 'ann')}${note}${part('', '')}--xyz--\r\n`
  const parts = [
    ['user', 'ann'],
    ['note', 'a\r\n\r\n--xy\r\nb'],
    ['', ''],
  ]
  assert.deepEqual(read(body), parts)
  assert.deepEqual(read(`preamble\r\n${body}`), parts)
  assert.deepEqual(
    read(body.replaceAll('\r\n', '\n')),
    read(body.replaceAll('\r\n', '\n'), `${type}; a=b`),
  )
  assert.deepEqual(read(body, 'multipart/form-data; boundary="xyz"'), parts)
})

for (const [what, body, contentType] of [
  ['without a boundary', part('a', 'b'), 'multipart/form-data'],
  ['with another boundary', part('a', 'b'), 'multipart/form-data; boundary=other'],
  ['that is cut', part('a', 'b'), type],
  ['whose part has no head', '--xyz\r\nb\r\n--xyz--', type],
] as const) {
  test(`a form ${what} is not read`, () => assert.equal(read(body, contentType), null))
}
