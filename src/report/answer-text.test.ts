import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { createAnswer } from '../../test/support/run-folders.ts'
import { layOutAnswer, layOutJson } from './answer-text.ts'

test('an answer is its status, its headers by name, and its body', () => {
  assert.deepEqual(layOutAnswer(createAnswer('{"a":[1,{}]}')), [
    'HTTP/1.1 200 OK',
    'content-length: 12',
    'content-type: application/json',
    '',
    '{',
    '  "a": [',
    '    1,',
    '    {',
    '    }',
    '  ]',
    '}',
  ])
})

test('a failure is its reason', () => {
  const failed = { bytes: null, failure: 'timeout', latency: 1 }
  assert.deepEqual(layOutAnswer(failed), ['no answer: timeout'])
})

test('numbers stay as they are written, and brackets in strings are text', () => {
  assert.deepEqual(layOutJson('{"n":12345678901234567890.10,"s":"}\\"],","t":true}'), [
    '{',
    '  "n": 12345678901234567890.10,',
    '  "s": "}\\"],",',
    '  "t": true',
    '}',
  ])
})

test('JSON that is cut or broken is laid out as far as it goes', () => {
  assert.deepEqual(layOutJson('{"a":"b'), ['{', '  "a": "b'])
  assert.deepEqual(layOutJson('}}]'), ['}', '}', ']'])
})

const withHead = (head: string, body: Uint8Array) => {
  const bytes = Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n`), body])
  return layOutAnswer({ bytes, failure: null, latency: 1 }).slice(3)
}

test('codings are undone, data is counted, and markup is broken into lines', () => {
  assert.deepEqual(withHead('Content-Encoding: gzip', gzipSync('plain')), ['plain'])
  assert.deepEqual(withHead('Content-Encoding: gzip', Buffer.from('no gzip')), [
    'a body that cannot be decoded',
  ])
  assert.deepEqual(withHead('Content-Type: image/png', Buffer.from([0, 1, 2])), ['3 bytes of data'])
  assert.deepEqual(withHead('Content-Type: text/html', Buffer.from('<p><b>x</b></p>')), [
    '<p>',
    '<b>x</b>',
    '</p>',
  ])
})

test('lines are cut where they are long, and left out where they are many', () => {
  const lines = withHead('A: b', Buffer.from(`${'x'.repeat(500)}\n${'y\n'.repeat(5_000)}`))
  assert.equal(lines[0]?.length, 401)
  assert.equal(lines.at(-1), '… 1005 more lines')
})
