import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { readJson } from './json-reader.ts'
import { hashOf, isEqual, keyFinder, type Node, objectFrom } from './node.ts'

test('equal values have equal hashes, whatever the order of keys and the form of numbers', () => {
  const pairs = [
    ['{"a":1,"b":[2,{"c":null}]}', '{ "b": [2.0, {"c": null}], "a": 10e-1 }'],
    ['1', '1.0'],
    ['[100,"x"]', '[1e2,"x"]'],
  ]
  for (const [one, other] of pairs) {
    const [a, b] = [read(one!), read(other!)]
    assert.ok(isEqual(a, b))
    assert.equal(hashOf(a), hashOf(b))
  }
})

test('different values are unequal and hash differently', () => {
  const texts = [
    '1',
    '"1"',
    'null',
    'false',
    '[]',
    '{}',
    '[1]',
    '[[1]]',
    '[1,2]',
    '[2,1]',
    '{"a":1}',
    '{"b":1}',
    '{"a":"1"}',
    '{"a":1,"b":1}',
    '{"a":1,"a":1}',
    '12',
    '0',
    '""',
    '[""]',
    '["",""]',
  ]
  const nodes = texts.map(read)
  nodes.forEach((node, index) => {
    nodes.forEach((other, at) => {
      assert.equal(isEqual(node, other), index === at, `${texts[index]} ${texts[at]}`)
      assert.equal(hashOf(node) === hashOf(other), index === at, `${texts[index]} ${texts[at]}`)
    })
  })
})

test('a hash says what comparing says', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      const [a, b] = [read(JSON.stringify(one)), read(JSON.stringify(other))]
      assert.equal(isEqual(a, b), hashOf(a) === hashOf(b))
    }),
  )
})

test('members are found in small and in large objects', () => {
  for (const size of [3, 100]) {
    const entries = Array.from({ length: size }, (_, index): [string, Node] => [`k${index}`, index])
    const find = keyFinder(objectFrom(entries))
    for (const [key, value] of entries) assert.equal(find(key, 0), value)
    assert.equal(find('none', 0), undefined)
  }
})

function read(text: string): Node {
  const outcome = readJson(text)
  assert.ok(outcome.kind === 'read')
  return outcome.node
}
