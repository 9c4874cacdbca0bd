// What the commands beside the run itself share: `rehearsal NAME ARGUMENTS`, and their exit codes.
import { parseArgs } from 'node:util'
import { OperatorError } from '../model/operator-error.ts'

export interface CommandOptions {
  readonly [name: string]: {
    readonly type: 'string' | 'boolean'
    readonly short?: string
    /** May be given more than once. */
    readonly multiple?: boolean
  }
}

export interface CommandLine {
  readonly words: readonly string[]
  /** What was given; a flag that was not is absent. */
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
}

/** Null where help was asked for, which is printed then. Wrong use is an operator error. */
export function readCommandLine(
  help: string,
  args: readonly string[],
  options: CommandOptions,
  words: { readonly min: number; readonly max: number },
): CommandLine | null {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help)
    return null
  }
  const [usage = ''] = help.split('\n')
  const hint = `write ${usage.replace(/:.*$/, '')}`
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      strict: true,
      allowPositionals: true,
    })
    const empty = Object.keys(values).find((name) => [values[name]].flat().includes(''))
    if (empty !== undefined) throw new Error(`--${empty} needs a value`)
    if (positionals.length >= words.min && positionals.length <= words.max) {
      return { words: positionals, values: values as CommandLine['values'] }
    }
  } catch (error) {
    const [what] = (error as Error).message.split(/\.? *\n|\. /)
    throw new OperatorError('bad-argument', what ?? 'wrong use', hint)
  }
  const what = 'there are too few or too many words'
  throw new OperatorError('bad-argument', what, hint)
}

/** A flag's text, if it was given. */
export function textOf({ values }: CommandLine, name: string): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

/** All texts of a flag that may be repeated. */
export function textsOf({ values }: CommandLine, name: string): readonly string[] {
  const value = values[name]
  return Array.isArray(value) ? value : []
}
