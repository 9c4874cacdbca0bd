// `--console`: the run in a browser while it goes on. Loaded where the flag asks for it.
import { type ComparedParts, createConsoleRun } from '../app/console-run.ts'
import { chooseSeries, RunSeries } from '../app/run-series.ts'
import { defaultGateOptions } from '../compare/judge/gates.ts'
import { startConsoleServer } from '../console/io/console-server.ts'
import type { ConsoleRun } from '../model/console.ts'
import type { MetricsSnapshot } from '../model/metrics-snapshot.ts'
import type { RunInfo } from '../model/run-store.ts'
import type { Exposition } from '../report/io/prometheus.ts'
import { createCapacityReader } from './capacity-reports.ts'
import type { RunningComparison } from './comparison.ts'
import { readConsoleAddress } from './console-address.ts'
import { askTarget } from './console-ask.ts'
import { openConsolePages } from './console-pages.ts'
import { createReask, nameOf, summariseOpen } from './console-runs.ts'
import type { FlagValues } from './flags.ts'
import { realWorld } from './real-world.ts'
import { planRedaction } from './redaction.ts'
import { openRules, readToday, rulesIn } from './run-rules.ts'
import { say } from './say.ts'
import type { PlannedShaping } from './shaping.ts'
import { createTargetDial } from './target-dial.ts'

export interface LiveParts {
  readonly inputs: readonly string[]
  /** Null where nothing is compared. */
  readonly comparing: RunningComparison | null
  readonly read: () => MetricsSnapshot
  /** Of the metrics server, which need not listen. */
  readonly exposition: () => Promise<Exposition>
  readonly say: (text: string) => void
}

export interface PlannedConsole {
  /** Fails with an operator error where the address cannot be had; who asks waits for the run. */
  listen(): Promise<ListeningConsole>
}

export interface ListeningConsole {
  /** Says where it is. */
  open(parts: LiveParts): Promise<{ end(): Promise<void> }>
}

const beatMillis = 1_000

/** Reads the address and the pages, for which it may need rights that the run gives up. */
export function planConsole(
  flags: FlagValues,
  { comparison, redaction }: Pick<PlannedShaping, 'comparison' | 'redaction'>,
  version: string,
): PlannedConsole {
  const address = readConsoleAddress(flags.console!, flags['console-token'])
  const asset = openConsolePages()
  const targets = comparison?.addresses ?? {}
  const plan = { flags, version, targets, redactKey: redaction.key }
  return {
    listen: async () => {
      const opened = Promise.withResolvers<{
        readonly run: ConsoleRun
        readonly parts: LiveParts
      }>()
      const server = await startConsoleServer({
        ...address,
        runs: only(opened.promise.then(({ run }) => run)),
        asset,
        metrics: async () => {
          const { parts } = await opened.promise
          const { contentType, text } = await parts.exposition()
          return { type: contentType, text: await text() }
        },
        onBug: (error) => say(`rehearsal: console: ${(error as Error).stack}`),
      })
      return {
        open: async (parts) => {
          const series = new RunSeries()
          const timer = setInterval(() => series.push(parts.read()), beatMillis)
          opened.resolve({ run: await createLiveRun(plan, parts, series), parts })
          parts.say(`console: ${server.url}`)
          return {
            end: async () => {
              clearInterval(timer)
              await server[Symbol.asyncDispose]()
            },
          }
        },
      }
    },
  }
}

interface LivePlan {
  readonly flags: FlagValues
  readonly version: string
  readonly targets: RunInfo['targets']
  readonly redactKey: Uint8Array
}

async function createLiveRun(
  plan: LivePlan,
  { inputs, comparing, read, say }: LiveParts,
  measured: RunSeries,
): Promise<ConsoleRun> {
  const { flags, version, targets } = plan
  const folder = flags.compare
  const startedAt = realWorld.now()
  const info: RunInfo = { startedAt, endedAt: null, program: version, inputs, targets }
  const readCapacity = createCapacityReader(say)
  return createConsoleRun({
    id: folder === undefined ? 'run' : nameOf(folder).replace(/[^\w.-]+/g, '-'),
    name: folder === undefined ? inputs.join(', ') : nameOf(folder),
    info: async () => info,
    live: true,
    now: realWorld.now,
    ledger: async () => read().ledger,
    series: async (from) => {
      const compared = (await comparing?.live.series(from)) ?? []
      return chooseSeries(compared, measured.points(from))
    },
    compared: comparing === null ? null : await openCompared(plan, comparing),
    capacity: async () =>
      folder === undefined ? { views: [], unreadable: [] } : readCapacity(folder),
  })
}

function only(opened: Promise<ConsoleRun>) {
  return {
    list: async () => [await summariseOpen(await opened)],
    get: async (id: string) => {
      const run = await opened
      return id === run.id ? run : null
    },
  }
}

async function openCompared(
  { flags, targets, redactKey }: LivePlan,
  { live }: RunningComparison,
): Promise<ComparedParts> {
  const dial = createTargetDial(flags)
  return {
    reader: live,
    tally: live.tally,
    judging: async () => ({ gates: defaultGateOptions, lostShare: await live.lostShare() }),
    today: readToday,
    rules: await openRules(rulesIn(flags.compare!)),
    reask: createReask({
      targets,
      redact: planRedaction(flags, redactKey).stored ?? ((message) => message),
      sameKey: true,
      ask: (url, request) => askTarget(url, request, dial),
    }),
  }
}
