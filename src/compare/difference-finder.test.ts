import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { AliasTable } from './alias-table.ts'
import { DifferenceFinder, type FoundDifference } from './difference-finder.ts'
import { readJson } from './json-reader.ts'
import { listOf, type Node, objectFrom } from './node.ts'

const context = {
  atFrom: 0,
  atTo: 0,
  sharesData: true,
  aliases: new AliasTable(10),
  resource: '',
  creates: false,
  expected: () => undefined,
  hostFrom: '',
  hostTo: '',
}

const jwt = (claims: object) => `${base64({ alg: 'HS256' })}.${base64(claims)}.${'s'.repeat(8)}`
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

interface Case {
  readonly name: string
  readonly from: unknown
  readonly to: unknown
  /** `place kind: from -> to`. */
  readonly found: readonly string[]
}

const cases: readonly Case[] = [
  {
    name: 'equal values differ in nothing',
    from: { a: [1, { b: null }] },
    to: { a: [1, { b: null }] },
    found: [],
  },
  {
    name: 'another value',
    from: { a: { b: 'x' } },
    to: { a: { b: 'y' } },
    found: ['$.a.b value: x -> y'],
  },
  { name: 'another type', from: { a: 1 }, to: { a: '1' }, found: ['$.a type: 1 -> 1'] },
  { name: 'null for a value', from: { a: 1 }, to: { a: null }, found: ['$.a type: 1 -> null'] },
  { name: 'a missing key', from: { a: 1, b: 2 }, to: { b: 2 }, found: ['$.a missing: 1 -> null'] },
  { name: 'an extra key', from: { b: 2 }, to: { a: 1, b: 2 }, found: ['$.a extra: null -> 1'] },
  {
    name: 'null and missing are two things',
    from: { a: null },
    to: {},
    found: ['$.a missing: null -> null'],
  },
  {
    name: 'another order',
    from: { a: [1, 2, 3] },
    to: { a: [3, 1, 2] },
    found: ['$.a order: [1,2,3] -> [3,1,2]'],
  },
  {
    name: 'a missing element',
    from: [1, 2, 3],
    to: [1, 3],
    found: ['$[1] element-missing: 2 -> null'],
  },
  {
    name: 'a changed element',
    from: [1, 2, 3],
    to: [1, 9, 3],
    found: ['$[1] element-changed: 2 -> 9'],
  },
  {
    name: 'a change in an object of a list',
    from: [
      { id: 1, v: 1 },
      { id: 2, v: 2 },
    ],
    to: [
      { id: 1, v: 1 },
      { id: 2, v: 3 },
    ],
    found: ['$[1].v value: 2 -> 3'],
  },
  { name: 'a list for an object', from: { a: [] }, to: { a: {} }, found: ['$.a type: [] -> {}'] },
  {
    name: 'JSON in a string',
    from: { a: '{"b":1}' },
    to: { a: '{"b":2}' },
    found: ['$.a.~json.b value: 1 -> 2'],
  },
  {
    name: 'JSON in a string, written otherwise',
    from: { a: '{"b":1,"c":2}' },
    to: { a: '{ "c":2, "b":1 }' },
    found: [],
  },
  {
    name: 'JSON in JSON in a string is a string',
    from: { a: '{"b":"{\\"c\\":1}"}' },
    to: { a: '{"b":"{\\"c\\":2}"}' },
    found: ['$.a.~json.b value: {"c":1} -> {"c":2}'],
  },
  {
    name: 'claims of a token',
    from: { t: jwt({ sub: '7' }) },
    to: { t: jwt({ sub: '8' }) },
    found: ['$.t.~jwt.claims.sub value: 7 -> 8'],
  },
]

for (const { name, from, to, found } of cases) {
  test(`${name}: ${found.join(', ') || 'nothing'}`, () => {
    const differences = find(read(JSON.stringify(from)), read(JSON.stringify(to)))
    assert.deepEqual(differences.map(describe), found)
  })
}

test('an extra element is named by what it is', () => {
  const [difference] = find(read('[1]'), read('[1,2]'))
  assert.equal(difference?.kind, 'element-extra')
  assert.match(difference.at, /^\$\[\+\w+\]$/)
  assert.equal(difference.path, '$[*]')
})

test('a key that comes twice is a difference, and one that does in both is none', () => {
  assert.deepEqual(find(read('{"a":1,"a":1}'), read('{"a":1}')).map(describe), [
    '$.a duplicate-key: more than once -> once',
  ])
  assert.deepEqual(find(read('{"a":1,"a":1}'), read('{"a":1,"a":1}')), [])
})

test('the order of a list without order is listed with its rule', () => {
  const [difference] = find(read('[1,2]'), read('[2,1]'), { isUnordered: () => true })
  assert.equal(difference?.rule, 'unordered')
  assert.equal(difference.holds, true)
})

test('in markup one child is a list of one', () => {
  const one = objectFrom([['item', 'a']])
  const two = objectFrom([['item', listOf(['a', 'b'])]])
  const kinds = find(one, two, { isMarkup: true }).map(({ kind }) => kind)
  assert.deepEqual(kinds, ['element-extra'])
})

test('beyond the limit differences are counted, not listed', () => {
  const [from, to] = [0, 1].map((value) =>
    objectFrom(Array.from({ length: 500 }, (_, key) => [`k${key}`, value] as const)),
  )
  const finder = createFinder({ differencesMax: 10 })
  finder.compare(from, to)
  assert.deepEqual([finder.found.length, finder.omitted], [10, 490])
})

test('nothing differs from itself, whatever it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value)
      assert.deepEqual(find(read(text), read(text)), [])
    }),
  )
})

test('a planted change is found at its place, and nowhere else', () => {
  const leaf = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.jsonValue({ maxDepth: 2 }), {
    maxKeys: 4,
  })
  const keys = fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(keys, leaf, (path, filler) => {
      const plant = (value: string) =>
        JSON.stringify(
          path.reduceRight<unknown>((inner, key) => ({ ...filler, [key]: inner }), value),
        )
      const differences = find(read(plant('before')), read(plant('after')))
      assert.deepEqual(
        differences.map(({ at, kind }) => `${at} ${kind}`),
        [`$.${path.join('.')} value`],
      )
    }),
  )
})

test('what is compared swapped differs in as many places', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      const [a, b] = [read(JSON.stringify(one)), read(JSON.stringify(other))]
      assert.equal(find(a, b).length === 0, find(b, a).length === 0)
    }),
  )
})

function createFinder(options: Partial<ConstructorParameters<typeof DifferenceFinder>[1]> = {}) {
  return new DifferenceFinder('$', {
    context,
    isUnordered: () => false,
    differencesMax: 1_000,
    isMarkup: false,
    ...options,
  })
}

function find(
  from: Node,
  to: Node,
  options: Partial<ConstructorParameters<typeof DifferenceFinder>[1]> = {},
): readonly FoundDifference[] {
  const finder = createFinder(options)
  finder.compare(from, to)
  return finder.found
}

function describe({ at, kind, from, to }: FoundDifference): string {
  return `${at} ${kind}: ${from} -> ${to}`
}

function read(text: string): Node {
  const outcome = readJson(text)
  assert.ok(outcome.kind === 'read')
  return outcome.node
}
