import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import { MemoryBudget } from '../base/memory-budget.ts'
import { type Fragment, FragmentTable } from './fragment-table.ts'

const text = 'abcdefghijklmnopqrstuvwxyz'

function fragment(offset: number, bytes: string, parts: Partial<Fragment> = {}): Fragment {
  return {
    key: 'a',
    headers: Buffer.from('HEAD'),
    offset,
    bytes: Buffer.from(bytes),
    isLast: offset + bytes.length >= text.length,
    refusesOverlap: false,
    ...parts,
  }
}

function of(from: number, to: number, parts: Partial<Fragment> = {}): Fragment {
  return fragment(from, text.slice(from, to), parts)
}

/** The datagrams that come out, and what is held afterwards. */
function push(
  fragments: readonly (Fragment & { readonly at?: number })[],
  bytesMax: number = 1 << 20,
): { readonly whole: readonly string[]; readonly held: number } {
  const budget = new MemoryBudget(bytesMax)
  const table = new FragmentTable({ budget })
  const whole = fragments.flatMap((one) => {
    const bytes = table.push(one, one.at ?? 0)
    return bytes === null ? [] : [Buffer.from(bytes).toString()]
  })
  return { whole, held: budget.used() }
}

test('fragments in any order, doubled, give the datagram once and hold nothing', () => {
  const parts = [of(0, 8), of(8, 16), of(16, 24), of(24, 26)]
  const order = fc.shuffledSubarray([...parts, ...parts.slice(0, 2)], { minLength: 6 })
  fc.assert(
    fc.property(order, (shuffled) => {
      const { whole } = push(shuffled)
      assert.deepEqual(whole, [`HEAD${text}`])
    }),
  )
  assert.equal(push(parts).held, 0)
})

test('datagrams of different keys do not mix', () => {
  const { whole } = push([of(0, 16), of(16, 26, { key: 'b' }), of(0, 16, { key: 'b' }), of(16, 26)])
  assert.deepEqual(whole, [`HEAD${text}`, `HEAD${text}`])
})

test('where fragments overlap, the bytes that came first stay', () => {
  const { whole } = push([of(0, 16), fragment(8, 'XXXXXXXXqrstuvwx'), of(24, 26)])
  assert.deepEqual(whole, [`HEAD${text}`])
})

test('a hole stays a hole, however many bytes overlap elsewhere', () => {
  assert.deepEqual(push([of(0, 16), of(8, 16), of(24, 26)]).whole, [])
})

test('where an overlap is refused, the whole datagram is given up, and what still comes of it', () => {
  const refusesOverlap = true
  const overlapping = fragment(8, 'XXXXXXXXqrstuvwx', { refusesOverlap })
  const { whole, held } = push([
    of(0, 16, { refusesOverlap }),
    overlapping,
    of(16, 26, { refusesOverlap }),
    of(0, 16, { refusesOverlap }),
  ])
  assert.deepEqual(whole, [])
  assert.equal(held, 0)
})

test('a repeated fragment is no overlap', () => {
  const first = of(0, 16, { refusesOverlap: true })
  const { whole } = push([first, first, of(16, 26, { refusesOverlap: true })])
  assert.deepEqual(whole, [`HEAD${text}`])
})

test('after 30 seconds a datagram is forgotten', () => {
  const late = { ...of(16, 26), at: 30_000_001 }
  assert.deepEqual(push([of(0, 16), { ...late, at: 30_000_000 }]).whole, [`HEAD${text}`])
  assert.deepEqual(push([of(0, 16), late]).whole, [])
})

test('of too many datagrams the oldest is forgotten', () => {
  const others = Array.from({ length: 1024 }, (_, index) => of(0, 16, { key: `${index}` }))
  assert.deepEqual(push([of(0, 16), ...others.slice(1), of(16, 26)]).whole, [`HEAD${text}`])
  assert.deepEqual(push([of(0, 16), ...others, of(16, 26)]).whole, [])
})

test('beyond the budget a datagram is given up, and its bytes with it', () => {
  const { whole, held } = push([of(0, 16), of(16, 26)], 200)
  assert.deepEqual(whole, [])
  assert.equal(held, 0)
})

test('fragments that fit into no datagram are left out', () => {
  const { whole, held } = push([of(0, 7), fragment(0, ''), of(8, 16, { offset: 65_528 })])
  assert.deepEqual(whole, [])
  assert.equal(held, 0)
})
