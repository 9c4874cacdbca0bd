// Reads flags with one dash or two, as GoReplay's users write them, and prints their help.
import { parseArgs } from 'node:util'
import { OperatorError } from '../model/operator-error.ts'
import type { Flag, FlagGroup } from './flag.ts'
import { checkFlagValue } from './flag-values.ts'
import { goreplayFlags } from './goreplay-flags.ts'

/** By name. */
export type FlagTable = Readonly<Record<string, Flag>>

/** The values by flag; anything that is no flag of the table is an operator error. */
export function readFlags(args: readonly string[], flags: FlagTable): Record<string, unknown> {
  const normalised = normalise(args, flags)
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [
      name,
      { type: flag.type, multiple: flag.multiple ?? false },
    ]),
  )
  const { values } = parseArgs({ args: normalised, options, strict: true, allowPositionals: false })
  for (const [name, value] of Object.entries(values)) {
    for (const text of [value].flat()) {
      if (typeof text === 'string') checkFlagValue(name, flags[name]!, text)
    }
  }
  return { ...values }
}

/** The help: the flags by group, in lines of at most 100 columns. */
export function formatGroups(groups: readonly FlagGroup[]): string {
  return groups.map(formatGroup).join('\n\n')
}

const helpColumn = 36
/** Where longer help begins. */
const narrowColumn = 8
const columnsMax = 100

function formatGroup({ heading, flags }: FlagGroup): string {
  const lines = Object.entries(flags).map(([name, flag]) => {
    const left = `  --${name}${flag.value === undefined ? '' : ` ${flag.value}`}`
    const fits = helpColumn + flag.help.length <= columnsMax
    if (fits && left.length < helpColumn) return `${left.padEnd(helpColumn)}${flag.help}`
    return `${left}\n${' '.repeat(fits ? helpColumn : narrowColumn)}${flag.help}`
  })
  return `${heading}\n${lines.join('\n')}`
}

/** Brings every form that GoReplay accepts to `--name=value`, or `--name` for what is set. */
function normalise(args: readonly string[], flags: FlagTable): string[] {
  const normalised: string[] = []
  for (let index = 0; index < args.length; index++) {
    const { name, value } = split(args[index]!, flags)
    const flag = flags[name]!
    const next = args[index + 1]
    if (flag.type === 'boolean') {
      const follows = value === undefined && (next === 'true' || next === 'false')
      if (follows) index++
      if (isSet(name, follows ? next : value)) normalised.push(`--${name}`)
      continue
    }
    if (value === undefined) index++
    const text = value ?? next ?? ''
    // Empty, as a variable of the shell that is not set leaves it.
    if (text === '') throw missingValue(name, flag)
    normalised.push(`--${name}=${text}`)
  }
  return normalised
}

function split(
  argument: string,
  flags: FlagTable,
): { readonly name: string; readonly value: string | undefined } {
  const match = /^--?([a-zA-Z][\w-]*)(?:=([\s\S]*))?$/.exec(argument)
  if (match === null) {
    throw new OperatorError(
      'bad-argument',
      `'${argument}' is no flag`,
      'every argument is a flag or the value of one; rehearsal --help lists them',
    )
  }
  const name = match[1]!
  if (!Object.hasOwn(flags, name)) throw unknownFlag(name, flags)
  return { name, value: match[2] }
}

function isSet(name: string, value: string | undefined): boolean {
  if (value === undefined || value === 'true') return true
  if (value === 'false') return false
  throw new OperatorError(
    'bad-flag',
    `--${name} is true or false, not '${value}'`,
    `leave it out, or write --${name}`,
  )
}

function missingValue(name: string, flag: Flag): OperatorError {
  return new OperatorError('bad-flag', `--${name} needs a value`, `write --${name} ${flag.value}`)
}

function unknownFlag(name: string, flags: FlagTable): OperatorError {
  const flag = goreplayFlags.get(name)
  if (flag !== undefined) {
    return new OperatorError(
      'unsupported-flag',
      `--${name} is not supported: ${flag.why}`,
      flag.hint,
    )
  }
  // In a short name two letters are most of it.
  const distanceMax = Math.min(2, Math.floor(name.length / 3))
  const near = Object.keys(flags).find((known) => distance(known, name) <= distanceMax)
  const hint = near === undefined ? 'rehearsal --help lists them' : `did you mean --${near}?`
  return new OperatorError('unknown-flag', `there is no flag --${name}`, hint)
}

/** Levenshtein's edit distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(same, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
