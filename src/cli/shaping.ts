// Reads the flags that shape messages: the HTTP rules, the middleware, the script, and what is done
// with answers.
import { setFlagsFromString } from 'node:v8'
import type { CopyOptions } from '../app/copy.ts'
import type { Ledger } from '../app/ledger.ts'
import { OutcomeFeed } from '../app/outcome-feed.ts'
import { OperatorError } from '../model/operator-error.ts'
import type { Script } from '../model/script-api.ts'
import { parseHttpRules } from '../shape/http-rules.ts'
import { loadScript } from '../shape/io/script-loader.ts'
import { watchScript } from '../shape/io/script-watch.ts'
import { ScriptStage } from '../shape/script-stage.ts'
import type { PlannedComparison } from './comparison.ts'
import { comparisonFlags } from './comparison-flags.ts'
import type { PlannedCorrelation } from './correlation.ts'
import { correlationFlags } from './correlation-flags.ts'
import type { FlagValues } from './flags.ts'
import { planMiddleware } from './middleware.ts'
import { readPrettify, withPlainMessages } from './prettify.ts'
import { realWorld } from './real-world.ts'
import { type PlannedRedaction, planRedaction } from './redaction.ts'

export interface PlannedShaping {
  /** Hears what came of every request; null where nobody asks. */
  readonly outcomes: OutcomeFeed | null
  readonly redaction: PlannedRedaction
  readonly correlation: PlannedCorrelation | null
  readonly comparison: PlannedComparison | null
  open(ledger: Ledger, outputs: readonly string[]): OpenShaping
}

export interface OpenShaping {
  readonly parts: Pick<CopyOptions, 'middleware' | 'shape' | 'script' | 'outcomes' | 'replayed'>
  /** Says what is left to say, at the end of the run. */
  finish(): void
}

/** Checks everything that messages pass between inputs and outputs; starts nothing. */
export async function planShaping(flags: FlagValues): Promise<PlannedShaping> {
  // A pattern that backtracks too often goes on in V8's linear engine, so that no request can hold
  // up the copy. It concerns only what is compiled later.
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks')
  const shape = parseHttpRules(withSafeMethods(flags))
  const redaction = planRedaction(flags)
  const comparison = await loadComparison(flags, redaction.key)
  const correlation = await loadCorrelation(flags)
  const openMiddleware = planMiddleware(flags)
  const prettify = readPrettify(flags)
  const script = flags.script === undefined ? null : await loadScript(flags.script)
  const isAsked = script?.replayed !== undefined
  const isTracking = flags['output-http-track-response'] === true || isAsked
  const targets = [
    ...(isTracking ? (flags['output-http'] ?? []) : []),
    ...(flags['output-binary-track-response'] === true ? (flags['output-binary'] ?? []) : []),
  ]
  const outcomes = targets.length > 0 || comparison !== null ? new OutcomeFeed() : null
  return {
    outcomes,
    redaction,
    correlation,
    comparison,
    open: (ledger, outputs) => {
      const watched = script === null ? null : watchScript(script, `${flags.script}`)
      const stage = watched === null ? null : createScriptStage(watched, outputs)
      const replayed = new Map(
        [...new Set(targets)].map((target) => [target, ledger.openSource(`replayed by ${target}`)]),
      )
      const opened = openMiddleware?.(ledger) ?? null
      const isPlain = opened === null || prettify === null
      const middleware = isPlain ? opened : withPlainMessages(opened, prettify)
      const passScript = stage === null ? null : stage.pass.bind(stage)
      const parts = { middleware, shape, script: passScript, outcomes, replayed }
      return { parts, finish: () => stage?.flush() }
    },
  }
}

/** Null where no flag is given that concerns it; then its code takes no memory. */
async function loadComparison(
  flags: FlagValues,
  redactKey: Uint8Array,
): Promise<PlannedComparison | null> {
  if (!hasAny(flags, comparisonFlags)) return null
  const { planComparison } = await import('./comparison.ts')
  return await planComparison(flags, redactKey)
}

/** As `loadComparison`. */
async function loadCorrelation(flags: FlagValues): Promise<PlannedCorrelation | null> {
  if (!hasAny(flags, correlationFlags)) return null
  const { planCorrelation } = await import('./correlation.ts')
  return planCorrelation(flags)
}

function hasAny(flags: FlagValues, group: object): boolean {
  return Object.keys(group).some((name) => flags[name as keyof FlagValues] !== undefined)
}

/** With `--safe-methods-only`, of the methods that are allowed those that change nothing. */
function withSafeMethods(flags: FlagValues): FlagValues {
  if (flags['safe-methods-only'] !== true) return flags
  const safe = ['GET', 'HEAD', 'OPTIONS']
  const allowed = flags['http-allow-method']?.map((method) => method.toUpperCase())
  const methods = safe.filter((method) => allowed?.includes(method) ?? true)
  if (methods.length > 0) return { ...flags, 'http-allow-method': methods }
  throw new OperatorError(
    'bad-flag',
    '--safe-methods-only leaves nothing of --http-allow-method',
    'leave one of them out',
  )
}

function createScriptStage(script: Script, outputs: readonly string[]): ScriptStage {
  return new ScriptStage({
    script,
    outputs,
    now: realWorld.now,
    onThrown: (hook, error, count) => {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
      const times = count === 1 ? 'once' : `${count} times`
      process.stderr.write(`rehearsal: script hook threw ${times}, last in ${hook}: ${what}\n`)
    },
  })
}
