import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { createLimiter, type Limit, parseLimited, parseSampleBy, type SampleBy } from './limit.ts'

function passed(limit: Limit, sampleBy: SampleBy, connections: number, requests: number): number[] {
  const limiter = createLimiter(limit, sampleBy, 'output-http')
  return Array.from({ length: connections }, (_, connection) => {
    let copies = 0
    for (let sequence = 0; sequence < requests; sequence++) {
      copies += limiter(createRequest({ connection, sequence }), 0)
    }
    return copies
  })
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)

test('an address without a bar has no limit', () => {
  assert.deepEqual(parseLimited(':80'), { address: ':80', limit: null })
})

test('a number is a rate, a number with a percent sign a share', () => {
  assert.deepEqual(parseLimited(':80|10').limit, { kind: 'rate', perSecond: 10 })
  assert.deepEqual(parseLimited('http://a|12.5%').limit, { kind: 'percent', percent: 12.5 })
  assert.equal(parseLimited('http://a|300%').address, 'http://a')
})

for (const text of [
  ':80|',
  ':80|x',
  ':80|-1',
  ':80|0',
  ':80|0%',
  ':80|10%%',
  ':80|1e9%',
  ':80|1|2',
]) {
  test(`the limit of '${text}' is refused with a line that shows the right form`, () => {
    assert.throws(() => parseLimited(text), { name: 'OperatorError', code: 'bad-limit' })
  })
}

test('a share of connections takes or leaves each connection whole', () => {
  const counts = passed({ kind: 'percent', percent: 10 }, 'connection', 2_000, 5)
  assert.ok(counts.every((count) => count === 0 || count === 5))
  assert.ok(Math.abs(sum(counts) - 1_000) < 200, `${sum(counts)} of 10000`)
})

test('a share of requests is taken within each connection', () => {
  const counts = passed({ kind: 'percent', percent: 10 }, 'request', 10, 1_000)
  for (const count of counts) assert.ok(Math.abs(count - 100) < 40, `${count} of 1000`)
})

test('three hundred percent is three copies of each', () => {
  assert.deepEqual(passed({ kind: 'percent', percent: 300 }, 'connection', 2, 2), [6, 6])
})

test('a hundred and fifty percent doubles every second connection', () => {
  const counts = passed({ kind: 'percent', percent: 150 }, 'connection', 2_000, 1)
  assert.ok(counts.every((count) => count === 1 || count === 2))
  assert.ok(Math.abs(sum(counts) - 3_000) < 150)
})

test('limits of one flag choose alike, those of two in a row independently', () => {
  const limit = { kind: 'percent', percent: 50 } as const
  const places = ['output-http', 'output-http', 'input-tcp', 'output-tcp', 'input-raw']
  const limiters = places.map((place) => createLimiter(limit, 'connection', place))
  const passed = new Map<string, number>()
  for (let connection = 0; connection < 1_000; connection++) {
    const [first, ...others] = limiters.map((limiter) => limiter(createRequest({ connection }), 0))
    for (const [index, other] of others.entries()) {
      const place = `${places[index + 1]}`
      passed.set(place, (passed.get(place) ?? 0) + first! * other)
    }
  }
  const [same, ...rest] = [...passed.values()]
  assert.ok(Math.abs(same! - 500) < 60, `${same}`)
  for (const both of rest) assert.ok(Math.abs(both - 250) < 60, `${both}`)
})

test('a rate goes by the clock', () => {
  const limiter = createLimiter({ kind: 'rate', perSecond: 10 }, 'connection', 'x')
  const message = createRequest({})
  let copies = 0
  for (let now = 0; now < 10_000_000; now += 10_000) copies += limiter(message, now)
  assert.ok(copies >= 99 && copies <= 102, `${copies} in 10 s at 10/s`)
})

/** Which of the requests pass, each on a connection of its own, half of the keys taken. */
function sample(sampleBy: string, fields: readonly string[]): readonly number[] {
  const limiter = createLimiter({ kind: 'percent', percent: 50 }, parseSampleBy(sampleBy), 'x')
  return fields.map((field, connection) => {
    const payload = `GET / HTTP/1.1\r\nHost: shop\r\n${field}\r\n`
    return limiter(createRequest({ connection, payload }), 0)
  })
}

const users = Array.from({ length: 200 }, (_, index) => index % 20)

for (const [sampleBy, write] of [
  ['header:X-User', (user: number) => `x-user:  u${user} \r\n`],
  ['cookie:sid', (user: number) => `Cookie: a=1; sid=s${user}; b=2\r\n`],
] as const) {
  test(`--sample-by ${sampleBy} keeps or leaves out all requests with one value`, () => {
    const passed = sample(sampleBy, users.map(write))
    for (const user of new Set(users)) {
      const own = passed.filter((_, index) => users[index] === user)
      assert.equal(new Set(own).size, 1)
    }
    assert.equal(new Set(passed).size, 2)
  })
}

for (const sampleBy of ['header:X-User', 'cookie:sid']) {
  test(`--sample-by ${sampleBy} goes by the connection of a request without it`, () => {
    const without = users.map(() => 'Cookie: sidx=1\r\n')
    assert.deepEqual(sample(sampleBy, without), sample('connection', without))
  })
}

for (const text of ['', 'header', 'header:', 'header:a b', 'cookie:a=b', 'user']) {
  test(`--sample-by '${text}' is refused`, () => {
    assert.throws(() => parseSampleBy(text), { code: 'bad-flag' })
  })
}
