import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRunInfo } from '../../test/support/run-folders.ts'
import { createSampleReport } from '../../test/support/sample-report.ts'
import { createSampleRun } from '../../test/support/sample-run.ts'
import { defaultJudgeOptions, judgeRun } from '../compare/judge/judge-run.ts'
import { buildReport, neededExamples, viewSamples } from './run-report.ts'

const { tally, exchanges } = createSampleRun()
const verdict = judgeRun(tally, { ...defaultJudgeOptions, today: '2026-11-30' })
const report = buildReport({
  info: createRunInfo(),
  tally,
  verdict,
  lostShare: 0,
  series: [],
  examples: new Map(exchanges.map((exchange) => [exchange.exchange, exchange])),
})

test('a finding comes with its values, and with examples that are kept', () => {
  const finding = report.findings.find(({ endpoint }) => endpoint === 'GET /orders/{id}')
  assert.equal(finding?.pairs[0]?.to, '11.9')
  assert.deepEqual(
    finding?.samples.map(({ exchange, values }) => [exchange, values.candidate]),
    [['e0', '11.9']],
  )
  assert.match(finding?.samples[0]?.curl ?? '', /\/orders\/0\?currency=JPY' -H "cookie: \$COOKIE"$/)
  assert.ok(neededExamples(verdict).includes('e0'))
})

test('confirmed findings come first, and causes have the state of their gravest finding', () => {
  const states = report.findings.map(({ state }) => state)
  assert.deepEqual(
    states,
    [...states]
      .sort()
      .reverse()
      .sort((a) => (a === 'confirmed' ? -1 : 1)),
  )
  assert.deepEqual(
    report.causes.map(({ state }) => state),
    ['confirmed', 'confirmed', 'confirmed'],
  )
})

test('an endpoint has its labels, its latency and how much slower it is', () => {
  const cart = report.endpoints.find(({ endpoint }) => endpoint === 'POST /cart')
  assert.equal(cart?.exchanges, 150)
  assert.equal(cart?.confirmed, 1)
  assert.ok(cart?.ratio !== null && Math.abs(cart!.ratio!.ratio - 1.6) < 0.02)
  assert.ok(cart!.ratio!.low > 1.5 && cart!.ratio!.high < 1.7)
  assert.ok(cart!.latency.candidate!.p95 > cart!.latency.baseline!.p95)
  const users = report.endpoints.find(({ endpoint }) => endpoint === 'GET /users/{id}')
  assert.deepEqual([users?.drift, users?.changed], [150, 0])
})

test('the first sample of each finding is laid out, and no other exchange', () => {
  const { report, examples } = createSampleReport()
  const views = viewSamples(report, examples)
  const first = report.findings.flatMap(({ samples }) => samples[0]?.exchange ?? [])
  assert.deepEqual([...views.keys()].sort(), [...new Set(first)].sort())
  assert.ok([...views.values()].every(({ rows }) => rows.length > 0))
})
