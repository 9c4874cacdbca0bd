// Reads the `--http-…` flags that shape requests.
import { setFlagsFromString } from 'node:v8'
import { type HttpStage, parseHttpRules } from '../shape/http-rules.ts'
import type { FlagValues } from './flags.ts'

/** What every input's requests pass; null where no rule is given. */
export function planShaping(flags: FlagValues): HttpStage | null {
  // A pattern that backtracks too often goes on in V8's linear engine, so that no request can hold
  // up the copy. It concerns only what is compiled later.
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks')
  return parseHttpRules(flags)
}
