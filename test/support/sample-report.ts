// The report of the sample run, for tests of what renders reports.
import { viewExchange } from '../../src/app/exchange-view.ts'
import { buildReport, neededExamples } from '../../src/app/run-report.ts'
import { defaultJudgeOptions, judgeRun } from '../../src/compare/judge/judge-run.ts'
import type { ExchangeView } from '../../src/model/console.ts'
import type { Rule } from '../../src/model/rule.ts'
import type { RunReport } from '../../src/model/run-report.ts'
import type { StoredExchange } from '../../src/model/run-store.ts'
import { createPoint, createRunInfo, runStart } from './run-folders.ts'
import { createSampleRun } from './sample-run.ts'

export interface SampleReport {
  readonly report: RunReport
  readonly examples: ReadonlyMap<string, StoredExchange>
  /** The same as the page shows them. */
  readonly views: ReadonlyMap<string, ExchangeView>
}

export function createSampleReport(rules: readonly Rule[] = []): SampleReport {
  const { tally, exchanges } = createSampleRun()
  const verdict = judgeRun(tally, { ...defaultJudgeOptions, rules, today: '2026-11-30' })
  const needed = new Set(neededExamples(verdict))
  const kept = exchanges.filter(({ exchange }) => needed.has(exchange))
  const examples = new Map(kept.map((exchange) => [exchange.exchange as string, exchange]))
  const series = Array.from({ length: 5 }, (_, index) =>
    createPoint({ at: runStart + index * 1_000_000, p95: 20_000 + index * 1_000 }),
  )
  const info = createRunInfo()
  const views = new Map([...examples].map(([id, stored]) => [id, viewExchange(stored, null)]))
  const report = buildReport({ info, tally, verdict, lostShare: 0, series, examples })
  return { report, examples, views }
}
