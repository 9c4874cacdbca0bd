import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesNode } from './body-reader.ts'
import { readJson } from './json-reader.ts'
import { shortText } from './short-text.ts'

const texts: readonly (readonly [json: string, text: string])[] = [
  ['"plain"', 'plain'],
  ['12.50', '12.50'],
  ['null', 'null'],
  ['{"a":[1,"x",true],"b":{}}', '{"a":[1,"x",true],"b":{}}'],
]

for (const [json, text] of texts) {
  test(`${json} shows as ${text}`, () => {
    const outcome = readJson(json)
    assert.ok(outcome.kind === 'read')
    assert.equal(shortText(outcome.node), text)
  })
}

test('what is absent has no text, and bytes show what they are', () => {
  assert.equal(shortText(undefined), null)
  assert.match(shortText(bytesNode(Buffer.from('abc')))!, /^3 bytes 616263 /)
})

test('long values are cut, however they are nested', () => {
  for (const json of [`"${'x'.repeat(1_000_000)}"`, `[${'[1,2,3],'.repeat(100_000)}1]`]) {
    const outcome = readJson(json)
    assert.ok(outcome.kind === 'read')
    assert.ok(shortText(outcome.node)!.length <= 81)
  }
})
