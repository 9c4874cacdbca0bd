import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../base/seeded-random.ts'
import { logGamma, oddOneOut, pairedFailures, reasked, rejectEvidence } from './e-values.ts'

test('ln Γ is the logarithm of the factorial', () => {
  let factorial = 0
  for (let n = 1; n <= 170; n++) {
    assert.ok(Math.abs(logGamma(n) - factorial) < 1e-9 * Math.max(1, factorial), `Γ(${n})`)
    factorial += Math.log(n)
  }
})

/** The share of runs in which evidence ever reaches 20, looked at after every exchange. */
function alarms(share: number, evidence: (hits: number, misses: number) => number): number {
  const random = createRandom(7)
  const runs = 2_000
  let alarmed = 0
  for (let run = 0; run < runs; run++) {
    let hits = 0
    for (let step = 1; step <= 500; step++) {
      if (random() < share) hits += 1
      if (evidence(hits, step - hits) < Math.log(20)) continue
      alarmed += 1
      break
    }
  }
  return alarmed / runs
}

test('where nothing changed, evidence of 20 is rarer than one run in 20, however often one looks', () => {
  assert.ok(alarms(1 / 3, oddOneOut) < 0.05)
  assert.ok(alarms(1 / 2, pairedFailures) < 0.05)
})

test('where the candidate is the odd one half of the time, nearly every run shows it', () => {
  assert.ok(alarms(0.5, oddOneOut) > 0.95)
})

test('a few exchanges in which the candidate alone differs are enough', () => {
  assert.ok(oddOneOut(5, 0) > Math.log(20))
  assert.ok(oddOneOut(4, 0) < Math.log(20))
  assert.ok(pairedFailures(8, 0) > Math.log(20))
})

test('a baseline that differs as often is no evidence', () => {
  assert.equal(oddOneOut(0, 0), 0)
  assert.equal(oddOneOut(10, 20), 0)
  assert.equal(pairedFailures(3, 7), 0)
})

test('requests asked again speak for a change when both servers stand by their answers', () => {
  assert.ok(reasked(3, 0) > Math.log(100))
  assert.ok(reasked(1, 1) < Math.log(3))
})

test('what does not come back when asked again costs half of the evidence at most', () => {
  assert.ok(Math.abs(reasked(0, 50) - Math.log(1 / 2)) < 1e-9)
  assert.equal(reasked(0, 0), 0)
})

test('the bet on requests asked again is fair: its mean is 1 where chance alone decides', () => {
  for (const asked of [1, 2, 5]) {
    let mean = 0
    for (let confirmed = 0; confirmed <= asked; confirmed++) {
      const ways = Math.exp(
        logGamma(asked + 1) - logGamma(confirmed + 1) - logGamma(asked - confirmed + 1),
      )
      const chance = ways * 0.1 ** confirmed * 0.9 ** (asked - confirmed)
      mean += chance * Math.exp(reasked(confirmed, asked - confirmed))
    }
    assert.ok(Math.abs(mean - 1) < 1e-9, `${asked}: ${mean}`)
  }
})

test('what is rejected keeps false discoveries rare over many hypotheses', () => {
  const log = (values: readonly number[]) => values.map((value) => Math.log(value))
  assert.deepEqual(rejectEvidence(log([100, 1, 1, 1]), 0.05), [true, false, false, false])
  assert.deepEqual(rejectEvidence(log([50, 50, 50, 1]), 0.05), [true, true, true, false])
  assert.deepEqual(rejectEvidence(log([50, 1, 1, 1]), 0.05), [false, false, false, false])
  assert.deepEqual(rejectEvidence([], 0.05), [])
})
