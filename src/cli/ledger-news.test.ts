import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ledger } from '../app/ledger.ts'
import { LedgerNews } from './ledger-news.ts'

const second = 1_000_000

test('a ledger is due when it is new, when a count has changed, and each ten seconds', () => {
  const [ledger, news] = [new Ledger(), new LedgerNews()]
  const account = ledger.openSource('--input-raw :80')
  const isDue = (now: number) => news.isDue(ledger.snapshot(now), now)
  assert.deepEqual(
    [0, 1, 2].map((at) => isDue(at * second)),
    [true, false, false],
  )
  account.captured(1)
  assert.deepEqual(
    [3, 4, 12, 13, 14].map((at) => isDue(at * second)),
    [true, false, false, true, false],
  )
})
