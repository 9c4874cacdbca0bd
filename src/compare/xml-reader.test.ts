import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isEqual } from './node.ts'
import { readXml } from './xml-reader.ts'

const same: readonly (readonly [name: string, one: string, other: string])[] = [
  ['order of attributes', '<a x="1" y="2"/>', '<a y="2" x="1"></a>'],
  ['prefixes of namespaces', '<p:a xmlns:p="urn:u"><p:b/></p:a>', '<a xmlns="urn:u"><b/></a>'],
  [
    'white space between elements',
    '<a><b>1</b><c/></a>',
    '<?xml version="1.0"?>\n<a>\n  <b>1</b>\n  <c/>\n</a>',
  ],
  ['comments and character data', '<a>x&lt;y</a>', '<a><!-- no -->x<![CDATA[<y]]></a>'],
]

for (const [name, one, other] of same) {
  test(`${name} do not count`, () => {
    assert.ok(isEqual(readXml(one).root, readXml(other).root))
  })
}

const different: readonly (readonly [name: string, one: string, other: string])[] = [
  ['namespaces', '<a xmlns="urn:u"/>', '<a xmlns="urn:v"/>'],
  ['text', '<a>1</a>', '<a>2</a>'],
  ['order of different elements', '<a><b/><c/></a>', '<a><c/><b/></a>'],
]

for (const [name, one, other] of different) {
  test(`${name} count`, () => {
    assert.ok(!isEqual(readXml(one).root, readXml(other).root))
  })
}

const malformed = [
  '',
  '<a>',
  '<a></b>',
  '<a>&unknown;</a>',
  '<a'.repeat(100_000),
  '<a>'.repeat(100_000),
]

for (const text of malformed) {
  test(`${JSON.stringify(text.slice(0, 20))} (${text.length}) is malformed`, () => {
    assert.equal(readXml(text).defect?.kind, 'malformed')
  })
}

test('entities of a document type are not expanded', () => {
  const bomb = '<!DOCTYPE a [<!ENTITY b "xx"><!ENTITY c "&b;&b;">]><a>&c;</a>'
  assert.equal(readXml(bomb).defect?.kind, 'malformed')
})
