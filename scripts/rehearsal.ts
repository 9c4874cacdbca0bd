// The real program as a child process, with its ledger at the end.
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LedgerSnapshot } from '../src/model/ledger-snapshot.ts'
import { type Child, startChild, waitUntil } from './child.ts'
import { createTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts'

export interface RehearsalOptions {
  readonly args: readonly string[]
  /** Words to start it through, such as `ip netns exec preview`. */
  readonly through?: readonly string[]
  /** Hears each line that it prints. */
  readonly onLine?: (line: string) => void
}

export interface Rehearsal extends AsyncDisposable {
  readonly pid: number
  output(): string
  /** Waits for what it is to print or do; fails, naming it, when it ends or takes too long. */
  until(what: string, condition: () => boolean): Promise<void>
  /** As last written to the file, once a second. */
  ledger(): LedgerSnapshot
  /** Interrupts it, as Ctrl-C does; fails unless it then drains and ends well. */
  finish(): Promise<LedgerSnapshot>
  /** Ends it by the signal; answers its exit code, or the signal's name. */
  stop(signal: NodeJS.Signals): Promise<number | string>
}

/** Starts `bin/rehearsal` with `args` and a ledger file; resolves when its inputs are open. */
export async function startRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const folder = createTemporaryFolder('ledger')
  // It may become another user, who has to write here.
  chmodSync(folder.path, 0o777)
  const ledgerPath = join(folder.path, 'ledger.json')
  const { through = [], onLine = () => {} } = options
  const command = join(import.meta.dirname, '../bin/rehearsal')
  const args = [...options.args, '--ledger', ledgerPath]
  const child = startChild({ command, args, through, onLine })
  const rehearsal = createRehearsal(child, folder, ledgerPath)
  try {
    // Written for the first time when everything is open.
    await waitUntil(child, 'rehearsal', () => existsSync(ledgerPath))
  } catch (error) {
    await rehearsal[Symbol.asyncDispose]()
    throw error
  }
  return rehearsal
}

/** What every ledger promises of each output at exit. */
export function isBalanced(ledger: LedgerSnapshot): boolean {
  return ledger.outputs.every((output) => {
    const dropped = Object.values(output.dropped).reduce((sum, count) => sum + count, 0)
    return ledger.captured + output.amplified === output.delivered + dropped
  })
}

function createRehearsal(child: Child, folder: TemporaryFolder, ledgerPath: string): Rehearsal {
  const ledger = () => JSON.parse(readFileSync(ledgerPath, 'utf8')) as LedgerSnapshot
  return {
    pid: child.pid,
    output: child.output,
    until: (what, condition) => waitUntil(child, what, condition),
    ledger,
    finish: async () => {
      const status = await child.stop('SIGINT')
      if (status !== 0) throw new Error(`rehearsal ended with ${status}\n${child.output()}`)
      return ledger()
    },
    stop: child.stop,
    [Symbol.asyncDispose]: async () => {
      await child.stop()
      folder[Symbol.dispose]()
    },
  }
}
