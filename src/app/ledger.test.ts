import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ledger } from './ledger.ts'

test('captured is the sum over the sources, and each output knows what still pends', () => {
  const ledger = new Ledger()
  const sources = [ledger.openSource('a'), ledger.openSource('b')]
  const output = ledger.openOutput('http://t')
  sources[0]!.captured(7)
  sources[1]!.captured(3)
  output.amplified(2)
  output.delivered(5)
  output.dropped('queue-full', 4)
  const snapshot = ledger.snapshot(1_700_000_000_000_000)
  assert.equal(snapshot.at, '2023-11-14T22:13:20.000Z')
  assert.equal(snapshot.captured, 10)
  assert.equal(snapshot.outputs[0]!.pending, 3)
  ledger.openOutput('http://u').dropped('limit', 1)
  assert.equal(ledger.pending(), 9)
})

test('reasons add up and are sorted by name', () => {
  const ledger = new Ledger()
  const source = ledger.openSource('a')
  source.dropped('marked', 1)
  source.dropped('gap', 2)
  source.dropped('marked', 3)
  source.dropped('limit', 0)
  const { dropped } = ledger.snapshot(0).sources[0]!
  assert.deepEqual(Object.entries(dropped), [
    ['gap', 2],
    ['marked', 4],
  ])
})

test('answers are counted by status, with the latency within one percent', () => {
  const ledger = new Ledger()
  const output = ledger.openOutput('t')
  assert.equal(ledger.snapshot(0).outputs[0]!.latency, null)
  for (let index = 1; index <= 1_000; index++) {
    output.answered(index <= 990 ? 200 : 503, index * 100, null)
  }
  const { answered, statuses, latency } = ledger.snapshot(0).outputs[0]!
  assert.equal(answered, 1_000)
  assert.deepEqual(statuses, { 200: 990, 503: 10 })
  assert.ok(Math.abs(latency!.p50 - 50_000) <= 600, `${latency!.p50}`)
  assert.ok(Math.abs(latency!.p99 - 99_000) <= 1_100, `${latency!.p99}`)
  assert.equal(latency!.max, 100_000)
})

test('lateness is told beside latency, from sending and from when it was due', () => {
  const ledger = new Ledger()
  const output = ledger.openOutput('t')
  const { schedule, latencyFromDue } = ledger.snapshot(0).outputs[0]!
  assert.deepEqual([schedule, latencyFromDue], [null, null])
  output.scheduled(0, 0)
  output.scheduled(90_000, 0)
  output.answered(200, 10_000, 100_000)
  output.connected()
  output.redirected()
  const after = ledger.snapshot(0).outputs[0]!
  assert.equal(after.schedule!.max, 90_000)
  assert.equal(after.latency!.max, 10_000)
  assert.equal(after.latencyFromDue!.max, 100_000)
  assert.deepEqual([after.connections, after.redirects], [1, 1])
})
