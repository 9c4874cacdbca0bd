// The real command as a child process, for black-box tests.
import { chmodSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Child, startChild, waitUntil } from '../../scripts/child.ts'
import type { LedgerSnapshot } from '../../src/model/ledger-snapshot.ts'

export const command: string = fileURLToPath(new URL('../../bin/rehearsal', import.meta.url))

export interface Rehearsal extends AsyncDisposable {
  readonly child: Child
  /** The newest state of its `--ledger` file. */
  ledger(): LedgerSnapshot
  /** Ends it with SIGTERM and answers the last ledger; fails where the exit code is not 0. */
  end(): Promise<LedgerSnapshot>
}

/** Starts `rehearsal` with `--ledger` and `args`; resolves when its inputs are open. */
export async function startRehearsal(
  args: readonly string[],
  through: readonly string[] = [],
): Promise<Rehearsal> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-e2e-'))
  // For tests in which it becomes another user.
  chmodSync(folder, 0o777)
  const path = join(folder, 'ledger.json')
  const child = startChild({ command, args: [...args, '--ledger', path], through })
  await waitUntil(child, 'rehearsal', () => child.output().includes('running'), 20_000)
  const ledger = () => JSON.parse(readFileSync(path, 'utf8')) as LedgerSnapshot
  const end = async () => {
    const status = await child.stop()
    if (status !== 0) throw new Error(`rehearsal ended with ${status}\n${child.output()}`)
    return ledger()
  }
  const dispose = async () => {
    await child.stop()
  }
  return { child, ledger, end, [Symbol.asyncDispose]: dispose }
}

/** Runs the command to its end. */
export async function runRehearsal(
  args: readonly string[],
  through: readonly string[] = [],
): Promise<{ readonly status: number | string; readonly output: string }> {
  const child = startChild({ command, args, through })
  const status = await child.exited
  return { status, output: child.output() }
}

/** Waits for what a test expects to become true; fails naming it after `millisMax`. */
export async function eventually(
  what: string,
  condition: () => boolean,
  millisMax = 15_000,
): Promise<void> {
  for (const until = performance.now() + millisMax; !condition(); await sleep(20)) {
    if (performance.now() > until) throw new Error(`not within ${millisMax} ms: ${what}`)
  }
}
