// Reads the flags that shape messages: the HTTP rules, the middleware, what is done with answers.
import { setFlagsFromString } from 'node:v8'
import type { CopyOptions } from '../app/copy.ts'
import type { Ledger } from '../app/ledger.ts'
import { OutcomeFeed } from '../app/outcome-feed.ts'
import { parseHttpRules } from '../shape/http-rules.ts'
import type { FlagValues } from './flags.ts'
import { planMiddleware } from './middleware.ts'

export interface PlannedShaping {
  /** Hears what came of every request; null where nobody asks. */
  readonly outcomes: OutcomeFeed | null
  open(ledger: Ledger): Pick<CopyOptions, 'middleware' | 'shape' | 'outcomes' | 'replayed'>
}

/** Checks everything that messages pass between inputs and outputs; starts nothing. */
export function planShaping(flags: FlagValues): PlannedShaping {
  // A pattern that backtracks too often goes on in V8's linear engine, so that no request can hold
  // up the copy. It concerns only what is compiled later.
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks')
  const shape = parseHttpRules(flags)
  const openMiddleware = planMiddleware(flags)
  const isTracking = flags['output-http-track-response'] === true
  const outcomes = isTracking ? new OutcomeFeed() : null
  const targets = isTracking ? (flags['output-http'] ?? []) : []
  return {
    outcomes,
    open: (ledger) => ({
      middleware: openMiddleware?.(ledger) ?? null,
      shape,
      outcomes,
      replayed: new Map(
        targets.map((target) => [target, ledger.openSource(`replayed by ${target}`)]),
      ),
    }),
  }
}
