import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../../test/support/properties.ts'
import { readChunkedBody, writeChunkedBody } from './chunked-body.ts'

const bodies: readonly (readonly [text: string, data: string | null, trailer?: string])[] = [
  ['0\r\n\r\n', '', '\r\n'],
  ['3\r\nabc\r\n2;name=value\r\nde\r\n0\r\nX: 1\r\n\r\n', 'abcde', 'X: 1\r\n\r\n'],
  ['A\nabcdefghij\n0\n\n', 'abcdefghij', '\n'],
  ['3\r\nabcd\r\n0\r\n\r\n', null],
  ['3\r\nab', null],
  ['x\r\n\r\n', null],
  ['', null],
  ['5', null],
  [`3${';x'.repeat(3_000)}\r\nabc\r\n0\r\n\r\n`, null],
]

for (const [text, data, trailer] of bodies) {
  test(`${JSON.stringify(text.slice(0, 40))} holds ${data === null ? 'no whole body' : `'${data}'`}`, () => {
    const read = readChunkedBody(Buffer.from(text))
    if (data === null) return assert.equal(read, null)
    assert.deepEqual([String(read!.data), Buffer.from(read!.trailer).toString()], [data, trailer])
  })
}

test('what is written is read back', () => {
  const check = fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
    const trailer = Buffer.from('X: 1\r\n\r\n')
    const read = readChunkedBody(writeChunkedBody({ data, trailer }))!
    assert.deepEqual(
      [Buffer.from(read.data), Buffer.from(read.trailer)],
      [Buffer.from(data), trailer],
    )
  })
  fc.assert(check)
})
