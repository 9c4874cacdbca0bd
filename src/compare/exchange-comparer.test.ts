import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AnswerParts, exchangeOf, noon, requestOf } from '../../test/support/answers.ts'
import type { AnsweredExchange, ByRole, ExchangeComparison } from '../model/comparison.ts'
import { ExchangeComparer } from './exchange-comparer.ts'

const second = 1_000_000
const user = (id: number, name = 'Ada') => ({ body: { id, name } })

interface Step {
  readonly line: string
  readonly answers: ByRole<AnswerParts | string>
  readonly more?: Partial<AnsweredExchange>
}

interface Case {
  readonly name: string
  /** The last one is judged. */
  readonly steps: readonly Step[]
  /** `place kind label weight`, but for what weighs nothing. */
  readonly found: readonly string[]
}

const created = (id: number, at = noon): AnswerParts => ({
  body: { id, created_at: new Date(at / 1_000).toISOString() },
  at,
})

const cases: readonly Case[] = [
  {
    name: 'the same answers are the same',
    steps: [
      {
        line: 'GET /users/5',
        answers: { production: user(5), baseline: user(5), baseline2: user(5), candidate: user(5) },
      },
    ],
    found: [],
  },
  {
    name: 'data that production alone has is drift',
    steps: [
      {
        line: 'GET /users/5',
        answers: { production: user(5, 'Eve'), baseline: user(5), candidate: user(5) },
      },
    ],
    found: [],
  },
  {
    name: 'a change is a change',
    steps: [
      {
        line: 'GET /users/5',
        answers: { production: user(5), baseline: user(5), candidate: user(5, 'Eve') },
      },
    ],
    found: ['$.name value changed fail'],
  },
  {
    name: 'an order that was created has a number and a time of its own on each server',
    steps: [
      {
        line: 'POST /orders',
        answers: {
          production: created(9_001),
          baseline: created(101, noon + 7 * second),
          candidate: created(103, noon + 8 * second),
        },
      },
    ],
    found: [],
  },
  {
    name: 'what was created keeps its number in later answers',
    steps: [
      {
        line: 'POST /orders',
        answers: {
          production: { body: { id: 9_001 } },
          baseline: { body: { id: 101 } },
          candidate: { body: { id: 103 } },
        },
      },
      {
        line: 'GET /orders',
        answers: {
          production: { body: [{ id: 9_001, total: 5 }] },
          baseline: { body: [{ id: 101, total: 5 }] },
          candidate: { body: [{ id: 103, total: 5 }] },
        },
      },
    ],
    found: [],
  },
  {
    name: 'an answer that holds another entity is a change, although all numbers differ',
    steps: [
      {
        line: 'POST /orders',
        answers: {
          production: { body: { id: 9_001 } },
          baseline: { body: { id: 101 } },
          candidate: { body: { id: 103 } },
        },
      },
      {
        line: 'GET /orders/last',
        answers: {
          production: { body: { id: 9_001 } },
          baseline: { body: { id: 101 } },
          candidate: { body: { id: 102 } },
        },
      },
    ],
    found: ['$.id value changed fail'],
  },
  {
    name: 'another user than the one asked for is a change, although production numbers otherwise',
    steps: [
      {
        line: 'GET /users/me',
        answers: { production: user(1_005), baseline: user(5), candidate: user(6) },
      },
    ],
    found: ['$.id value changed fail'],
  },
  {
    name: 'another entity than the body of a request names is a change',
    steps: [
      {
        line: 'POST /cart',
        answers: {
          production: { body: { product_id: 7 } },
          baseline: { body: { product_id: 7 } },
          candidate: { body: { product_id: 8 } },
        },
        more: { request: requestOf('POST /cart', '{"product_id":7}') },
      },
    ],
    found: ['$.product_id value changed fail'],
  },
  {
    name: 'the candidate may agree with production',
    steps: [
      {
        line: 'GET /users/5',
        answers: { production: user(5, 'Eve'), baseline: user(5), candidate: user(5, 'Eve') },
      },
    ],
    found: ['$.name value changed-agrees-with-production warn'],
  },
  {
    name: 'a lost zone is a change',
    steps: [
      {
        line: 'GET /now',
        answers: {
          production: created(1),
          baseline: created(1),
          candidate: { ...created(1, noon + 7_200 * second), at: noon },
        },
      },
    ],
    found: ['$.created_at value changed fail'],
  },
  {
    name: 'noise of the baseline is no change',
    steps: [
      {
        line: 'GET /tip',
        answers: {
          production: { body: { tip: 'aa' } },
          baseline: { body: { tip: 'bb' } },
          baseline2: { body: { tip: 'cc' } },
          candidate: { body: { tip: 'dd' } },
        },
      },
    ],
    found: [],
  },
  {
    name: 'a list without order in the baseline has none in the candidate, from then on',
    steps: [
      {
        line: 'GET /tags',
        answers: {
          baseline: { body: ['a', 'b', 'c'] },
          baseline2: { body: ['b', 'a', 'c'] },
          candidate: { body: ['a', 'b', 'c'] },
        },
      },
      {
        line: 'GET /tags',
        answers: { baseline: { body: ['a', 'b', 'c'] }, candidate: { body: ['c', 'b', 'a'] } },
      },
    ],
    found: [],
  },
  {
    name: 'a list in order has to stay so',
    steps: [
      {
        line: 'GET /tags',
        answers: {
          production: { body: ['a', 'b'] },
          baseline: { body: ['a', 'b'] },
          candidate: { body: ['b', 'a'] },
        },
      },
    ],
    found: ['$ order changed fail'],
  },
  {
    name: 'no answer is a difference',
    steps: [
      {
        line: 'GET /users/5',
        answers: { production: user(5), baseline: user(5), candidate: 'timeout' },
      },
    ],
    found: ['answer failed changed check'],
  },
  {
    name: 'servers that name themselves say the same',
    steps: [
      {
        line: 'GET /',
        answers: {
          production: { body: { self: 'http://shop.example/a' } },
          baseline: { body: { self: 'http://stable:1/a' } },
          candidate: { body: { self: 'http://next:2/a' } },
        },
      },
    ],
    found: [],
  },
  {
    name: 'with production alone a missing key fails, a value is advice, and data is explained',
    steps: [
      {
        line: 'GET /orders/9',
        answers: {
          production: { body: { order_id: 9_001, state: 'paid', total: 5 } },
          candidate: { body: { order_id: 101, state: 'open' } },
        },
      },
    ],
    found: ['$.state value changed advice', '$.total missing changed fail'],
  },
  {
    name: 'with production alone another entity is told by the numbers',
    steps: [
      { line: 'GET /users/me', answers: { production: user(1_005), candidate: user(5) } },
      {
        line: 'GET /account',
        answers: { production: { body: { user_id: 1_005 } }, candidate: { body: { user_id: 6 } } },
      },
    ],
    found: ['$.user_id value changed advice'],
  },
]

for (const { name, steps, found } of cases) {
  test(name, () => {
    const comparison = judge(steps)
    const weighty = comparison.attributions.filter(({ weight }) => weight !== 'none')
    assert.deepEqual(
      weighty.map(({ at, kind, label, weight }) => `${at} ${kind} ${label} ${weight}`),
      found,
    )
    assert.deepEqual(JSON.parse(JSON.stringify(comparison)), comparison)
  })
}

test('what is explained is listed with its rule', () => {
  const [order] = judge([
    {
      line: 'GET /o',
      answers: {
        production: { body: { order_id: 9_001 } },
        candidate: { body: { order_id: 101 } },
      },
    },
  ]).attributions
  assert.deepEqual([order?.label, order?.rule, order?.holds], ['drift', 'alias', true])
})

test('each comparison tells its mode, statuses, sizes, times and the gravest label', () => {
  const comparison = judge([
    {
      line: 'GET /users/5',
      answers: { production: user(5), baseline: user(5), candidate: { status: 500 } },
    },
  ])
  assert.equal(comparison.mode, 'baseline')
  assert.deepEqual([comparison.label, comparison.weight], ['changed', 'fail'])
  assert.equal(comparison.endpoint, 'GET /users/{id}')
  assert.equal(comparison.signature, '200 application/json {id,name}')
  assert.deepEqual(comparison.answers.candidate, {
    status: 500,
    failure: null,
    latency: 0,
    bodyBytes: 0,
  })
  assert.equal(comparison.answers.production?.bodyBytes, 21)
})

test("production's answer is timed from the request, as the others are from sending", () => {
  const comparison = judge([
    { line: 'GET /users/5', answers: { production: { at: noon + 7_000 }, candidate: {} } },
  ])
  assert.equal(comparison.answers.production?.latency, 7_000)
  assert.equal(comparison.answers.candidate?.latency, 0)
})

test('what is beyond the list is counted, and where not all is known nothing fails by itself', () => {
  const body = (value: number, keys: number) => ({
    body: Object.fromEntries(Array.from({ length: keys }, (_, key) => [`k${key}`, value])),
  })
  const answers = {
    production: body(1, 5_000),
    baseline: body(2, 5_000),
    candidate: body(3, 5_000),
  }
  const comparison = judge([{ line: 'GET /', answers }])
  assert.equal(comparison.attributions.length, 200)
  assert.equal(comparison.omitted, 2 * 3_000 + 1_800)
  assert.ok(comparison.attributions.every(({ weight }) => weight === 'check'))
})

test('how an answer came makes no difference of the exchange, and is listed all the same', () => {
  const sent = (at: number, mark: string, more: Record<string, string> = {}) => ({
    headers: {
      Date: new Date(at / 1_000).toUTCString(),
      'X-Request-Id': `${mark}7f3a9c01d2`,
      ...more,
    },
    body: { id: 5 },
  })
  const answers = {
    production: sent(noon, 'p', { Via: '1.1 edge', Age: '7', Server: 'edge' }),
    baseline: sent(noon + 7 * second, 'b', { Server: 'shop' }),
    baseline2: sent(noon + 8 * second, 'd', { Server: 'shop' }),
    candidate: sent(noon + 9 * second, 'c', { Server: 'shop' }),
  }
  const comparison = judge([{ line: 'GET /users/5', answers }])
  assert.deepEqual([comparison.label, comparison.weight], ['same', 'none'])
  const paths = comparison.attributions.map(({ path }) => path)
  for (const name of ['date', 'x-request-id', 'via', 'age', 'server']) {
    assert.ok(paths.includes(`header.${name}`), name)
  }
})

test('data that is otherwise says more of an exchange than noise does', () => {
  const body = (total: number, token: string) => ({ body: { token, total } })
  const answers = {
    production: body(7, '5b2f9c01d2a4e6f8'),
    baseline: body(9, '8f14e45fceea167a'),
    baseline2: body(9, 'c9f0f895fb98ab91'),
    candidate: body(9, '45c48cce2e2d7fbd'),
  }
  assert.equal(judge([{ line: 'GET /cart', answers }]).label, 'drift')
})

test('without a candidate, or anything to hold it against, nothing is compared', () => {
  for (const answers of [{ production: user(5), baseline: user(5) }, { candidate: user(5) }]) {
    const comparison = judge([{ line: 'GET /users/5', answers }])
    assert.deepEqual([comparison.mode, comparison.attributions.length], ['incomparable', 0])
  }
})

test('hostile answers are compared in bounded time, and never throw', () => {
  const bodies = [
    '['.repeat(2_000_000),
    `{"a":${'9'.repeat(1_000_000)}}`,
    `[${'{"id":1},'.repeat(200_000)}1]`,
    '\u0000'.repeat(1_000),
    '{"a":"'.repeat(100_000),
  ]
  for (const type of ['application/json', 'text/html', 'text/xml', 'text/plain']) {
    for (const body of bodies) {
      const parts = { headers: { 'Content-Type': type }, body }
      const other = { ...parts, body: `${body} ` }
      judge([{ line: 'GET /', answers: { production: parts, baseline: parts, candidate: other } }])
    }
  }
})

function judge(steps: readonly Step[]): ExchangeComparison {
  const hosts = { baseline: 'stable:1', candidate: 'next:2' }
  const comparer = new ExchangeComparer({ hosts })
  const comparisons = steps.map(({ line, answers, more }) =>
    comparer.compare(exchangeOf(line, answers, more)),
  )
  return comparisons.at(-1)!
}
