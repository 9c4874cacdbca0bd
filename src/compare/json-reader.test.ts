import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { readJson } from './json-reader.ts'
import { isEqual, type Node } from './node.ts'

test('any value that JSON can write is read as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 3 }), (value, spaces) => {
      const outcome = readJson(JSON.stringify(value, null, spaces))
      assert.ok(outcome.kind === 'read')
      const expected = JSON.parse(JSON.stringify(value))
      assert.deepEqual(toPlain(outcome.node), expected)
    }),
  )
})

test('what JSON.parse refuses is malformed, and what it takes is read', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '1',
    '-',
    '0',
    '.5',
    'e3',
    'true',
    'nul',
    ' ',
    '"',
    '\\',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join('')
      assert.equal(readJson(text).kind === 'read', isJson(text), text)
    }),
    { numRuns: 2_000 },
  )
})

const literals = ['9007199254740993', '1.10', '-0', '1e2', '12345678901234567890', '0.1e-400']

for (const literal of literals) {
  test(`the literal ${literal} is kept`, () => {
    const outcome = readJson(`[${literal}]`)
    assert.ok(outcome.kind === 'read')
    assert.deepEqual(outcome.node, {
      tag: 'list',
      items: [{ tag: 'number', text: literal }],
      hash: 0,
    })
  })
}

const malformed: readonly (readonly [text: string, what: string])[] = [
  ['', 'the text ends early'],
  ['{"a":1', 'the text ends early'],
  ['{"a" 1}', 'no delimiter'],
  ['[1,]', 'no value'],
  ['[01]', 'a leading zero'],
  ['[1.]', 'no digit'],
  ['["\\x"]', 'a bad escape'],
  ['["a\nb"]', 'a control character'],
  ['{} x', 'text behind the value'],
]

for (const [text, what] of malformed) {
  test(`${JSON.stringify(text)} is malformed: ${what}`, () => {
    const outcome = readJson(text)
    assert.ok(outcome.kind === 'malformed')
    assert.equal(outcome.what, what)
  })
}

test('keys that come twice are told, and the last value counts', () => {
  const outcome = readJson('{"a":1,"b":2,"a":3}')
  assert.ok(outcome.kind === 'read')
  assert.deepEqual(outcome.node, {
    tag: 'object',
    keys: ['a', 'b'],
    values: [3, 2],
    duplicates: ['a'],
    hash: 0,
  })
})

test('objects of a list with almost the same keys keep their own', () => {
  const text = '[{"id":1,"name":"x"},{"id":2,"nam":"y"},{"id":3,"name":"z","more":1}]'
  const outcome = readJson(text)
  assert.ok(outcome.kind === 'read')
  assert.deepEqual(toPlain(outcome.node), JSON.parse(text))
})

test('depth and number of values are bounded', () => {
  const limits = { depthMax: 10, nodesMax: 100 }
  const deep = readJson('['.repeat(1_000_000), limits)
  assert.ok(deep.kind === 'malformed')
  assert.equal(deep.what, 'nested too deep')
  const wide = readJson(`[${'1,'.repeat(200)}1]`, limits)
  assert.ok(wide.kind === 'malformed')
  assert.equal(wide.what, 'too many values')
})

test('composed and decomposed characters are the same text', () => {
  const [a, b] = ['["\\u00e9"]', '["e\\u0301"]'].map((text) => readJson(text))
  assert.ok(a?.kind === 'read' && b?.kind === 'read')
  assert.ok(isEqual(a.node, b.node))
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function toPlain(node: Node): unknown {
  if (typeof node !== 'object' || node === null) return node
  if (node.tag === 'number') return Number(node.text)
  if (node.tag === 'list') return node.items.map(toPlain)
  if (node.tag === 'bytes') return node.digest
  return Object.fromEntries(node.keys.map((key, index) => [key, toPlain(node.values[index]!)]))
}
