import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFinding } from '../../test/support/findings.ts'
import type { RunVerdict } from '../model/verdict.ts'
import { formatVerdictLine } from './verdict-line.ts'

const pass: RunVerdict = {
  verdict: 'pass',
  proves: '',
  exchanges: 100,
  gates: [{ name: 'traffic', outcome: 'pass', why: '' }],
  causes: [],
  findings: [],
  rules: [],
  noise: [],
  drift: { exchanges: 0, entities: [] },
}

test('a pass is a short line', () => {
  assert.equal(
    formatVerdictLine(pass, 'run/'),
    'verdict: pass, 100 exchanges compared; rehearsal verdict run/ says why',
  )
})

test('a failure names its gates, its first cause, and how many there are', () => {
  const cause = { title: 'GET /a status: 200 → 500', findings: ['a'], endpoints: 1, shown: 9 }
  const fail: RunVerdict = {
    ...pass,
    verdict: 'fail',
    gates: [...pass.gates, { name: 'differences', outcome: 'fail', why: '' }],
    causes: [cause, cause, cause],
    findings: [createFinding({ id: 'a', state: 'confirmed' })],
  }
  assert.equal(
    formatVerdictLine(fail, 'run'),
    'verdict: fail by differences, 100 exchanges compared; GET /a status: 200 → 500 ' +
      '(and 2 more); rehearsal verdict run says why',
  )
})
