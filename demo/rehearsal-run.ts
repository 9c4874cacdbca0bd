// The rehearsal of the demo: live traffic to baseline and candidate, compared as it comes.
import { join } from 'node:path'
import { type Rehearsal, startRehearsal } from '../scripts/rehearsal.ts'
import type { LedgerSnapshot } from '../src/model/ledger-snapshot.ts'
import type { ComparisonProgress } from '../src/model/metrics-snapshot.ts'
import type { Cast, Users } from './cast.ts'

/** What it logs each second. */
export interface Progress {
  readonly ledger: LedgerSnapshot
  readonly comparison?: ComparisonProgress
}

export interface RunningRehearsal extends AsyncDisposable {
  /** As a user would type it. */
  readonly command: string
  progress(): Progress | null
  finish(): Promise<LedgerSnapshot>
}

/** Where the run and the recording of production are, in `folder`. */
export const runFolder = (folder: string): string => join(folder, 'run')
export const recordingOf = (folder: string): string => join(folder, 'traffic.gor')

/** Resolves when it captures. */
export async function startComparison(cast: Cast, folder: string): Promise<RunningRehearsal> {
  const args = [
    ...['--input-raw', cast.production, '--input-raw-track-response', '--correlate'],
    ...['--output-http', cast.candidate],
    ...['--baseline-http', cast.baseline, '--baseline-repeat', '20%'],
    ...['--compare', runFolder(folder)],
  ]
  const recording = ['--output-file', recordingOf(folder), '--output-file-append']
  let last: Progress | null = null
  const rehearsal: Rehearsal = await startRehearsal({
    args: [...args, ...recording, '--stats', '--log-format', 'json'],
    onLine: (line) => {
      const logged = readProgress(line)
      if (logged !== null) last = logged
    },
  })
  return {
    command: `rehearsal ${args.join(' ')}`,
    progress: () => last,
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
  '          asked   captured  at baseline  at candidate   lost   compared   verdict so far'

/** One line of the table: `captured` are requests and their answers. */
export function formatProgress(second: number, users: Users, progress: Progress): string {
  const { ledger, comparison } = progress
  const [candidate, baseline] = ledger.outputs
  const compared = Object.values(comparison?.exchanges ?? {})
  const columns = [
    `${second} s`.padStart(5),
    String(users.answered()).padStart(10),
    String(ledger.captured).padStart(11),
    String(baseline?.delivered ?? 0).padStart(13),
    String(candidate?.delivered ?? 0).padStart(14),
    String(countLost(ledger)).padStart(7),
    String(compared.reduce((sum, count) => sum + count, 0)).padStart(11),
    `   ${comparison?.verdict ?? '-'}`,
  ]
  return columns.join('')
}

/** Not what an output is not meant for: responses, and what is not asked twice. */
export function countLost({ sources, outputs }: LedgerSnapshot): number {
  const lost = [
    ...sources.flatMap(({ dropped }) => Object.entries(dropped)),
    ...outputs.flatMap(({ dropped }) =>
      Object.entries(dropped).filter(([reason]) => reason !== 'kind' && reason !== 'limit'),
    ),
  ]
  return lost.reduce((sum, [, count]) => sum + count, 0)
}
