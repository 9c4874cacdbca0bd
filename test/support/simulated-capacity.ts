// A report of `rehearsal capacity` as the program makes it, of two services of known capacity in
// virtual time: for tests of whatever reads such reports.
import { createSlotGenerator } from '../../sim/slot-generator.ts'
import { plainService, SlotService } from '../../sim/slot-service.ts'
import { SimWorld } from '../../sim/world.ts'
import { runCapacityReport } from '../../src/app/capacity-report.ts'
import { parseSlo } from '../../src/capacity/slo.ts'
import type { CapacityReport, GeneratorCeiling } from '../../src/model/capacity.ts'
import { createTraffic } from './capacity.ts'

/** The candidate bears 2 × of 50 requests a second, of which 3 × is expected; the baseline 4 ×. */
export async function simulateReport(
  ceiling: GeneratorCeiling = { rate: 30_000, reached: true },
): Promise<CapacityReport> {
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
      ...{ ceiling, lost: {} },
      candidate: open('candidate', 2),
      baseline: open('baseline', 4),
      expected: { text: '>=3x', level: 3 },
    }).then((report) => {
      found.report = report
    }),
  )
  return found.report!
}
