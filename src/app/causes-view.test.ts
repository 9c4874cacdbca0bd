import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSampleRun } from '../../test/support/sample-run.ts'
import { defaultJudgeOptions, judgeRun } from '../compare/judge/judge-run.ts'
import type { Finding } from '../model/verdict.ts'
import { asideMax, causesMax, findingsOfCauseMax, viewCauses } from './causes-view.ts'

const judged = judgeRun(createSampleRun().tally, { ...defaultJudgeOptions, today: '2026-01-31' })
const [sample] = judged.findings

function makeFindings(count: number, state: Finding['state']): readonly Finding[] {
  return Array.from({ length: count }, (_, index) => ({
    ...sample!,
    id: `${state} ${index}`,
    state,
  }))
}

test('a cause is shown with its findings, and what is accepted stands apart', () => {
  const view = viewCauses(judged)
  assert.deepEqual(
    view.causes.map(({ title }) => title),
    judged.causes.map(({ title }) => title),
  )
  assert.ok(view.causes.every((cause) => cause.findings.length > 0 && cause.more === 0))
  const findings = judged.findings.map((finding): Finding => ({ ...finding, state: 'accepted' }))
  const accepted = viewCauses({ ...judged, findings })
  assert.deepEqual([accepted.causes.length, accepted.accepted.total], [0, findings.length])
})

test('of thousands as many are shown as somebody reads, and the rest is counted', () => {
  const findings = makeFindings(5_000, 'confirmed')
  const whole = { ...judged.causes[0]!, findings: findings.map(({ id }) => id) }
  const causes = Array.from({ length: 300 }, () => whole)
  const aside = makeFindings(3_000, 'advice')
  const entity = { endpoint: 'GET /a', path: '$.a', exchanges: 1, samples: [] }
  const drift = { exchanges: 150, entities: Array.from({ length: 150 }, () => entity) }
  const view = viewCauses({ ...judged, drift, causes, findings: [...findings, ...aside] })
  assert.deepEqual([view.causes.length, view.more], [causesMax, 300 - causesMax])
  const [first] = view.causes
  assert.deepEqual(
    [first!.findings.length, first!.more],
    [findingsOfCauseMax, 5_000 - findingsOfCauseMax],
  )
  assert.deepEqual([view.drift.entities.length, view.moreDrift], [asideMax, 150 - asideMax])
  assert.deepEqual([view.advice.total, view.advice.findings.length], [3_000, asideMax])
})
