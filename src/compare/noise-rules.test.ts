import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noon } from '../../test/support/answers.ts'
import type { NoiseRule } from '../model/comparison.ts'
import { AliasTable } from './alias-table.ts'
import type { Node } from './node.ts'
import { findAlias, judgePair, type PairContext } from './noise-rules.ts'

const base: PairContext = {
  atFrom: noon,
  atTo: noon + 3_600_000_000,
  sharesData: false,
  aliases: new AliasTable(100),
  resource: 'users',
  creates: false,
  expected: () => undefined,
  hostFrom: '',
  hostTo: '',
}

const float = (text: string): Node => ({ tag: 'number', text })
const uuids = ['6ba7b810-9dad-11d1-80b4-00c04fd430c8', '00000000-1111-4222-8333-abcdefabcdef']
const hex = ['d41d8cd98f00b204e9800998ecf8427e', '0cc175b9c0f1b6a831c399e269772661']
const opaque = ['kJ8s02LmQx7Zp4Rt9Vb1', 'Zx91kkQ2mN3b8Vc7Rt5y']

interface Case {
  readonly name: string
  readonly values: readonly [from: Node, to: Node]
  readonly key?: string
  readonly context?: Partial<PairContext>
  /** Null: the two have to be equal. */
  readonly rule: NoiseRule | null
  readonly holds?: boolean
}

const sharesData = { sharesData: true }
const creates = { sharesData: true, creates: true }

const cases: readonly Case[] = [
  {
    name: 'times as old as their answers',
    values: ['2026-01-02T12:00:00Z', '2026-01-02T13:00:01Z'],
    rule: 'timestamp',
  },
  {
    name: 'the same, of servers with the same data',
    values: ['2026-01-02T12:00:00Z', '2026-01-02T13:00:01Z'],
    context: sharesData,
    rule: 'timestamp',
  },
  {
    name: 'stored times of other data',
    values: ['2025-01-02T12:00:00Z', '2024-07-02T13:00:01Z'],
    rule: 'timestamp',
  },
  {
    name: 'stored times of the same data',
    values: ['2025-01-02T12:00:00Z', '2024-07-02T13:00:01Z'],
    context: sharesData,
    rule: 'timestamp',
    holds: false,
  },
  {
    name: 'a lost zone',
    values: ['2026-01-02T12:00:00Z', '2026-01-02T15:00:00Z'],
    rule: 'timestamp',
    holds: false,
  },
  {
    name: 'another format of time',
    values: ['2026-01-02T12:00:00Z', '2026-01-02 13:00:00'],
    rule: 'timestamp',
    holds: false,
  },
  {
    name: 'Unix times under a name of time',
    values: [1_767_355_200, 1_767_358_801],
    key: 'exp',
    rule: 'timestamp',
  },
  {
    name: 'the same numbers under another name',
    values: [1_767_355_200, 1_767_358_801],
    key: 'amount',
    rule: null,
  },
  {
    name: 'rounding in the last digits',
    values: [float('0.30000000000000004'), float('0.3')],
    rule: 'float',
  },
  { name: 'rounding that shows', values: [float('0.31'), float('0.3')], rule: null },
  { name: 'identifiers of other data', values: [5, 105], key: 'id', rule: 'alias' },
  {
    name: 'identifiers of the same data',
    values: [5, 6],
    key: 'id',
    context: sharesData,
    rule: null,
  },
  {
    name: 'identifiers that a request created',
    values: [5, 6],
    key: 'id',
    context: creates,
    rule: 'alias',
  },
  {
    name: 'an identifier that is not the request’s',
    values: [5, 6],
    key: 'id',
    context: { expected: () => '5' },
    rule: 'alias',
    holds: false,
  },
  {
    name: 'an identifier that is the other request’s',
    values: [5, 6],
    key: 'id',
    context: { expected: () => '6' },
    rule: 'alias',
  },
  { name: 'numbers', values: [5, 6], key: 'price', rule: null },
  { name: 'counts of other data', values: [5, 6], key: 'forks_count', rule: 'count' },
  {
    name: 'a count that became zero',
    values: [5, 0],
    key: 'forks_count',
    rule: 'count',
    holds: false,
  },
  {
    name: 'counts of the same data',
    values: [5, 6],
    key: 'forks_count',
    context: sharesData,
    rule: null,
  },
  { name: 'UUIDs', values: [uuids[0]!, uuids[1]!], rule: 'uuid' },
  {
    name: 'a UUID in capitals',
    values: [uuids[0]!, uuids[1]!.toUpperCase()],
    rule: 'uuid',
    holds: false,
  },
  { name: 'hashes', values: [hex[0]!, hex[1]!], rule: 'hash' },
  { name: 'opaque tokens', values: [opaque[0]!, opaque[1]!], rule: 'opaque' },
  {
    name: 'a token against forgery',
    values: ['abc', 'xyz'],
    key: 'csrf_token',
    context: sharesData,
    rule: 'opaque',
  },
  { name: 'words', values: ['master', 'main'], rule: null },
  {
    name: 'words under the name of an identifier',
    values: ['master', 'main'],
    key: 'id',
    rule: null,
  },
  {
    name: 'a word for an identifier',
    values: ['ORD-20931', 'unknown'],
    key: 'order_id',
    rule: null,
  },
  {
    name: 'locations of other identifiers',
    values: ['/users/5/orders', '/users/205/orders'],
    rule: 'alias',
  },
  {
    name: 'locations of something else',
    values: ['/users/5/orders', '/users/5/carts'],
    rule: null,
  },
  {
    name: 'a text around a time',
    values: ['Sent 2026-01-02T12:00:00Z, thanks', 'Sent 2026-01-02T13:00:00Z, thanks'],
    rule: 'text',
  },
  {
    name: 'the own host',
    values: ['http://a:1/x', 'http://b:2/x'],
    context: { ...sharesData, hostFrom: 'a:1', hostTo: 'b:2' },
    rule: 'text',
  },
  { name: 'an empty text', values: [uuids[0]!, ''], rule: null },
  { name: 'booleans', values: [true, false], rule: null },
]

for (const { name, values, key = 'value', context = {}, rule, holds = true } of cases) {
  const verdict =
    rule === null ? 'have to be equal' : `${holds ? 'hold' : 'break'} the rule ${rule}`
  test(`${name} ${verdict}`, () => {
    const aliases = new AliasTable(100)
    const ruling = judgePair(values[0], values[1], [key], { ...base, aliases, ...context })
    assert.equal(ruling?.rule ?? null, rule)
    if (ruling !== null) assert.equal(ruling.holds, holds)
  })
}

test('an identifier that stands for two is broken, in whatever place it comes', () => {
  const context = { ...base, aliases: new AliasTable(100) }
  assert.equal(judgePair(5, 105, ['id'], context)?.holds, true)
  assert.equal(judgePair(5, 105, ['orders', 0, 'user_id'], context)?.holds, true)
  assert.equal(judgePair('/users/5', '/users/106', ['link'], context)?.holds, false)
  assert.equal(judgePair(6, 105, ['user', 'id'], context)?.holds, false)
  assert.equal(findAlias('5', ['user', 'id'], context), '105')
})

test('what a request has created is known in lists, whose elements have another name', () => {
  const aliases = new AliasTable(100)
  const context = { ...base, sharesData: true, resource: 'orders', aliases }
  const created = { ...context, creates: true }
  const listed = ['items', 0, 'id']
  for (const [here, there] of [
    [7, 9],
    ['ob0d41947c65352f', 'oa2771d7eb747f61'],
  ] as const) {
    assert.equal(judgePair(here, there, listed, context), null)
    judgePair(here, there, ['id'], created)
    assert.equal(judgePair(here, there, listed, context)?.holds, true)
  }
  assert.equal(judgePair(7, 10, listed, context), null)
})

test('a text of a megabyte is compared as it is', () => {
  const text = '2026-01-02T12:00:00Z '.repeat(50_000)
  assert.equal(judgePair(text, text.replaceAll('12', '13'), ['log'], base), null)
})
