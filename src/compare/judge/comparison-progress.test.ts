import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createChange, createComparison } from '../../../test/support/comparisons.ts'
import { progressOf } from './comparison-progress.ts'
import { defaultJudgeOptions, judgeRun } from './judge-run.ts'
import { RunTallyKeeper } from './run-tally-keeper.ts'

test('labels are summed over all endpoints, and findings counted by state', () => {
  const keeper = new RunTallyKeeper()
  for (let index = 0; index < 200; index++) {
    const isWrong = index % 4 === 0
    const comparison = createComparison({
      endpoint: index % 2 === 0 ? 'GET /orders/{id}' : 'GET /items/{id}',
      at: index * 1e6,
      session: `s${index}`,
      ...(isWrong ? { label: 'changed' as const } : {}),
      attributions: isWrong ? [createChange()] : [],
    })
    keeper.add(comparison, { target: `/${index}`, features: [], isKept: true, orphan: false })
  }
  const tally = keeper.tally()
  const progress = progressOf(
    tally,
    judgeRun(tally, { ...defaultJudgeOptions, today: '2026-11-25' }),
  )
  assert.deepEqual(progress.exchanges, tally.modes)
  assert.deepEqual({ ...progress.labels }, { same: 150, changed: 50 })
  assert.deepEqual({ ...progress.findings }, { confirmed: 1 })
  assert.equal(progress.verdict, 'fail')
})
