import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import { createLimiter, type Limit, parseLimited, type SampleBy } from './limit.ts'

function passed(limit: Limit, sampleBy: SampleBy, connections: number, requests: number): number[] {
  const limiter = createLimiter(limit, sampleBy)
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

test('a rate goes by the clock', () => {
  const limiter = createLimiter({ kind: 'rate', perSecond: 10 }, 'connection')
  const message = createRequest({})
  let copies = 0
  for (let now = 0; now < 10_000_000; now += 10_000) copies += limiter(message, now)
  assert.ok(copies >= 99 && copies <= 102, `${copies} in 10 s at 10/s`)
})
