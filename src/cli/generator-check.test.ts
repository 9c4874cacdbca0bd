import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTraffic } from '../../test/support/capacity.ts'
import { checkAgainstSink } from './generator-check.ts'

test('the threads that send are tried against a sink, which answers whatever is asked', async () => {
  const traffic = createTraffic({ count: 200, perSecond: 100, each: 5, writeEvery: 3 })
  const check = { traffic, flags: {}, lanes: 2, duration: 2_000_000, isGentle: true }
  const ceiling = await checkAgainstSink(check)
  assert.ok(ceiling !== null && ceiling.rate > 0)
})
