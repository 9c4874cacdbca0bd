import assert from 'node:assert/strict'
import { test } from 'node:test'
import { studentQuantile, studentSurvival } from './student.ts'

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual / expected - 1) < 2e-3, `${actual} is not ${expected}`)
}

test('beyond its quantile at 0.999 lies a chance of 0.001', () => {
  for (const degrees of [1, 2, 4, 9, 15, 30]) {
    near(studentSurvival(studentQuantile(degrees), degrees), 0.001)
  }
})

test('known chances come out', () => {
  assert.equal(studentSurvival(0, 7), 0.5)
  near(studentSurvival(1, 1), 0.25)
  near(studentSurvival(-1, 1), 0.75)
  near(studentSurvival(1.8125, 10), 0.05)
  near(studentSurvival(20, 4), 1.8445e-5)
})

test('with many degrees it is the normal one', () => {
  near(studentSurvival(1.96, 1e6), 0.025)
  assert.ok(Math.abs(studentQuantile(1e6) - 3.09) < 0.001)
})
