// A run's folder as `--compare` leaves it: shops are asked, their answers compared, counted and
// kept, in virtual time. For tests of whatever shows a run.
import { createRun, toJoined } from '../../bench/support/shop-judge.ts'
import type { BugName } from '../../shop/bugs.ts'
import { createCast } from '../../shop/cast.ts'
import { Ledger } from '../../src/app/ledger.ts'
import { SessionFinder } from '../../src/compare/join/session-finder.ts'
import { defaultJudgeOptions, judgeRun } from '../../src/compare/judge/judge-run.ts'
import type { ComparedExchange } from '../../src/compare/run/comparison-run.ts'
import { SeriesCounter } from '../../src/compare/run/series-counter.ts'
import type { ByRole, Role, RoleAnswer } from '../../src/model/comparison.ts'
import type { LedgerSnapshot } from '../../src/model/ledger-snapshot.ts'
import type { RunWriter, StoredAnswer } from '../../src/model/run-store.ts'
import { openRunWriter } from '../../src/store/io/run-writer.ts'
import { createRunInfo } from './run-folders.ts'
import { createSampleRun } from './sample-run.ts'

export interface ShopRunOptions {
  readonly bugs: ReadonlySet<BugName>
  readonly requests: number
  readonly seed?: number
  /** Where baseline and candidate can be asked again. */
  readonly targets?: ByRole<string>
}

const usualTargets = { baseline: 'http://10.0.3.11:8080', candidate: 'http://10.0.3.12:8080' }

/** Writes the run and closes it. */
export async function writeShopRun(folder: string, options: ShopRunOptions): Promise<void> {
  const { bugs, requests, seed = 7, targets = usualTargets } = options
  const run = createRun(seed)
  const series = new SeriesCounter()
  const sessions = new SessionFinder()
  const cast = createCast({ seed, bugs, requests })
  const startedAt = Date.now() * 1_000 - 300_000_000
  const info = {
    startedAt,
    endedAt: null,
    program: '0.1.0',
    inputs: ['--input-raw :80'],
    targets: { production: ':80', ...targets },
  }
  const writer = await openRunWriter(folder, info, { onTrouble: () => {} })
  const settle = (compared: readonly ComparedExchange[]) => {
    for (const one of compared) {
      for (const point of series.add(one.comparison)) writer.putSeries(point)
      keep(writer, one)
    }
  }
  for (const shop of cast.play()) settle(run.push(toJoined(shop, sessions, 'baseline-twice')))
  settle(run.finish())
  for (const point of series.finish()) writer.putSeries(point)
  writer.putEndpoints(run.tally.summary(), run.tally.takeChanged())
  const tally = run.tally.tally()
  writer.putLedger(createLedger(requests, targets, tally.lastAt ?? startedAt), 0)
  writer.putVerdict(judgeRun(tally, { ...defaultJudgeOptions, today: '2025-03-10' }))
  await writer.close()
}

function keep(writer: RunWriter, { exchange, comparison, keep: kept }: ComparedExchange): void {
  if (kept === null) return
  const { endpoint, at, label, weight } = comparison
  const answers = Object.entries(exchange.answers).map(([role, answer]) => [role, store(answer)])
  writer.putExchange({
    ...kept,
    ...{ exchange: comparison.exchange, endpoint, at, label, weight, comparison },
    request: exchange.request.payload,
    answers: Object.fromEntries(answers) as Readonly<Partial<Record<Role, StoredAnswer>>>,
  })
}

function store(answer: RoleAnswer): StoredAnswer {
  if (answer.kind === 'failed') return { bytes: null, failure: answer.reason, latency: 0 }
  const { payload, duration } = answer.response
  return { bytes: payload, failure: null, latency: duration }
}

/** As if a little had been lost on the way, so that there is something to see. */
export function createLedger(
  captured: number,
  targets: ByRole<string>,
  at: number,
): LedgerSnapshot {
  const ledger = new Ledger()
  const source = ledger.openSource('--input-raw :80')
  source.captured(captured)
  source.dropped('gap', Math.ceil(captured / 400))
  source.dropped('kernel-packet', 12)
  for (const role of ['candidate', 'baseline'] as const) {
    const output = ledger.openOutput(targets[role] ?? role)
    const lost = role === 'candidate' ? Math.ceil(captured / 60) : 0
    const late = role === 'candidate' ? Math.ceil(captured / 150) : 0
    output.accepted(captured)
    output.delivered(captured - lost)
    if (lost > 0) output.dropped('queue-full', lost)
    if (late > 0) output.unanswered('timeout', late)
    for (let index = 0; index < captured - lost - late; index++) {
      output.answered(200, 8_000 + (index % 97) * 300, null)
    }
  }
  return ledger.snapshot(at)
}

/** A run of so many endpoints; answers the id of an exchange whose answers hold markup. */
export async function writeManyEndpoints(folder: string, count: number): Promise<string> {
  const { tally, exchanges } = createSampleRun()
  const { endpoints, ...summary } = tally
  await using writer = await openRunWriter(folder, createRunInfo(), { onTrouble: () => {} })
  const many = Array.from({ length: count }, (_, index) => ({
    ...endpoints[index % endpoints.length]!,
    endpoint: `GET /service-${String(index).padStart(4, '0')}/orders`,
  }))
  writer.putEndpoints({ ...summary, exchanges: count * 150 }, many)
  for (const exchange of exchanges) writer.putExchange(exchange)
  return exchanges[0]!.exchange
}
