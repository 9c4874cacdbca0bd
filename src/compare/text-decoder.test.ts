import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeText } from './text-decoder.ts'

const texts: readonly (readonly [
  name: string,
  bytes: Buffer,
  charset: string | undefined,
  text: string,
])[] = [
  ['plain ASCII', Buffer.from('abc'), undefined, 'abc'],
  ['UTF-8', Buffer.from('é€'), 'UTF8', 'é€'],
  ['Latin-1', Buffer.from('é', 'latin1'), 'ISO-8859-1', 'é'],
  ['UTF-16 by its mark', Buffer.from('\ufeffé', 'utf16le'), 'utf-8', 'é'],
  ['decomposed characters', Buffer.from('e\u0301'), undefined, 'é'],
  ['an unknown charset', Buffer.from('abc'), 'nonsense', 'abc'],
]

for (const [name, bytes, charset, text] of texts) {
  test(`${name} becomes text in normalization form C`, () => {
    const decoded = decodeText(bytes, charset)
    assert.equal(decoded.text, text)
    assert.equal(decoded.defect, null)
  })
}

test('bytes that are not in the charset are a defect', () => {
  const { text, defect } = decodeText(Buffer.from([0x61, 0xff]), 'utf-8')
  assert.equal(text, 'a\ufffd')
  assert.equal(defect?.kind, 'malformed')
})
