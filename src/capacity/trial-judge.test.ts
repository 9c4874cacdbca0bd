import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BreakReason } from '../model/capacity.ts'
import { fitGrowth, isGeneratorBound, judgeTrial, type TrialNumbers } from './trial-judge.ts'

const limits = { p99: 300_000, errors: 0.01, completedMin: 0.97, differing: 0.05 }

const well: TrialNumbers = {
  ...{ offered: 1_000, answered: 1_000, errors: 0, p99: 40_000, differing: 0.05, seconds: 8 },
  backlog: Array.from({ length: 40 }, (_, index) => index % 3),
  generator: { lateP99: 400, loopLagP99: 300, busy: 0.2, exhausted: 0 },
  ended: null,
}

test('a trial within all limits holds, and clearly where it is far from them', () => {
  assert.deepEqual(judgeTrial(well, limits), { verdict: 'holds', reasons: [], clear: true })
  assert.equal(judgeTrial({ ...well, p99: 200_000 }, limits).clear, false)
})

const growing = Array.from({ length: 40 }, (_, index) => index + (index % 2))

const broken: readonly (readonly [Partial<TrialNumbers>, readonly BreakReason[], boolean])[] = [
  [{ p99: 301_000 }, ['p99'], false],
  [{ p99: 1_000_000 }, ['p99'], true],
  [{ errors: 11 }, ['errors'], false],
  [{ errors: 100 }, ['errors'], true],
  [{ answered: 969 }, ['completed'], false],
  [{ answered: 700 }, ['completed'], true],
  [{ backlog: growing }, ['backlog'], false],
  [{ differing: 0.2 }, ['differences'], false],
  [{ ended: 'refused', answered: 0, errors: 1_000 }, ['refused', 'errors'], true],
  [{ ended: 'hard-errors', errors: 300 }, ['hard-errors', 'errors'], true],
]
for (const [parts, reasons, clear] of broken) {
  test(`${JSON.stringify(parts).slice(0, 50)} breaks it by ${reasons.join(' and ')}`, () => {
    assert.deepEqual(judgeTrial({ ...well, ...parts }, limits), {
      verdict: 'breaks',
      reasons,
      clear,
    })
  })
}

test('what differs by chance alone, or a little, is no break', () => {
  assert.equal(judgeTrial({ ...well, differing: 0.07 }, limits).verdict, 'holds')
  assert.equal(judgeTrial({ ...well, answered: 970, differing: 0.08 }, limits).verdict, 'holds')
  assert.equal(
    judgeTrial({ ...well, differing: 0.9 }, { ...limits, differing: null }).verdict,
    'holds',
  )
})

const limited = [{ lateP99: 16_000 }, { loopLagP99: 16_000 }, { busy: 0.9 }, { exhausted: 1 }]
for (const parts of limited) {
  test(`a break is put down to the generator where it shows ${JSON.stringify(parts)}`, () => {
    const generator = { ...well.generator, ...parts }
    assert.ok(isGeneratorBound(generator, limits.p99))
    assert.equal(judgeTrial({ ...well, p99: 301_000, generator }, limits).verdict, 'limited')
    assert.equal(judgeTrial({ ...well, generator }, limits).verdict, 'holds')
    const refused: TrialNumbers = { ...well, generator, ended: 'refused' }
    assert.equal(judgeTrial(refused, limits).verdict, 'breaks')
  })
}

test('growth is that of the least-squares line, with its t-value', () => {
  const { growth, t } = fitGrowth(growing)
  assert.ok(Math.abs(growth - 39) < 0.2 && t > 50)
  assert.ok(Math.abs(fitGrowth(well.backlog).t) < 2)
  assert.deepEqual(fitGrowth([1, 2]), { growth: 0, t: 0 })
  assert.deepEqual(fitGrowth([4, 4, 4, 4]), { growth: 0, t: 0 })
})

test('a backlog that ends higher by chance is no growing one', () => {
  const busy = Array.from({ length: 40 }, (_, index) => 10 + index * 0.4 + (index % 3))
  assert.ok(fitGrowth(busy).t > 4)
  assert.equal(
    judgeTrial({ ...well, offered: 500, answered: 500, backlog: busy }, limits).verdict,
    'holds',
  )
  const overloaded = busy.map((waiting, index) => waiting + index * 2)
  const judged = judgeTrial({ ...well, offered: 500, answered: 500, backlog: overloaded }, limits)
  assert.deepEqual(judged.reasons, ['backlog'])
})

test('being late by 5 ms matters only where requests may not take long', () => {
  const late = { ...well.generator, lateP99: 6_000 }
  assert.equal(isGeneratorBound(late, 50_000), true)
  assert.equal(isGeneratorBound(late, 300_000), false)
  assert.equal(isGeneratorBound(late, Number.POSITIVE_INFINITY), true)
})
