import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readIssued } from './correlate-issued.ts'
import { pairIssued, resolveKinds } from './correlate-pairs.ts'

const read = (body: unknown, fields = '', status = 200) =>
  readIssued(
    Buffer.from(
      `HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\n${fields}\r\n` +
        JSON.stringify(body),
    ),
  )!

/** Pairs of two bodies, as `value>substitute`, with `!` where they are certain. */
function pair(production: unknown, target: unknown, isSafe: boolean): readonly string[] {
  return pairIssued(read(production), read(target), { isSafe, kind: 'order' }).map(
    ({ value, substitute, isCertain }) => `${value}>${substitute}${isCertain ? '!' : ''}`,
  )
}

const cases: readonly (readonly [
  what: string,
  production: unknown,
  target: unknown,
  safe: readonly string[],
  unsafe: readonly string[],
])[] = [
  ['an id alone', { id: 7 }, { id: 8 }, ['7>8'], ['7>8!']],
  ['the same id', { id: 7 }, { id: 7 }, ['7>7'], ['7>7!']],
  ['a thing', { id: 7, a: 1, b: 2, c: 3 }, { id: 8, a: 1, b: 2, c: 4 }, ['7>8'], ['7>8!']],
  ['another thing', { id: 7, a: 1, b: 2 }, { id: 8, a: 1, b: 3 }, [], ['7>8!']],
  ['a wholly other thing', { id: 7, a: 1, b: 2 }, { id: 8, a: 2, b: 3 }, [], ['7>8!']],
  [
    'other times',
    { id: 7, at: '2026-01-01T00' },
    { id: 8, at: '2026-01-02T00' },
    ['7>8'],
    ['7>8!'],
  ],
  [
    'a token',
    { token: 'a1b2c3', a: 1 },
    { token: 'd4e5f6', a: 2 },
    ['a1b2c3>d4e5f6!'],
    ['a1b2c3>d4e5f6!'],
  ],
  [
    'a token like a word',
    { nonce: 'a1b2c3' },
    { nonce: 'abcdef' },
    ['a1b2c3>abcdef!'],
    ['a1b2c3>abcdef!'],
  ],
  ['a word', { code: 'abcdef' }, { code: 'fedcba' }, [], []],
  ['bare lists', { ids: [7] }, { ids: [8] }, [], ['7>8']],
  ['lists', { items: [{ id: 7, a: 1 }] }, { items: [{ id: 8, a: 1 }] }, ['7>8'], ['7>8']],
  ['other lists', { items: [{ id: 7, a: 1 }] }, { items: [{ id: 8, a: 2 }] }, [], []],
  [
    'lists in another order',
    [
      { id: 7, a: 1 },
      { id: 8, a: 1 },
    ],
    [
      { id: 8, a: 1 },
      { id: 7, a: 1 },
    ],
    [],
    [],
  ],
  ['nothing there', { id: 7 }, { id: null }, [], []],
  ['a key moved', { id: 7 }, { order: { id: 8 } }, [], []],
]

for (const [what, production, target, safe, unsafe] of cases) {
  test(`${what}: only what names the same thing is a pair`, () => {
    assert.deepEqual(pair(production, target, true), safe)
    assert.deepEqual(pair(production, target, false), unsafe)
  })
}

test('of answers that came out otherwise only what is in the head is paired, places left out', () => {
  const fields = (n: number) => `Set-Cookie: sid=a1b2c${n}\r\nLocation: /orders/${n}\r\n`
  const pairs = pairIssued(read({ id: 1 }, fields(1), 201), read({ id: 2 }, fields(2), 404), {
    isSafe: false,
    kind: 'order',
  })
  assert.deepEqual(
    pairs.map(({ position }) => position),
    ['cookie sid'],
  )
})

test('an integer is of the kind of the path where the answer names none, and what is created of any', () => {
  const context = { isSafe: false, kind: 'checkout' }
  assert.deepEqual(resolveKinds({ value: '7', kinds: [''] }, context), ['checkout', '*'])
  assert.deepEqual(resolveKinds({ value: '7', kinds: [''] }, { ...context, isSafe: true }), [
    'checkout',
  ])
  assert.deepEqual(resolveKinds({ value: '7', kinds: ['item', ''] }, context), ['item', 'checkout'])
  assert.deepEqual(resolveKinds({ value: '7', kinds: [''] }, { isSafe: true, kind: 'me' }), [
    'me',
    'user',
    'customer',
    'member',
  ])
  assert.equal(resolveKinds({ value: 'a1b2c3', kinds: null }, context), null)
})
