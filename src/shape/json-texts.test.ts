import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beforeJson, splitJson } from './json-texts.ts'

const texts = (body: string, type: string) => {
  const start = beforeJson.exec(body)![0].length
  return splitJson(body, start, type).map((range) => body.slice(range.start, range.end))
}

test('JSON begins behind blanks, a mark, and what guards it', () => {
  for (const before of [
    '',
    ' \r\n',
    '\xef\xbb\xbf',
    ")]}',\n",
    ")]}'\n",
    'for (;;);',
    'while(1);',
  ]) {
    assert.deepEqual(texts(`${before}{"a":\n1}`, 'application/json'), ['{"a":\n1}'])
  }
})

test('types of lines have a text on each line that is not empty', () => {
  for (const type of ['application/x-ndjson', 'application/jsonl', 'application/stream+json']) {
    assert.deepEqual(texts('{"a":1}\r\n\n[2]\n', type), ['{"a":1}\r', '[2]'])
  }
  assert.deepEqual(texts('\x1e{"a":1}\n\x1e2\n', 'application/json-seq'), ['{"a":1}', '2'])
})
