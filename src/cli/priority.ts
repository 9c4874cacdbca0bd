// Production first: where its host is short of processor time, the copy waits and not the service.
import { readdirSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { OperatorError } from '../model/operator-error.ts'

const defaultNiceness = 10

/** Reads `--nice`: 0 (as important as all others) to 19. */
export function parseNiceness(text: string | undefined): number {
  const niceness = text === undefined ? defaultNiceness : Number(text)
  if (text === undefined || (/^\d+$/.test(text) && niceness <= 19)) return niceness
  throw new OperatorError(
    'bad-niceness',
    `--nice '${text}' is no priority`,
    'write 0 (as important as production) to 19 (only what others leave)',
  )
}

/** Gives way to others in all threads, as `nice` does; never undoes what it was started with. */
export function giveWay(niceness: number): void {
  if (niceness <= getPriority()) return
  // Linux keeps a priority per thread, and those that run already would keep theirs.
  for (const thread of readdirSync('/proc/self/task')) {
    try {
      setPriority(Number(thread), niceness)
    } catch (error) {
      if (!hasEnded(error)) throw error
    }
  }
}

/** A thread may end between being listed and being told. */
function hasEnded(error: unknown): boolean {
  return (error as { readonly info?: { readonly code?: string } }).info?.code === 'ESRCH'
}
