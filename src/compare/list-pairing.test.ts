import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { readJson } from './json-reader.ts'
import { hasSameElements, pairLists } from './list-pairing.ts'
import { type ListNode, type Node, objectFrom } from './node.ts'

const plainHints = { unordered: false, translate: (_: string, value: Node) => value }

interface Case {
  readonly name: string
  readonly from: string
  readonly to: string
  readonly pairs: readonly (readonly [number, number])[]
  readonly reordered?: boolean
  readonly unordered?: boolean
}

const cases: readonly Case[] = [
  {
    name: 'equal lists pair by place',
    from: '[1,2,3]',
    to: '[1,2,3]',
    pairs: [
      [0, 0],
      [1, 1],
      [2, 2],
    ],
  },
  {
    name: 'a missing element leaves the others paired',
    from: '[1,2,3]',
    to: '[1,3]',
    pairs: [
      [0, 0],
      [2, 1],
    ],
  },
  {
    name: 'an extra element leaves the others paired',
    from: '[1,3]',
    to: '[1,2,3]',
    pairs: [
      [0, 0],
      [1, 2],
    ],
  },
  {
    name: 'a changed element pairs with what stands in its place',
    from: '[1,2,3]',
    to: '[1,9,3]',
    pairs: [
      [0, 0],
      [1, 1],
      [2, 2],
    ],
  },
  {
    name: 'objects pair by id',
    from: '[{"id":1,"v":1},{"id":2,"v":2}]',
    to: '[{"id":2,"v":9},{"id":3,"v":2}]',
    pairs: [[1, 0]],
  },
  {
    name: 'objects with the same ids in another order are reordered',
    from: '[{"id":1},{"id":2}]',
    to: '[{"id":2},{"id":1}]',
    pairs: [
      [0, 1],
      [1, 0],
    ],
    reordered: true,
  },
  {
    name: 'the same scalars in another order are reordered',
    from: '["a","b","c"]',
    to: '["c","a","b"]',
    pairs: [
      [0, 1],
      [1, 2],
      [2, 0],
    ],
    reordered: true,
  },
  {
    name: 'an object whose name changed pairs between its neighbours',
    from: '[{"name":"a"},{"name":"b"},{"name":"c"}]',
    to: '[{"name":"a"},{"name":"x"},{"name":"c"}]',
    pairs: [
      [0, 0],
      [1, 1],
      [2, 2],
    ],
  },
  {
    name: 'a key that only these lists suggest is used',
    from: '[{"ean":"4711","v":1},{"ean":"4712","v":1}]',
    to: '[{"ean":"4712","v":2},{"ean":"4711","v":2}]',
    pairs: [
      [0, 1],
      [1, 0],
    ],
    reordered: true,
  },
  {
    name: 'in a list without order what is left pairs by place',
    from: '["a","b"]',
    to: '["x","a"]',
    pairs: [
      [0, 1],
      [1, 0],
    ],
    reordered: false,
    unordered: true,
  },
]

for (const { name, from, to, pairs, reordered = false, unordered = false } of cases) {
  test(name, () => {
    const pairing = pairLists(read(from), read(to), { ...plainHints, unordered })
    assert.deepEqual(pairing, { pairs, reordered })
  })
}

test('identifiers pair by what they are called in the other list', () => {
  const translate = (key: string, value: Node) => (key === 'id' ? (value as number) + 100 : value)
  const [from, to] = [read('[{"id":1},{"id":2}]'), read('[{"id":102},{"id":101}]')]
  const pairing = pairLists(from, to, { unordered: false, translate })
  assert.deepEqual(pairing.pairs, [
    [0, 1],
    [1, 0],
  ])
})

test('every element is in one pair at most, and equal lists pair wholly', () => {
  const list = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 12 })
  fc.assert(
    fc.property(list, list, fc.boolean(), (from, to, unordered) => {
      const { pairs } = pairLists(from, to, { ...plainHints, unordered })
      assert.equal(new Set(pairs.map(([index]) => index)).size, pairs.length)
      assert.equal(new Set(pairs.map(([, index]) => index)).size, pairs.length)
      assert.equal(pairLists(from, from, plainHints).pairs.length, from.length)
    }),
  )
})

test('an alias that was learnt elsewhere by chance does not turn a list about', () => {
  const list = read('[{"sku":"A-1","n":1},{"sku":"A-2","n":2},{"sku":"A-3","n":3}]')
  const learnt = new Map<Node, Node>([
    ['A-1', 'A-2'],
    ['A-2', 'A-1'],
  ])
  const translate = (_: string, value: Node) => learnt.get(value) ?? value
  const pairing = pairLists(list, list, { unordered: false, translate })
  assert.deepEqual(pairing, {
    pairs: [
      [0, 0],
      [1, 1],
      [2, 2],
    ],
    reordered: false,
  })
})

test('long lists without anything in common pair by place, in bounded memory', () => {
  const [from, to] = [0, 1].map((odd) =>
    Array.from({ length: 50_000 }, (_, index) => index * 2 + odd),
  )
  assert.equal(pairLists(from!, to!, plainHints).pairs.length, 50_000)
})

test('the same elements are told from others', () => {
  assert.ok(hasSameElements([1, 2, 2], [2, 1, 2]))
  assert.ok(!hasSameElements([1, 2, 2], [1, 1, 2]))
  assert.ok(hasSameElements([objectFrom([['a', 1]])], [objectFrom([['a', 1]])]))
})

function read(text: string): readonly Node[] {
  const outcome = readJson(text)
  assert.ok(outcome.kind === 'read')
  return (outcome.node as ListNode).items
}
