import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BodyFormat, chooseFormat, readMediaType } from './media-type.ts'

const formats: readonly (readonly [type: string, start: string, format: BodyFormat])[] = [
  ['application/json; charset=utf-8', '', 'json'],
  ['application/problem+json', '', 'json'],
  ['application/x-ndjson', '{}', 'json-lines'],
  ['text/event-stream', 'data: 1', 'events'],
  ['application/atom+xml', '<a/>', 'xml'],
  ['image/svg+xml', '<svg/>', 'xml'],
  ['TEXT/HTML', 'x', 'html'],
  ['application/x-www-form-urlencoded', 'a=b', 'form'],
  ['multipart/form-data; boundary=x', '--x', 'multipart'],
  ['text/css', 'a{}', 'text'],
  ['image/png', '{', 'binary'],
  ['', '  {"a":1}', 'json'],
  ['text/plain', '[1]', 'json'],
  ['', '<!DOCTYPE html><p>', 'html'],
  ['', '<?xml version="1.0"?>', 'xml'],
  ['application/octet-stream', 'plain words', 'text'],
  ['', 'a\u0000b', 'binary'],
]

for (const [type, start, format] of formats) {
  test(`a body of type ${type || 'none'} that begins ${JSON.stringify(start)} is ${format}`, () => {
    assert.equal(chooseFormat(readMediaType(type), start), format)
  })
}

test('parameters are read, quoted or not', () => {
  const { type, parameters } = readMediaType('Text/Plain; Charset="a\\"b;"; x=y')
  assert.equal(type, 'text/plain')
  assert.equal(parameters.get('x'), 'y')
})
