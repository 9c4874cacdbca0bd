import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGateFinding } from './gate-finding.ts'

test('a finding of an endpoint as a whole is confirmed, and named by its kind', () => {
  const numbers = { shown: 3, evidence: 9, example: '× 2', why: 'slow' }
  const finding = createGateFinding({ endpoint: 'GET /a', exchanges: 40 }, 'latency', numbers)
  assert.equal(finding.id, 'GET /a latency latency')
  assert.deepEqual([finding.state, finding.shown, finding.exchanges], ['confirmed', 3, 40])
})
