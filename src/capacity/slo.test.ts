import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CapacityAnswer } from '../model/capacity.ts'
import { defaultSlo, judgeExpectation, limitOf, parseExpectation, parseSlo } from './slo.ts'

test('limits are read, and what is left out is the default', () => {
  const absolute = { kind: 'absolute', limit: 300_000 }
  assert.deepEqual(parseSlo('p99<300ms,errors<2%'), { p99: absolute, errors: 0.02 })
  assert.deepEqual(parseSlo('p99 < 0.3s'), { p99: absolute, errors: 0.01 })
  assert.deepEqual(parseSlo('errors<0.1%').p99, { kind: 'relative', times: 5 })
  assert.deepEqual(parseSlo(defaultSlo), { p99: { kind: 'relative', times: 5 }, errors: 0.01 })
})

for (const text of ['', 'p99', 'p99<3%', 'p95<3ms', 'errors<1ms', 'p99<0ms', 'errors<101%']) {
  test(`limits of '${text}' are refused`, () => {
    assert.throws(() => parseSlo(text), { code: 'bad-slo' })
  })
}

test('a relative limit is times what it is at 1 ×, and never below a hiccup', () => {
  const slo = parseSlo('p99<3x')
  assert.equal(limitOf(slo, null), Number.POSITIVE_INFINITY)
  assert.equal(limitOf(slo, 200_000), 600_000)
  assert.equal(limitOf(slo, 2_000), 100_000)
  assert.equal(limitOf(parseSlo('p99<20ms'), 2_000), 20_000)
})

test('an expectation is a level', () => {
  assert.deepEqual(
    ['>=2x', '>= 2.5x', '>3', '4x'.replace('4', '>=4')].map(parseExpectation),
    [2, 2.5, 3, 4],
  )
  for (const text of ['2x', '<=2x', '>=0.5x', '>=x']) {
    assert.throws(() => parseExpectation(text), { code: 'bad-expect' })
  }
})

const answer: CapacityAnswer = {
  kind: 'bears',
  level: 3.4,
  rate: 800,
  bracket: [3.4, 3.5],
  confirmedBy: { trials: 2, seconds: 40 },
  ended: null,
  endedWhy: null,
}

const expectations: readonly (readonly [Partial<CapacityAnswer>, number, string])[] = [
  [{}, 2, 'holds'],
  [{}, 3.4, 'holds'],
  [{}, 4, 'fails'],
  [{ ended: 'time', bracket: [3.4, 6] }, 4, 'undecided'],
  [{ ended: 'time', bracket: [3.4, 6] }, 8, 'fails'],
  [{ kind: 'at-least', bracket: [3.4, null] }, 4, 'undecided'],
  [{ kind: 'at-least', bracket: [3.4, null] }, 3, 'holds'],
  [{ kind: 'generator-bound' }, 4, 'undecided'],
  [{ kind: 'none', level: 0, bracket: [0, 1] }, 2, 'fails'],
  [{ kind: 'none', level: 0, bracket: [0, null], ended: 'interrupted' }, 2, 'undecided'],
]
for (const [parts, level, expected] of expectations) {
  test(`of ${JSON.stringify(parts)} it ${expected} that ${level} × is borne`, () => {
    assert.equal(judgeExpectation({ ...answer, ...parts }, level), expected)
  })
}
