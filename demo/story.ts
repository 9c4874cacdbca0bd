// The story of the demo: the shop is production under live load; its next release, which has a bug,
// is rehearsed on copies of that load, judged, and loaded until it bears no more.
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startChild, waitUntil } from '../scripts/child.ts'
import { isBalanced } from '../scripts/rehearsal.ts'
import { createTemporaryFolder } from '../scripts/temporary-folder.ts'
import type { LoadResult } from '../shop/io/visit-shop.ts'
import type { LedgerSnapshot } from '../src/model/ledger-snapshot.ts'
import { OperatorError } from '../src/model/operator-error.ts'
import type { RunVerdict } from '../src/model/verdict.ts'
import { openRunReader } from '../src/store/io/run-reader.ts'
import { type Cast, startCast, startUsers, type Users } from './cast.ts'
import { findConsolePorts } from './console-ports.ts'
import { formatLedger } from './ledger-lines.ts'
import {
  formatProgress,
  progressHead,
  type RunningRehearsal,
  recordingOf,
  runFolder,
  startComparison,
} from './rehearsal-run.ts'
import { formatVerdict, namesBug } from './verdict-text.ts'
import { wrapCommand, wrapText } from './wrap-text.ts'

export interface StoryOptions {
  /** Goes on after the end, until it is interrupted. */
  readonly keep: boolean
  /** In half the time. */
  readonly short: boolean
  /** Told what an interrupt ends it with, once there is nothing left to tell. */
  readonly onKept: (code: number) => void
}

interface Scene {
  readonly cast: Cast
  readonly folder: string
  /** Where the console listens, and another one. */
  readonly consoles: readonly [string, string]
  /** Of all users together, per second. */
  readonly requestsPerSecond: number
}

const full = { alone: 4, seconds: 24, rate: 200, precision: '20%', trial: '2s' }
/** Fewer users too, so that a slow machine keeps up with them. */
const short = { alone: 1, seconds: 8, rate: 100, precision: '50%', trial: '1s' }
const capacityTimeMax = '30s'
const lineSeconds = 2
const keptSeconds = 24 * 3_600
const keptLineSeconds = 10

const rehearsalCommand = join(import.meta.dirname, '../bin/rehearsal')

const say = (text: string) => console.log(text)

/** Tells it on standard output; 0 where the bug is named first and all sums agree, else 1. */
export async function tellStory(options: StoryOptions): Promise<number> {
  if (process.getuid?.() !== 0) {
    throw new OperatorError('not-root', 'the demo captures packets', 'run: sudo npm run demo')
  }
  using folder = createTemporaryFolder('demo')
  // The rehearsal becomes the user who called sudo, and writes here.
  chmodSync(folder.path, 0o777)
  say('A dress rehearsal in a minute: what users ask of production is asked of its next release.\n')
  await using cast = await startCast()
  introduce(cast)
  const { alone, seconds, rate, precision, trial } = options.short ? short : full
  const consoles = await findConsolePorts()
  const scene = { cast, folder: folder.path, consoles, requestsPerSecond: rate }
  const ledger = await rehearse(scene, alone, seconds)
  const balanced = isBalanced(ledger)
  say(`\n${formatLedger(ledger, balanced)}`)
  const verdict = await readVerdict(folder.path)
  const isNamed = namesBug(verdict, cast.bug)
  say(`\n${formatVerdict(verdict)}`)
  const { says, endpoint, where } = cast.bug
  const found = isNamed ? 'It is the first of these.' : 'IT IS NOT THE FIRST OF THESE.'
  say(`\n${wrapText(`The bug that was put in, at ${endpoint} ${where}: ${says}. ${found}`, 0)}`)
  await using _shown = await showRun(scene)
  await measureCapacity(scene, ['--precision', precision, '--trial', trial])
  const code = isNamed && balanced && verdict.verdict === 'fail' ? 0 : 1
  if (options.keep) await keep(scene, () => options.onKept(code))
  else say('\nnpm run demo -- --keep leaves it all running, to look around in the browser.')
  return code
}

function introduce({ production, baseline, candidate }: Cast): void {
  say(`  production  http://${production}  a shop, release 1, with its users; it is left as it is`)
  say(`  baseline    ${baseline}  release 1 again, on pre-production's data, which are older`)
  say(`  candidate   ${candidate}  release 2 on the same data; it has a bug`)
}

/** Users come, and all that they ask goes to baseline and candidate; the ledger at the end. */
async function rehearse(scene: Scene, alone: number, seconds: number): Promise<LedgerSnapshot> {
  const { cast, folder, consoles, requestsPerSecond } = scene
  const before = await startUsers(cast, { seed: 2, seconds: alone, requestsPerSecond }).over
  say(`\n${alone} s of production by itself:    ${formatUsers(before)}`)
  await using rehearsal = await startComparison({ cast, folder, console: consoles[0] })
  sayCommand(rehearsal.command)
  const port = consoles[0].split(':')[1]
  say(`Watch it in a browser: http://${consoles[0]}/ (over ssh -L ${port}:${consoles[0]})\n`)
  say('Requests that production has answered, and what has become of each:')
  const users = startUsers(cast, { seed: 1, seconds, requestsPerSecond })
  await watch(rehearsal, users, lineSeconds)
  say(`\n${seconds} s of production while copied:  ${formatUsers(await users.over)}`)
  return await rehearsal.finish()
}

function formatUsers({ requests, medianMillis, p99Millis, broken }: LoadResult): string {
  const [median, p99] = [medianMillis, p99Millis].map((millis) => millis.toFixed(1))
  return `${requests} answers, median ${median} ms, p99 ${p99} ms, ${broken} connections broken`
}

function sayCommand(words: readonly string[]): void {
  say(`\n${wrapCommand(words)}\n`)
}

/** A line each few seconds, until the users have left. */
async function watch(rehearsal: RunningRehearsal, users: Users, every: number): Promise<void> {
  const over = users.over.then(() => null)
  say(progressHead)
  for (let second = 1; ; second++) {
    const progress = await Promise.race([rehearsal.next(), over])
    if (progress === null) return
    if (second % every === 0) say(formatProgress(second, users, progress))
  }
}

async function readVerdict(folder: string): Promise<RunVerdict> {
  await using reader = await openRunReader(runFolder(folder))
  const verdict = await reader.verdict()
  if (verdict === null) throw new Error('the run has no verdict')
  return verdict
}

/** The run that is over, at the address where it was seen while it went on. */
async function showRun({ folder, consoles }: Scene): Promise<AsyncDisposable> {
  const shown = startChild({
    command: rehearsalCommand,
    args: ['console', runFolder(folder), '--console', consoles[0]],
  })
  await waitUntil(shown, 'the console', () => /^console: http/m.test(shown.output()))
  return shown
}

/** Plays what was recorded meanwhile, more and more of it at a time. */
async function measureCapacity({ cast, folder }: Scene, search: readonly string[]): Promise<void> {
  const args = ['capacity', '--input-file', recordingOf(folder), '--output-http', cast.candidate]
  const report = ['--report', runFolder(folder)]
  say('\nAnd how many times as many users does release 2 bear? What was recorded is played:')
  sayCommand(['rehearsal', ...args, ...report])
  let last = ''
  const child = startChild({
    command: rehearsalCommand,
    args: [...args, ...report, '--long-trials', '0', ...search, '--max-time', capacityTimeMax],
    onLine: (line) => {
      if (/^ +[\d.]+× .*(req\/s|recovered)/.test(line)) say(shorten(line))
      if (line.startsWith('candidate ')) last = line
    },
  })
  const status = await child.exited
  if (last === '') throw new Error(`capacity ended with ${status}\n${child.output()}`)
  say(`\n${wrapText(last, 2)}`)
}

/** Without the bracket so far, where the line would be too long with it. */
function shorten(line: string): string {
  return line.length <= 100 ? line : line.replace(/ \[.*/, '')
}

/** Goes on with new shops and users, and shows it in a browser, until it is interrupted. */
async function keep(
  { folder, consoles: [shown, console], requestsPerSecond }: Scene,
  onKept: () => void,
): Promise<void> {
  const goingOn = join(folder, 'kept')
  mkdirSync(goingOn)
  chmodSync(goingOn, 0o777)
  // The load has left its orders at the candidate alone.
  await using cast = await startCast()
  await using rehearsal = await startComparison({ cast, folder: goingOn, console })
  onKept()
  say(`\nUntil Ctrl-C, the run that is over, with verdict and capacity: http://${shown}/`)
  say(`and another one that goes on, with users that still come:     http://${console}/\n`)
  const users = startUsers(cast, { seed: 3, seconds: keptSeconds, requestsPerSecond })
  await watch(rehearsal, users, keptLineSeconds)
}
