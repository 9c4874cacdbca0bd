import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSlotGenerator } from '../../sim/slot-generator.ts'
import { plainService, SlotService } from '../../sim/slot-service.ts'
import { SimWorld } from '../../sim/world.ts'
import { createReport, createTraffic } from '../../test/support/capacity.ts'
import { parseSlo } from '../capacity/slo.ts'
import type { CapacityAnswer, CapacityReport } from '../model/capacity.ts'
import { exitCodeOf, runCapacityReport } from './capacity-report.ts'

test('candidate and baseline are measured one after the other, and make a ratio', async () => {
  const world = new SimWorld(1)
  const traffic = createTraffic({ count: 3_000, perSecond: 50, each: 3, writeEvery: 10 })
  const open = (name: string, slots: number) => {
    const service = new SlotService({ ...plainService, slots, serviceTime: 20_000 })
    return { name, generator: createSlotGenerator({ world, service }) }
  }
  const found: { report: CapacityReport | null } = { report: null }
  await world.run(
    runCapacityReport({
      ...{ world, traffic, slo: parseSlo('p99<300ms'), sloText: 'p99<300ms', levelMax: 20 },
      ...{ shortTrial: 5e6, longTrial: 10e6, longTrials: 1, timeMax: 600e6, precision: 0.05 },
      ...{ amplifyWrites: false, compress: false, correlates: false, trouble: () => null },
      ...{ stop: new AbortController().signal, onProgress: () => {} },
      candidate: open('candidate', 2),
      baseline: open('baseline', 4),
      expected: { text: '>=3x', level: 3 },
    }).then((report) => {
      found.report = report
    }),
  )
  const { candidate, baseline, ratio, expectation, normal } = found.report!
  assert.ok(candidate.answer.level < 2.1 && baseline!.answer.level > 3.6)
  assert.ok(ratio! > 0.45 && ratio! < 0.55)
  assert.deepEqual(
    [expectation, normal.writesAmplified, normal.shape],
    ['fails', false, 'superposed'],
  )
  assert.ok(Math.abs(normal.rate - 50) < 0.1 && Math.abs(normal.writes - 0.1) < 0.001)
  assert.equal(exitCodeOf(found.report!), 1)
})

const codes: readonly (readonly [
  Partial<CapacityAnswer>,
  CapacityReport['expectation'],
  number,
])[] = [
  [{}, null, 0],
  [{}, 'holds', 0],
  [{}, 'fails', 1],
  [{}, 'undecided', 3],
  [{ kind: 'at-least' }, null, 0],
  [{ kind: 'generator-bound' }, null, 3],
  [{ kind: 'generator-bound' }, 'holds', 0],
  [{ kind: 'none', level: 0 }, null, 1],
  [{ kind: 'none', level: 0, ended: 'interrupted' }, null, 3],
  [{ ended: 'time' }, null, 3],
]
for (const [parts, expectation, code] of codes) {
  test(`the exit code of ${JSON.stringify(parts)} is ${code} where it ${expectation}`, () => {
    const report = createReport({ answer: parts })
    assert.equal(exitCodeOf({ ...report, expectation }), code)
  })
}
