import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog, createTraffic } from '../../test/support/capacity.ts'
import { planProbe, readCeiling } from './generator-probe.ts'

const traffic = createTraffic({ count: 300, perSecond: 100, each: 100 })
const options = { rate: 1_000, duration: 1_000_000, warmup: 500_000 }
const probe = planProbe(traffic, options)

test('a probe asks at even distances, over enough connections for a generator to be busy', () => {
  assert.equal(probe.count, 1_000)
  assert.deepEqual([...probe.offset.slice(0, 3)], [0, 1_000, 2_000])
  const connections = [...probe.request].map(
    (request, event) => `${traffic.connection[request]} ${probe.copy[event]}`,
  )
  assert.equal(new Set(connections.slice(0, 64)).size, 22)
  assert.ok(probe.request.every((request) => request < traffic.count))
  assert.ok(probe.looked.every((looked) => looked === 0))
})

const busyness: readonly (readonly [number, { rate: number; reached: boolean } | null])[] = [
  [1, { rate: 800, reached: true }],
  [0.8, { rate: 1_000, reached: true }],
  [0.2, { rate: 4_000, reached: false }],
  [0, null],
]
for (const [busy, ceiling] of busyness) {
  test(`1,000 answers a second from a thread that is busy for ${busy} make ${ceiling?.rate}`, () => {
    const log = createLog(probe, () => ({ latency: 0 }))
    log.vitals[0] = busy
    assert.deepEqual(readCeiling(probe, log, 1_000_000), ceiling)
  })
}

test('what was answered before or after the measured part counts for nothing, and nor do failures', () => {
  // Everything is answered 300 ms late, so that the last 300 were not by the end.
  const late = createLog(probe, (event) => ({
    latency: 300_000,
    state: event % 2 === 0 ? 200 : 1,
  }))
  late.vitals[0] = 0.8
  assert.deepEqual(readCeiling(probe, late, 1_000_000), { rate: 500, reached: true })
  const silent = createLog(probe, () => null)
  silent.vitals[0] = 0.8
  assert.equal(readCeiling(probe, silent, 1_000_000), null)
})
