// The story of the demo: the shop is production under live load; its next release, which has a bug,
// is rehearsed on copies of that load, judged, and loaded until it bears no more.
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startChild, waitUntil } from '../scripts/child.ts'
import { findFreePort } from '../scripts/free-port.ts'
import { isBalanced } from '../scripts/rehearsal.ts'
import { createTemporaryFolder } from '../scripts/temporary-folder.ts'
import type { LedgerSnapshot } from '../src/model/ledger-snapshot.ts'
import { OperatorError } from '../src/model/operator-error.ts'
import type { RunVerdict } from '../src/model/verdict.ts'
import { openRunReader } from '../src/store/io/run-reader.ts'
import { type Cast, startCast, startUsers, type Users } from './cast.ts'
import {
  formatProgress,
  progressHead,
  type RunningRehearsal,
  recordingOf,
  runFolder,
  startComparison,
} from './rehearsal-run.ts'
import { formatLedger, formatVerdict, namesBug } from './verdict-text.ts'

export interface StoryOptions {
  /** Goes on after the end, until it is interrupted. */
  readonly keep: boolean
  /** In half the time. */
  readonly short: boolean
}

const full = { seconds: 24, capacity: ['--trial', '2s', '--max-time', '15s'] }
const short = { seconds: 10, capacity: ['--trial', '1s', '--max-time', '5s'] }
const keptSeconds = 24 * 3_600
const requestsPerSecond = 200

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
  say('A dress rehearsal: what users ask of production is asked of the next release, too.\n')
  await using cast = await startCast()
  say(`production   the shop, release 1, on ${cast.production}; it knows nothing of all this`)
  say(`baseline     release 1 again, on ${cast.baseline}, with pre-production's older data`)
  say(`candidate    release 2, on ${cast.candidate}, with the same data, and one bug`)
  const { seconds, capacity } = options.short ? short : full
  const result = await rehearse(cast, folder.path, seconds)
  const verdict = await readVerdict(folder.path)
  say(`\n${formatVerdict(verdict)}`)
  const isNamed = namesBug(verdict, cast.bug)
  say(`\nThe bug that was put in: ${cast.bug.says} (${cast.bug.endpoint} ${cast.bug.where}).`)
  say(isNamed ? 'It is the first cause above.' : 'IT IS NOT AMONG THE CAUSES ABOVE.')
  const balanced = isBalanced(result)
  say(`\n${formatLedger(result, balanced)}`)
  await measureCapacity(cast, folder.path, capacity)
  if (options.keep) await keep(cast, folder.path)
  else say('\nnpm run demo -- --keep shows the run in a browser, and goes on.')
  return isNamed && balanced && verdict.verdict === 'fail' ? 0 : 1
}

/** Users come, and all that they ask goes to baseline and candidate; the ledger at the end. */
async function rehearse(cast: Cast, folder: string, seconds: number): Promise<LedgerSnapshot> {
  await using rehearsal = await startComparison(cast, folder)
  say(`\n$ ${rehearsal.command}\n`)
  const users = startUsers(cast, requestsPerSecond, seconds)
  await watch(rehearsal, users)
  const { requests, p99Millis, broken } = await users.over
  const ledger = await rehearsal.finish()
  say(
    `\nUsers got ${requests} answers from production, p99 ${p99Millis.toFixed(1)} ms, ` +
      `${broken} broken; none of them noticed.`,
  )
  return ledger
}

/** A line each two seconds, until the users have left. */
async function watch(rehearsal: RunningRehearsal, users: Users): Promise<void> {
  const state = { over: false }
  const over = users.over.then(() => {
    state.over = true
  })
  say(progressHead)
  for (let second = 2; !state.over; second += 2) {
    await Promise.race([sleep(2_000), over])
    const progress = rehearsal.progress()
    if (progress !== null) say(formatProgress(second, users, progress))
  }
}

async function readVerdict(folder: string): Promise<RunVerdict> {
  await using reader = await openRunReader(runFolder(folder))
  const verdict = await reader.verdict()
  if (verdict === null) throw new Error('the run has no verdict')
  return verdict
}

/** Plays what was recorded meanwhile, more and more of it at a time. */
async function measureCapacity(
  cast: Cast,
  folder: string,
  times: readonly string[],
): Promise<void> {
  const args = ['capacity', '--input-file', recordingOf(folder), '--output-http', cast.candidate]
  say(`\nAnd how much does it bear?\n\n$ rehearsal ${args.join(' ')}\n`)
  let last = ''
  const child = startChild({
    command: rehearsalCommand,
    args: [...args, '--long-trials', '0', ...times],
    onLine: (line) => {
      if (/^ +[\d.]+× .* req\/s .*\[/.test(line)) say(line)
      if (line.startsWith('candidate ')) last = line
    },
  })
  const status = await child.exited
  if (last === '') throw new Error(`capacity ended with ${status}\n${child.output()}`)
  say(`\n${last}`)
}

/** Shows the run in a browser, and goes on with new users, until it is interrupted. */
async function keep(cast: Cast, folder: string): Promise<void> {
  const goingOn = join(folder, 'kept')
  mkdirSync(goingOn)
  chmodSync(goingOn, 0o777)
  await using shown = startChild({
    command: rehearsalCommand,
    args: ['console', runFolder(folder), '--console', `127.0.0.1:${await findFreePort()}`],
    onLine: (line) => say(line),
  })
  await waitUntil(shown, 'the console', () => /^console: http/m.test(shown.output()))
  await using rehearsal = await startComparison(cast, goingOn)
  say(`\nUsers still come, until Ctrl-C:\n\n$ ${rehearsal.command}\n`)
  await watch(rehearsal, startUsers(cast, requestsPerSecond, keptSeconds))
}
