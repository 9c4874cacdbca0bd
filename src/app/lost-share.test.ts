import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ledger } from './ledger.ts'
import { lostShareOf } from './lost-share.ts'

test('what was lost against the will of the operator counts, and what a rule kept out does not', () => {
  const ledger = new Ledger()
  const source = ledger.openSource('raw :80')
  source.captured(90)
  source.dropped('gap', 6)
  source.dropped('kernel-packet', 4)
  source.dropped('limit', 1_000)
  assert.equal(lostShareOf(ledger.snapshot(0)), 0.1)
})

test('without a ledger, and without losses, nothing was lost', () => {
  assert.equal(lostShareOf(null), 0)
  assert.equal(lostShareOf(new Ledger().snapshot(0)), 0)
})
