// `rehearsal`: reads the command line, opens what it names, runs the copy and prints what became of
// every message.
import { type CopyInput, type CopyOutput, copy } from '../app/copy.ts'
import { Ledger } from '../app/ledger.ts'
import { RunMeter } from '../app/run-meter.ts'
import type { LedgerSnapshot } from '../model/ledger-snapshot.ts'
import type { Micros } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import { writeLedgerFile } from '../report/io/ledger-file.ts'
import { formatVerdictLine } from '../report/verdict-line.ts'
import { parseSampleBy } from '../shape/limit.ts'
import { readTelling } from './command-telling.ts'
import { commands } from './commands.ts'
import type { PlannedConsole } from './console.ts'
import { startExitTimer } from './exit-timer.ts'
import { isZero } from './flag-values.ts'
import { explainFlags, type FlagValues, formatFlags, parseFlags } from './flags.ts'
import { describeFiles, planInputs } from './inputs.ts'
import { LedgerNews } from './ledger-news.ts'
import { readReplayDelay } from './live-pace.ts'
import { refuseLoops } from './loop-guard.ts'
import { type PlannedMetrics, planMetrics } from './metrics.ts'
import { planOutputs } from './outputs.ts'
import type { PlannedInput } from './planned-input.ts'
import type { PlannedOutput } from './planned-output.ts'
import { giveWay, parseNiceness } from './priority.ts'
import { dropPrivileges } from './privileges.ts'
import { startProfiles } from './profiles.ts'
import { realWorld } from './real-world.ts'
import { createReporter, type RunReporter } from './run-reporter.ts'
import { say } from './say.ts'
import { type PlannedShaping, planShaping } from './shaping.ts'
import { readLongestFate } from './target-outputs.ts'
import { parseDuration } from './units.ts'

const drainTime = 5_000_000

/** A command of its own, which reads its own words, or the run. Gives the exit code. */
async function start(args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args
  const load = name === 'convert' ? loadConvert : commands.get(name)
  if (load === undefined) {
    await main(args)
    return 0
  }
  const { words, open } = readTelling(rest)
  const command = await load()
  await open()
  return await command(words)
}

async function loadConvert() {
  const { runConvert } = await import('./convert.ts')
  return async (words: readonly string[]) => {
    await runConvert(words, await readVersion())
    return 0
  }
}

async function main(args: readonly string[]): Promise<void> {
  const flags = parseFlags(args)
  if (flags.help === true || args.length === 0) return void process.stdout.write(help)
  if (flags.version === true) return void process.stdout.write(`${await readVersion()}\n`)
  const reporter = await createReporter(flags)
  for (const line of explainFlags(flags)) reporter.say(line)
  const sampleBy = parseSampleBy(flags['sample-by'] ?? 'connection')
  const shaping = await planShaping(flags)
  if (flags['input-file-dry-run'] === true) {
    return void process.stdout.write(await describeFiles(flags, sampleBy))
  }
  const outputs = await planOutputs(flags, sampleBy, shaping)
  const inputs = await planInputs(flags, sampleBy)
  check(flags, inputs, outputs)
  const metrics = planMetrics(flags, await readVersionNumber())
  const console = await planConsole(flags, shaping)
  await run({ flags, inputs, outputs, shaping, metrics, console, reporter })
  // What a script has left open, as a timer, does not keep the run from ending.
  if (flags.script !== undefined) process.exit()
}

interface PlannedRun {
  readonly flags: FlagValues
  readonly inputs: readonly PlannedInput[]
  readonly outputs: readonly PlannedOutput[]
  readonly shaping: PlannedShaping
  readonly metrics: PlannedMetrics
  readonly console: PlannedConsole | null
  readonly reporter: RunReporter
}

async function run(planned: PlannedRun): Promise<void> {
  const { flags, shaping, reporter } = planned
  const { say } = reporter
  const ledger = new Ledger()
  const targets = shaping.comparison?.targets ?? []
  const roles = new Map(targets.map(({ name, role }) => [name, role]))
  const meter = new RunMeter({ ledger, world: realWorld, roles })
  const stop = new AbortController()
  const duration = readExitAfter(flags)
  const niceness = parseNiceness(flags.nice)
  // Threads that start later inherit it.
  if (flags['input-raw'] !== undefined) giveWay(niceness)
  // Addresses that cannot be had end the run before anything of it has begun.
  const metrics = await planned.metrics.open(() => meter.snapshot(), say)
  const listening = await planned.console?.listen()
  const outputs = planned.outputs.map((output) => output.make(ledger))
  const inputs = await openInputs(planned.inputs, ledger, meter, outputs)
  meter.open(outputs.map(({ output }) => output))
  const user = dropPrivileges({
    user: flags.user ?? null,
    keepRoot: flags['keep-root'] ?? false,
  })
  for (const output of planned.outputs) await output.prepare?.()
  const correlating = await shaping.correlation?.start()
  // Who sees the ledger may end the run.
  stopOnSignals(stop, say)
  if (flags.ledger !== undefined)
    await writeLedgerFile(flags.ledger, ledger.snapshot(realWorld.now()))
  const endProfiles = await startProfiles(flags)
  const endTimer = duration === null ? null : startExitTimer(duration, () => stop.abort())
  const comparing = await shaping.comparison?.open(
    outputs,
    inputs.map(({ name }) => name),
  )
  const asUser = user === null ? '' : ` as user ${user}`
  say(`running${asUser}: ${inputs.map(describeInput).join(', ')}`)
  if (comparing !== undefined) meter.compare(comparing.progress)
  const console = await listening?.open({
    inputs: inputs.map(({ name }) => name),
    comparing: comparing ?? null,
    read: () => meter.snapshot(),
    exposition: metrics.exposition,
    say,
  })
  const writing = keepLedgerEachSecond(flags.ledger, ledger, comparing?.ledger ?? null)
  const reporting = reporter.start(() => meter.snapshot())
  const split = flags['split-output'] ?? false
  const shaped = shaping.open(
    ledger,
    outputs.map(({ output }) => output.name),
  )
  let refused = false
  try {
    const world = realWorld
    const delay = readReplayDelay(flags) ?? 0
    const drainMax = drainTime + delay
    const settleMax = Math.max(drainTime, readLongestFate(flags)) + delay
    const observers = comparing === undefined ? [meter] : [meter, comparing.observer]
    const parts = { ...shaped.parts, observers, split, stop: stop.signal, drainMax, settleMax }
    await copy({ world, inputs, outputs, ...parts })
  } catch (error) {
    refused = error instanceof OperatorError
    throw error
  } finally {
    shaped.finish()
    endTimer?.()
    reporting.end()
    await writing.end()
    await console?.end()
    const last = meter.snapshot()
    // Of a run that did nothing there is only to say why.
    if (!refused || last.ledger.captured > 0) reporter.conclude(last)
    const verdict = await comparing?.end(last.ledger)
    if (verdict) say(formatVerdictLine(verdict, flags.compare!))
    await metrics.end()
    for (const line of (await correlating?.end()) ?? []) say(line)
    // Behind all that does not depend on it that there is room for a file.
    if (flags.ledger !== undefined) await writeLedgerFile(flags.ledger, last.ledger)
    await endProfiles()
  }
}

function describeInput({ name, port }: CopyInput): string {
  return port === undefined ? name : `${name} (port ${port})`
}

/** Null: it ends by itself, or when it is told to. */
function readExitAfter(flags: FlagValues): Micros | null {
  const text = flags['exit-after']
  return text === undefined || isZero(text) ? null : parseDuration('exit-after', text)
}

/** Loaded where it is asked for; null where it is not. */
async function planConsole(
  flags: FlagValues,
  shaping: PlannedShaping,
): Promise<PlannedConsole | null> {
  if (flags.console === undefined) return null
  const live = await import('./console.ts')
  return live.planConsole(flags, shaping, await readVersionNumber())
}

/** Those that are live are watched for how fresh what they give is. */
function openInputs(
  planned: readonly PlannedInput[],
  ledger: Ledger,
  meter: RunMeter,
  outputs: readonly CopyOutput[],
): Promise<readonly CopyInput[]> {
  return Promise.all(
    planned.map(async ({ open, isLive = false }) => {
      const input = await open(ledger, outputs)
      const { name, messages } = input
      return isLive ? { ...input, messages: meter.watch(name, messages) } : input
    }),
  )
}

/** Replaces the file of `--ledger` where there is news, and tells `keep`, until it is ended. */
function keepLedgerEachSecond(
  path: string | undefined,
  ledger: Ledger,
  keep: ((snapshot: LedgerSnapshot) => void) | null,
): { end(): Promise<void> } {
  let writing: Promise<void> = Promise.resolve()
  let complained = false
  if (path === undefined && keep === null) return { end: () => writing }
  const complain = (error: unknown) => {
    if (!complained) say(describe(error))
    complained = true
  }
  const news = new LedgerNews()
  const timer = setInterval(() => {
    const now = realWorld.now()
    const snapshot = ledger.snapshot(now)
    keep?.(snapshot)
    if (path === undefined || !news.isDue(snapshot, now)) return
    writing = writing.then(() => writeLedgerFile(path, snapshot)).catch(complain)
  }, 1_000)
  return {
    end: () => {
      clearInterval(timer)
      return writing
    },
  }
}

function stopOnSignals(stop: AbortController, say: (text: string) => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(130)
      say(`${signal}: finishing what is under way (once more: end at once)`)
      stop.abort()
    })
  }
}

function check(
  flags: FlagValues,
  inputs: readonly PlannedInput[],
  outputs: readonly PlannedOutput[],
): void {
  if (inputs.length === 0) {
    throw new OperatorError('no-input', 'there is no input', 'add one, such as --input-raw :80')
  }
  if (outputs.length === 0) {
    throw new OperatorError(
      'no-output',
      'there is no output',
      'add one, such as --output-http http://staging or --output-stdout',
    )
  }
  if (flags['allow-loop'] === true) return
  refuseLoops(
    inputs.flatMap((input) => input.guarded),
    outputs.flatMap((output) => output.guarded),
  )
}

async function readVersion(): Promise<string> {
  return `rehearsal ${await readVersionNumber()} (Node ${process.versions.node})`
}

async function readVersionNumber(): Promise<string> {
  const { default: manifest } = await import('../../package.json', { with: { type: 'json' } })
  return manifest.version
}

const help = `rehearsal: copies live requests to a release that is to be tried, and counts every one

  sudo rehearsal --input-raw :80 --output-http http://staging      both halves in one process
  sudo rehearsal --input-raw :80 --output-tcp preview:28020        on the production host
  rehearsal --input-tcp :28020 --output-http http://127.0.0.1:5000 on the preview host
  rehearsal convert session.har -o session.gor                     recordings into one another
  rehearsal capacity --help                                        how much a release bears

  rehearsal verdict run/     whether the candidate of a run with --compare run/ passes
  rehearsal report run/      the same as a page, JSON, JUnit or Markdown; more of a run: explain,
                             rules, drift and export; each has --help
  rehearsal console run/     the same in a browser; several runs are a history

--quiet and --log-format json go with every command, and say how it tells what it does.

An address may end in a limit: "|10" at most 10 a second, "|10%" a tenth, "|300%" three times.
Flags take one dash or two; all may be repeated that name an input or an output.

${formatFlags()}
`

function describe(error: unknown): string {
  if (error instanceof OperatorError) return `rehearsal: ${error.message}; ${error.hint}`
  return `rehearsal: ${(error as Error).stack}`
}

try {
  process.exitCode = await start(process.argv.slice(2))
} catch (error) {
  say(describe(error))
  process.exitCode = error instanceof OperatorError ? 2 : 1
  process.exit()
}
