// What black-box tests of the command need beside `scripts/rehearsal.ts`.

import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startChild, waitMillisMax } from '../../scripts/child.ts'
import { type Rehearsal, startRehearsal } from '../../scripts/rehearsal.ts'

export const command: string = fileURLToPath(new URL('../../bin/rehearsal', import.meta.url))

/** Starts the command with `args`, and a ledger file; resolves when its inputs are open. */
export async function rehearse(
  args: readonly string[],
  through: readonly string[] = [],
): Promise<Rehearsal> {
  return await startRehearsal({ args, through })
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
  millisMax: number = waitMillisMax,
): Promise<void> {
  for (const until = performance.now() + millisMax; !condition(); await sleep(20)) {
    if (performance.now() > until) throw new Error(`not within ${millisMax} ms: ${what}`)
  }
}

/** The answer as soon as it is what is waited for. */
export async function fetchUntil(url: string, isThere: (text: string) => boolean): Promise<string> {
  let text = ''
  for (
    const until = performance.now() + waitMillisMax;
    performance.now() < until;
    await sleep(50)
  ) {
    text = await fetch(url).then(
      (response) => response.text(),
      (error) => String(error),
    )
    if (isThere(text)) return text
  }
  throw new Error(`${url} never told what was waited for\n${text}`)
}
