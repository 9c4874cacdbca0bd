// What `rehearsal capacity --report` wrote, as far as the console shows it.
import type { CapacityReport, TargetCapacity } from '../model/capacity.ts'
import type { StressTarget, StressView } from '../model/console.ts'
import { findReportFault } from '../report/capacity-schema.ts'

/** Null where it is no report of a capacity. */
export function readStress(parsed: unknown): StressView | null {
  if (findReportFault(parsed) !== null) return null
  const report = parsed as CapacityReport
  const { candidate, baseline } = report
  return {
    startedAt: report.startedAt,
    slo: report.slo,
    normalRate: report.normal.rate,
    generator: report.generator ?? null,
    lost: report.normal.lost ?? {},
    ratio: report.ratio,
    expected: report.expected,
    expectation: report.expectation,
    targets: [
      viewTarget('candidate', candidate),
      ...(baseline === null ? [] : [viewTarget('baseline', baseline)]),
    ],
  }
}

function viewTarget(role: StressTarget['role'], capacity: TargetCapacity): StressTarget {
  const { target, answer, gaveWay, recovery, limits } = capacity
  return {
    ...{ role, target, answer, gaveWay, recovery },
    p99Max: limits.p99,
    trials: capacity.trials.map((trial) => ({
      kind: trial.kind,
      level: trial.level,
      rate: trial.rate,
      throughput: trial.throughput,
      errors: trial.errors,
      offered: trial.offered,
      p50: trial.fromDue.p50,
      p99: trial.fromDue.p99,
      verdict: trial.verdict,
      reasons: trial.reasons,
    })),
  }
}
