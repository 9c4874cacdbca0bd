import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { JsonScanner } from './json-scanner.ts'

function scan(text: string): { readonly leaves: readonly string[]; readonly isJson: boolean } {
  const leaves: string[] = []
  const scanner = new JsonScanner()
  const isJson = scanner.scan(text, 0, text.length, {
    leaf: () => leaves.push(`${scanner.position()} ${scanner.leaf} ${scanner.value()}`),
    opened: () => leaves.push('{'),
    closed: () => leaves.push('}'),
  })
  return { leaves, isJson }
}

test('leaves are told with their position, kind and value', () => {
  const text =
    ' {"a": 1, "b": [true, {"c\\n": "x\\u0041\\/"}, []], "d": {}, "e": -1.5e3, "f": null } '
  assert.deepEqual(scan(text), {
    leaves: [
      '{',
      '$.a number 1',
      '$.b[0] word true',
      '{',
      '$.b[1].c\n string xA/',
      '}',
      '{',
      '}',
      '$.e number -1.5e3',
      '$.f word null',
      '}',
    ],
    isJson: true,
  })
})

test('names are those of the nearest key, through arrays', () => {
  const names: string[] = []
  const scanner = new JsonScanner()
  const text = '{"a":[[1]],"b":2}'
  scanner.scan(text, 0, text.length, {
    leaf: () => names.push(`${scanner.name()} ${scanner.isInArray()}`),
  })
  assert.deepEqual(names, ['a true', 'b false'])
})

const broken = [
  '',
  '{',
  '[1',
  '[1,]',
  '{"a"}',
  '{"a":}',
  '{"a":1,}',
  '{a:1}',
  '[1] 2',
  '"a',
  '"a\n"',
  '[1 2]',
  '}',
  '{"a":1]',
]

for (const text of broken) {
  test(`${JSON.stringify(text)} is no JSON`, () => {
    assert.equal(scan(text).isJson, false)
  })
}

test('what is too deep or too long is not read to its end', () => {
  assert.equal(scan(`${'['.repeat(64)}1${']'.repeat(64)}`).isJson, true)
  assert.equal(scan(`${'['.repeat(65)}1${']'.repeat(65)}`).isJson, false)
  assert.equal(scan('['.repeat(1_000_000)).isJson, false)
  assert.equal(scan(`[${'1,'.repeat(50_000)}1]`).isJson, false)
})

test('every JSON text is read, and its leaves are those that were written', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const leaves: unknown[] = []
      const scanner = new JsonScanner()
      const latin1 = Buffer.from(text).toString('latin1')
      const isJson = scanner.scan(latin1, 0, latin1.length, {
        leaf: () => leaves.push(scanner.leaf === 'string' ? 'text' : JSON.parse(scanner.value()!)),
      })
      assert.equal(isJson, true)
      assert.deepEqual(leaves, leavesOf(JSON.parse(text)))
    }),
  )
  function leavesOf(value: unknown): unknown[] {
    if (typeof value === 'string') return ['text']
    if (typeof value !== 'object' || value === null) return [value]
    return Object.values(value).flatMap(leavesOf)
  }
})

test('any text is read to an answer', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\ 1ate') }), (text) => {
      assert.equal(typeof scan(text).isJson, 'boolean')
    }),
  )
})
