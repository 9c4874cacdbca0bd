// Tells the operator how the run goes, on standard error: a live block on a terminal, plain lines
// elsewhere, JSON where that is asked for.
import type { MetricsSnapshot } from '../model/metrics-snapshot.ts'
import { OperatorError } from '../model/operator-error.ts'
import type { JsonLog } from '../report/io/json-log.ts'
import { columnsOf, openLiveBlock } from '../report/io/live-block.ts'
import { formatStatsLine, formatSummary } from '../report/ledger-text.ts'
import { formatStatusBlock } from '../report/status-block.ts'
import type { FlagValues } from './flags.ts'
import { say } from './say.ts'

export interface RunReporter {
  /** A line for the operator, but with `--quiet`. */
  say(text: string): void
  /** Shows how it goes, again and again, until it is ended. */
  start(read: () => MetricsSnapshot): { end(): void }
  /** What became of every message. */
  conclude(last: MetricsSnapshot): void
}

const second = 1_000
/** Lines that nobody asked for come less often. */
const unaskedSeconds = 10

/** Reads `--stats`, `--quiet` and `--log-format`. */
export async function createReporter(flags: FlagValues): Promise<RunReporter> {
  const log = flags['log-format'] === 'json' ? await loadJsonLog() : null
  if (flags.quiet === true) return createQuiet(flags)
  const every = flags.stats === true ? 1 : unaskedSeconds
  if (log !== null) return createJson(log, every)
  return flags.stats !== true && canRedraw(flags) ? createLive() : createPlain(every)
}

/** Few runs want it, and its library costs a start. */
async function loadJsonLog(): Promise<JsonLog> {
  const { openJsonLog } = await import('../report/io/json-log.ts')
  return openJsonLog(process.stderr)
}

/** Not where messages are printed to the same screen. */
function canRedraw(flags: FlagValues): boolean {
  const { stderr, stdout, env } = process
  const isShared = flags['output-stdout'] === true && stdout.isTTY
  return stderr.isTTY && !isShared && env.TERM !== 'dumb'
}

function createLive(): RunReporter {
  return {
    say,
    start: (read) => {
      const block = openLiveBlock(process.stderr)
      const stop = repeat(read, 1, (before, after) => {
        block.draw(formatStatusBlock(before, after, columnsOf(process.stderr)))
      })
      return {
        end: () => {
          stop()
          block.end()
        },
      }
    },
    conclude: ({ ledger }) => say(formatSummary(ledger)),
  }
}

function createPlain(every: number): RunReporter {
  return {
    say,
    start: (read) => {
      const stop = repeat(read, every, (before, after) =>
        say(formatStatsLine(before.ledger, after.ledger)),
      )
      return { end: stop }
    },
    conclude: ({ ledger }) => say(formatSummary(ledger)),
  }
}

function createJson(log: JsonLog, every: number): RunReporter {
  const facts = ({ ledger, comparison }: MetricsSnapshot) => {
    return comparison === null ? { ledger } : { ledger, comparison }
  }
  return {
    say,
    start: (read) => {
      const stop = repeat(read, every, (before, after) =>
        log.info(facts(after), formatStatsLine(before.ledger, after.ledger)),
      )
      return { end: stop }
    },
    conclude: (last) => log.info(facts(last), 'the run is over'),
  }
}

function createQuiet(flags: FlagValues): RunReporter {
  if (flags.stats === true) {
    throw new OperatorError('bad-flag', '--quiet and --stats contradict', 'leave one of them out')
  }
  return { say: () => {}, start: () => ({ end: () => {} }), conclude: () => {} }
}

/** Hands over what is before and behind each stretch of that many seconds. */
function repeat(
  read: () => MetricsSnapshot,
  seconds: number,
  tell: (before: MetricsSnapshot, after: MetricsSnapshot) => void,
): () => void {
  let before = read()
  const timer = setInterval(() => {
    const after = read()
    tell(before, after)
    before = after
  }, seconds * second)
  return () => clearInterval(timer)
}
