// A run read from its folder and judged: what every command about a run begins with.
import { existsSync } from 'node:fs'
import { buildReport, neededExamples } from '../app/run-report.ts'
import { defaultGateOptions, type GateOptions } from '../compare/judge/gates.ts'
import { judgeRun } from '../compare/judge/judge-run.ts'
import { OperatorError } from '../model/operator-error.ts'
import type { RunReport } from '../model/run-report.ts'
import type { StoredExchange } from '../model/run-store.ts'
import type { RunTally } from '../model/run-tally.ts'
import type { RunVerdict } from '../model/verdict.ts'
import { openRunReader } from '../store/io/run-reader.ts'
import { type CommandLine, type CommandOptions, textOf } from './command.ts'
import { openRules, readToday, rulesIn } from './run-rules.ts'
import { parseCount, parseDuration } from './units.ts'

/** Flags of every command that judges. */
export const judgeOptions: CommandOptions = {
  rules: { type: 'string' },
  'min-exchanges': { type: 'string' },
  'min-endpoint-exchanges': { type: 'string' },
  'important-share': { type: 'string' },
  latency: { type: 'string' },
  size: { type: 'string' },
  'max-lost': { type: 'string' },
  'max-orphans': { type: 'string' },
}

export const judgeHelp = `  --rules FILE                  instead of rules.yaml in the run's folder
  --min-exchanges N             fewer in all decide nothing (100)
  --min-endpoint-exchanges N    fewer at an endpoint that matters decide nothing (30)
  --important-share P%          an endpoint with this share of the traffic matters (5%)
  --latency 'P%,T'              slower by so much, in ratio and in time, is put up with (10%,5ms)
  --size P%                     answers larger or smaller by more fail (they are told of, no more)
  --max-lost P%                 of the traffic may be lost before it is compared (5%)
  --max-orphans P%              may belong to sessions that began before (20%)
`

export interface JudgedRun {
  readonly tally: RunTally
  readonly verdict: RunVerdict
  readonly report: RunReport
  readonly examples: ReadonlyMap<string, StoredExchange>
}

/** Fails with an operator error where there is no run, or not the file of rules that was named. */
export async function readJudgedRun(folder: string, line: CommandLine): Promise<JudgedRun> {
  const gates = readGates(line)
  refuseMissingRules(line)
  const rules = (await openRules(rulesPath(folder, line))).rules()
  await using reader = await openRunReader(folder)
  const [info, tally, lostShare] = [
    await reader.info(),
    await reader.tally(),
    await reader.lostShare(),
  ]
  const verdict = judgeRun(tally, { rules, today: readToday(), lostShare, gates })
  const kept = await reader.exchanges([...new Set(neededExamples(verdict))])
  const examples = new Map(kept.map((exchange) => [exchange.exchange as string, exchange]))
  const series = await reader.series()
  const report = buildReport({ info, tally, verdict, lostShare, series, examples })
  return { tally, verdict, report, examples }
}

export function rulesPath(folder: string, line: CommandLine): string {
  return textOf(line, 'rules') ?? rulesIn(folder)
}

/** Whoever named a file means one that there is. */
export function refuseMissingRules(line: CommandLine): void {
  const path = textOf(line, 'rules')
  if (path === undefined || existsSync(path)) return
  throw new OperatorError(
    'no-rules',
    `there is no ${path}`,
    `name a file of rules; rehearsal rules RUN accept … --rules ${path} makes it`,
  )
}

/** What a pass is held to, as the flags say. */
export function readGates(line: CommandLine): GateOptions {
  const count = (flag: string, usual: number) => {
    const text = textOf(line, flag)
    return text === undefined ? usual : parseCount(flag, text)
  }
  const share = (flag: string, usual: number) => {
    const text = textOf(line, flag)
    return text === undefined ? usual : parseShare(flag, text)
  }
  const usual = defaultGateOptions
  const latency = textOf(line, 'latency')
  const size = textOf(line, 'size')
  return {
    exchangesMin: count('min-exchanges', usual.exchangesMin),
    endpointExchangesMin: count('min-endpoint-exchanges', usual.endpointExchangesMin),
    importantShare: share('important-share', usual.importantShare),
    lostShareMax: share('max-lost', usual.lostShareMax),
    orphanShareMax: share('max-orphans', usual.orphanShareMax),
    latencyRatioMax: usual.latencyRatioMax,
    latencyMicrosMax: usual.latencyMicrosMax,
    sizeRatioMax: size === undefined ? usual.sizeRatioMax : 1 + parseShare('size', size, 10_000),
    ...(latency === undefined ? {} : parseLatency(latency)),
  }
}

/** `10%,5ms`: either part may be left out. */
function parseLatency(text: string): Partial<GateOptions> {
  const parts = text.split(',').map((part): Partial<GateOptions> => {
    if (part.endsWith('%')) return { latencyRatioMax: 1 + parseShare('latency', part, 1_000) }
    return { latencyMicrosMax: parseDuration('latency', part) }
  })
  return Object.assign({}, ...parts)
}

function parseShare(flag: string, text: string, percentMax = 100): number {
  const share = Number(/^(\d+(?:\.\d+)?)%$/.exec(text)?.[1])
  if (share >= 0 && share <= percentMax) return share / 100
  throw new OperatorError('bad-share', `--${flag} '${text}' is no share`, 'write 5% or 0.5%')
}
