// `--console`: the run in a browser while it goes on. Loaded where the flag asks for it.
import { type ComparedParts, createConsoleRun } from '../app/console-run.ts'
import { RunSeries } from '../app/run-series.ts'
import { defaultGateOptions } from '../compare/judge/gates.ts'
import { startConsoleServer } from '../console/io/console-server.ts'
import type { ConsoleRun } from '../model/console.ts'
import type { MetricsSnapshot } from '../model/metrics-snapshot.ts'
import type { RunInfo } from '../model/run-store.ts'
import type { Exposition } from '../report/io/prometheus.ts'
import type { PlannedComparison, RunningComparison } from './comparison.ts'
import { readConsoleAddress } from './console-address.ts'
import { askTarget } from './console-ask.ts'
import { openConsolePages } from './console-pages.ts'
import { createReask, nameOf, readCapacity, summariseOpen } from './console-runs.ts'
import type { FlagValues } from './flags.ts'
import { realWorld } from './real-world.ts'
import { planRedaction } from './redaction.ts'
import { openRules, readToday, rulesIn } from './run-rules.ts'
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
  open(parts: LiveParts): Promise<{ end(): Promise<void> }>
}

const beatMillis = 1_000

/** Reads the address and the pages, for which it may need rights that the run gives up. */
export function planConsole(
  flags: FlagValues,
  comparison: PlannedComparison | null,
  version: string,
): PlannedConsole {
  const address = readConsoleAddress(flags.console!, flags['console-token'])
  const asset = openConsolePages()
  return {
    open: async ({ inputs, comparing, read, exposition, say }) => {
      const series = new RunSeries()
      const timer = setInterval(() => series.push(read()), beatMillis)
      const info: RunInfo = {
        startedAt: realWorld.now(),
        endedAt: null,
        program: version,
        inputs,
        targets: comparison?.addresses ?? {},
      }
      const compared = comparing === null ? null : await openCompared(flags, info, comparing)
      const run = createConsoleRun({
        id: flags.compare === undefined ? 'run' : nameOf(flags.compare).replace(/[^\w.-]+/g, '-'),
        name: flags.compare === undefined ? inputs.join(', ') : nameOf(flags.compare),
        info: async () => info,
        live: true,
        now: realWorld.now,
        ledger: async () => read().ledger,
        series: async (from) => {
          const compared = (await comparing?.live.series(from)) ?? []
          // Until there is a stretch of compared exchanges, what targets took is all that is known.
          return compared.length > 0 ? compared : series.points(from)
        },
        compared,
        capacity: async () => (flags.compare === undefined ? [] : readCapacity(flags.compare)),
      })
      const server = await startConsoleServer({
        ...address,
        runs: only(run),
        asset,
        metrics: async () => {
          const { contentType, text } = await exposition()
          return { type: contentType, text: await text() }
        },
        onBug: (error) => say(`rehearsal: console: ${(error as Error).stack}`),
      })
      say(`console: ${server.url}`)
      return {
        end: async () => {
          clearInterval(timer)
          await server[Symbol.asyncDispose]()
        },
      }
    },
  }
}

function only(run: ConsoleRun) {
  return {
    list: async () => [await summariseOpen(run)],
    get: async (id: string) => (id === run.id ? run : null),
  }
}

async function openCompared(
  flags: FlagValues,
  { targets }: RunInfo,
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
      redact: planRedaction(flags).stored ?? ((message) => message),
      ask: (url, request) => askTarget(url, request, dial),
    }),
  }
}
