import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countLateness, createTrialLog, latenessQuantile } from './trial-log.ts'

test('lateness is counted in steps, and told rounded up', () => {
  const log = createTrialLog(0, 1)
  assert.equal(latenessQuantile(log, 0.99), 0)
  for (let index = 0; index < 99; index++) countLateness(log, 100)
  countLateness(log, 4_900)
  assert.equal(latenessQuantile(log, 0.99), 250)
  assert.equal(latenessQuantile(log, 1), 5_000)
  countLateness(log, -5)
  countLateness(log, 1e9)
  assert.equal(latenessQuantile(log, 1), 100_000)
})
