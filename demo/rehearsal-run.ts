// The rehearsal of the demo: live traffic to baseline and candidate, compared as it comes, and seen
// in a browser while it goes on.
import { join } from 'node:path'
import { type Rehearsal, startRehearsal } from '../scripts/rehearsal.ts'
import type { LedgerSnapshot } from '../src/model/ledger-snapshot.ts'
import type { ComparisonProgress } from '../src/model/metrics-snapshot.ts'
import type { Cast, Users } from './cast.ts'
import { countLost, countRequests } from './ledger-lines.ts'

/** What it logs each second. */
export interface Progress {
  readonly ledger: LedgerSnapshot
  readonly comparison?: ComparisonProgress
}

export interface RunningRehearsal extends AsyncDisposable {
  /** As a user would type it. */
  readonly command: readonly string[]
  /** The next that it logs. */
  next(): Promise<Progress>
  finish(): Promise<LedgerSnapshot>
}

/** Where the run and the recording of production are, in `folder`. */
export const runFolder = (folder: string): string => join(folder, 'run')
export const recordingOf = (folder: string): string => join(folder, 'traffic.gor')

export interface ComparisonOptions {
  readonly cast: Cast
  readonly folder: string
  /** Where its console listens. */
  readonly console: string
}

/** Resolves when it captures, and can be seen in a browser. */
export async function startComparison(options: ComparisonOptions): Promise<RunningRehearsal> {
  const { cast, folder, console } = options
  const args = [
    ...['--input-raw', cast.production, '--input-raw-track-response', '--correlate'],
    ...['--output-http', cast.candidate],
    ...['--baseline-http', cast.baseline, '--baseline-repeat', '20%'],
    ...['--compare', runFolder(folder), '--console', console],
  ]
  const recording = ['--output-file', recordingOf(folder), '--output-file-append']
  let next = Promise.withResolvers<Progress>()
  let isSeen = false
  const rehearsal: Rehearsal = await startRehearsal({
    args: [...args, ...recording, '--stats', '--log-format', 'json'],
    onLine: (line) => {
      const logged = readProgress(line)
      if (logged !== null) {
        next.resolve(logged)
        next = Promise.withResolvers<Progress>()
      }
      if (line.includes('console: http')) isSeen = true
    },
  })
  try {
    await rehearsal.until('the console', () => isSeen)
  } catch (error) {
    await rehearsal[Symbol.asyncDispose]()
    throw error
  }
  return {
    command: ['rehearsal', ...args],
    next: () => next.promise,
    finish: rehearsal.finish,
    [Symbol.asyncDispose]: () => rehearsal[Symbol.asyncDispose](),
  }
}

function readProgress(line: string): Progress | null {
  if (!line.startsWith('{')) return null
  const logged = JSON.parse(line) as Partial<Progress>
  return logged.ledger === undefined ? null : { ...logged, ledger: logged.ledger }
}

export const progressHead: string =
  '         answered  captured  baseline  candidate  lost  compared   verdict so far'

/** One line of the table: requests at each place. */
export function formatProgress(second: number, users: Users, progress: Progress): string {
  const { ledger, comparison } = progress
  const [candidate, baseline] = ledger.outputs
  const compared = Object.values(comparison?.exchanges ?? {})
  const all = compared.reduce((sum, count) => sum + count, 0)
  const columns = [
    `${second} s`.padStart(7),
    String(users.answered()).padStart(10),
    String(countRequests(ledger)).padStart(10),
    String(baseline?.delivered ?? 0).padStart(10),
    String(candidate?.delivered ?? 0).padStart(11),
    String(countLost(ledger)).padStart(6),
    String(all).padStart(10),
    `   ${all === 0 ? 'learning the endpoints' : formatSoFar(comparison!)}`,
  ]
  return columns.join('')
}

function formatSoFar({ verdict, findings: { confirmed = 0, suspected = 0 } }: ComparisonProgress) {
  const parts = [
    ...(confirmed > 0 ? [`${confirmed} confirmed`] : []),
    ...(suspected > 0 ? [`${suspected} suspected`] : []),
  ]
  return parts.length === 0 ? verdict : `${verdict}: ${parts.join(', ')}`
}
