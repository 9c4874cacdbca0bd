import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LedgerSnapshot, OutputSnapshot } from '../../model/ledger-snapshot.ts'
import { lostShareOf } from './lost-share.ts'

function output(name: string, dropped: OutputSnapshot['dropped']): OutputSnapshot {
  return {
    output: name,
    accepted: 0,
    amplified: 0,
    delivered: 0,
    answered: 0,
    unanswered: {},
    dropped,
    pending: 0,
    statuses: {},
    latency: null,
    latencyFromDue: null,
    schedule: null,
    connections: 0,
    redirects: 0,
  }
}

test('what was lost at sources and at the targets counts, what was left out does not', () => {
  const ledger: LedgerSnapshot = {
    at: '',
    captured: 90,
    sources: [{ source: ':80', messages: 90, dropped: { gap: 10, filter: 1_000 } }],
    outputs: [
      output('http://c', { 'queue-full': 10, limit: 5 }),
      output('file', { 'write-failed': 80 }),
    ],
  }
  assert.equal(lostShareOf(ledger, new Set(['http://c'])), 0.2)
})

test('of nothing, nothing is lost', () => {
  assert.equal(lostShareOf({ at: '', captured: 0, sources: [], outputs: [] }, new Set()), 0)
})
