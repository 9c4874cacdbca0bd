import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createChange,
  createComparison,
  createDrift,
  createNoise,
} from '../../../test/support/comparisons.ts'
import type { Attribution } from '../../model/comparison.ts'
import type { Rule } from '../../model/rule.ts'
import type { RunVerdict } from '../../model/verdict.ts'
import { defaultJudgeOptions, judgeRun } from './judge-run.ts'
import { RunTallyKeeper } from './run-tally-keeper.ts'

function judge(
  attributions: (index: number) => readonly Attribution[],
  rules: readonly Rule[] = [],
): RunVerdict {
  const keeper = new RunTallyKeeper()
  for (let index = 0; index < 200; index++) {
    const features = [`query.currency=${index % 10 === 0 ? 'JPY' : 'EUR'}`]
    const comparison = createComparison({
      at: index * 1e6,
      session: `s${index}`,
      attributions: attributions(index),
    })
    keeper.add(comparison, { target: `/orders/${index}`, features, isKept: true, orphan: false })
  }
  return judgeRun(keeper.tally(), { ...defaultJudgeOptions, rules, today: '2026-11-25' })
}

const noisy = (index: number) => [
  createDrift({ path: '$.price' }),
  ...(index % 3 === 0 ? [createNoise({ path: '$.views' })] : []),
]

test('a run with drift and noise alone passes, and tells what is out of step', () => {
  const verdict = judge(noisy)
  assert.equal(verdict.verdict, 'pass')
  assert.deepEqual(verdict.findings, [])
  assert.equal(verdict.drift.exchanges, 200)
  const [entity] = verdict.drift.entities
  assert.equal(entity?.path, '$.price')
  assert.equal(entity?.samples[0]?.production, '10')
  assert.equal(entity?.samples.length, 50)
})

test('a bug fails the run, and its cause says where it shows', () => {
  const verdict = judge((index) => [...noisy(index), ...(index % 10 === 0 ? [createChange()] : [])])
  assert.equal(verdict.verdict, 'fail')
  assert.deepEqual(
    verdict.gates.filter(({ outcome }) => outcome !== 'pass').map(({ name }) => name),
    ['differences'],
  )
  assert.equal(
    verdict.causes[0]?.title,
    'GET /orders/{id} $.total value: 10 → 11, only with query.currency=JPY',
  )
})

const rule: Rule = { action: 'accept', endpoint: '*', path: '$.total', reason: 'meant' }
const always = () => [createChange()]

test('an accepted change passes, and its rule is counted', () => {
  const verdict = judge(always, [rule])
  assert.equal(verdict.verdict, 'pass')
  assert.deepEqual(verdict.rules, [{ rule: 'accept * $.total', hits: 1, warning: null }])
  assert.equal(verdict.findings[0]?.state, 'accepted')
})

test('a rule that hides what is confirmed, is over, or matches nothing is pointed out', () => {
  const rules: readonly Rule[] = [
    { ...rule, until: '2026-11-24' },
    { ...rule, path: '$.nowhere' },
    { ...rule, kind: 'valu' },
    { ...rule, action: 'ignore' },
  ]
  assert.deepEqual(
    judge(always, rules).rules.map(({ warning }) => warning),
    [
      'ended on 2026-11-24',
      'matched nothing in this run',
      "there is no kind 'valu'",
      'hides 1 confirmed finding',
    ],
  )
})
