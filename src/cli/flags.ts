// The command line's flags: one table, read with one dash or two, as GoReplay's users write them.
import { parseArgs } from 'node:util'
import { OperatorError } from '../model/operator-error.ts'
import type { HttpRuleFlags } from '../shape/http-rules.ts'
import { goreplayFlags } from './goreplay-flags.ts'
import { type RawFlags, rawFlags } from './raw-flags.ts'
import { type RecordingFlags, recordingFlags } from './recording-flags.ts'

interface Flag {
  readonly type: 'boolean' | 'string'
  readonly multiple?: true
  /** What stands for the value in the help. */
  readonly value?: string
  readonly help: string
}

/** What the operator wrote, by flag; a flag that was not given is absent. */
export interface FlagValues extends RawFlags, RecordingFlags, HttpRuleFlags {
  readonly 'copy-buffer-size'?: string
  readonly 'input-tcp'?: readonly string[]
  readonly 'input-dummy'?: readonly string[]
  readonly 'output-http'?: readonly string[]
  readonly 'output-http-timeout'?: string
  readonly 'output-http-connections-max'?: string
  readonly 'output-http-skip-verify'?: boolean
  readonly 'http-original-host'?: boolean
  readonly 'no-mark'?: boolean
  readonly 'output-tcp'?: readonly string[]
  readonly 'output-stdout'?: boolean
  readonly 'output-stdout-format'?: string
  readonly 'output-null'?: boolean
  readonly 'output-queue-size'?: string
  readonly 'split-output'?: boolean
  readonly 'sample-by'?: string
  readonly 'exit-after'?: string
  readonly stats?: boolean
  readonly ledger?: string
  readonly user?: string
  readonly 'keep-root'?: boolean
  readonly nice?: string
  readonly 'allow-loop'?: boolean
  readonly help?: boolean
  readonly version?: boolean
}

type FlagName = keyof FlagValues

const flags: Readonly<Record<FlagName, Flag>> = {
  ...rawFlags,
  'copy-buffer-size': {
    type: 'string',
    value: 'SIZE',
    help: 'longest message; a longer one is dropped and counted (5mb)',
  },
  'input-tcp': {
    type: 'string',
    multiple: true,
    value: 'ADDRESS',
    help: 'receive from listeners that write with --output-tcp: :28020',
  },
  'input-dummy': {
    type: 'string',
    multiple: true,
    value: 'RATE',
    help: 'make requests out of nothing, RATE a second',
  },
  'output-http': {
    type: 'string',
    multiple: true,
    value: 'URL',
    help: 'replay to this target: http://staging or http://staging/prefix',
  },
  'output-http-timeout': {
    type: 'string',
    value: 'TIME',
    help: 'for an answer, for a turn to be sent, and for a connection (5s)',
  },
  'output-http-connections-max': {
    type: 'string',
    value: 'COUNT',
    help: 'open connections to one target (4096)',
  },
  'output-http-skip-verify': {
    type: 'boolean',
    help: 'accept any certificate of an https target',
  },
  'http-allow-method': {
    type: 'string',
    multiple: true,
    value: 'METHOD',
    help: 'take only requests with this method (or with another such)',
  },
  'http-set-header': {
    type: 'string',
    multiple: true,
    value: "'NAME: VALUE'",
    help: 'set this header before the filters look, or add it',
  },
  'http-set-param': {
    type: 'string',
    multiple: true,
    value: 'NAME=VALUE',
    help: 'set this parameter of the query before the filters look, or add it',
  },
  'http-allow-url': {
    type: 'string',
    multiple: true,
    value: 'PATTERN',
    help: 'take only requests whose path and query match (this or another such)',
  },
  'http-disallow-url': {
    type: 'string',
    multiple: true,
    value: 'PATTERN',
    help: 'take no request whose path and query match',
  },
  'http-allow-header': {
    type: 'string',
    multiple: true,
    value: "'NAME: PATTERN'",
    help: 'take only requests with this header',
  },
  'http-disallow-header': {
    type: 'string',
    multiple: true,
    value: "'NAME: PATTERN'",
    help: 'take no request with this header',
  },
  'http-basic-auth-filter': {
    type: 'string',
    multiple: true,
    value: 'PATTERN',
    help: 'of requests with Basic credentials take those whose user:password matches',
  },
  'http-header-limiter': {
    type: 'string',
    multiple: true,
    value: 'NAME:25%',
    help: 'take that share of the values of this header; requests without it pass',
  },
  'http-param-limiter': {
    type: 'string',
    multiple: true,
    value: 'NAME:25%',
    help: 'take that share of the values of this parameter; requests without it pass',
  },
  'http-rewrite-url': {
    type: 'string',
    multiple: true,
    value: 'PATTERN:TEXT',
    help: 'change the path and query; $1 is a group; the first that matches counts',
  },
  'http-rewrite-header': {
    type: 'string',
    multiple: true,
    value: "'NAME: PATTERN,TEXT'",
    help: 'change the value of this header',
  },
  'http-original-host': { type: 'boolean', help: 'leave the Host header as it was captured' },
  'no-mark': { type: 'boolean', help: 'leave out X-Rehearsal: 1, the mark of a replayed request' },
  'output-tcp': {
    type: 'string',
    multiple: true,
    value: 'HOST:PORT',
    help: 'send to a replayer that reads with --input-tcp',
  },
  'output-stdout': { type: 'boolean', help: 'print what is captured' },
  'output-stdout-format': {
    type: 'string',
    value: 'FORMAT',
    help: "readable, or gor: GoReplay's format (readable)",
  },
  'output-null': { type: 'boolean', help: 'take everything and do nothing with it' },
  ...recordingFlags,
  'output-queue-size': {
    type: 'string',
    value: 'SIZE',
    help: 'memory for what waits at one output; beyond, the oldest are dropped (64mb)',
  },
  'split-output': {
    type: 'boolean',
    help: 'share client connections out between the outputs, instead of a copy to each',
  },
  'sample-by': {
    type: 'string',
    value: 'WHAT',
    help: 'what |10% takes a tenth of: connection, or request (connection)',
  },
  'exit-after': { type: 'string', value: 'TIME', help: 'end after this time: 30s, 5m' },
  stats: { type: 'boolean', help: 'print a line a second' },
  ledger: { type: 'string', value: 'FILE', help: 'write what became of each message, as JSON' },
  user: {
    type: 'string',
    value: 'USER',
    help: 'run as this user once the capture is open (default: the one who called sudo)',
  },
  'keep-root': { type: 'boolean', help: 'stay root' },
  nice: {
    type: 'string',
    value: 'LEVEL',
    help: 'how far a capture gives way to other programs, 0 to 19 (10)',
  },
  'allow-loop': { type: 'boolean', help: 'allow an output that is the captured address itself' },
  help: { type: 'boolean', help: 'print this' },
  version: { type: 'boolean', help: 'print the version' },
}

/** Reads the arguments; anything that is no flag of ours is an operator error. */
export function parseFlags(args: readonly string[]): FlagValues {
  const normalised = normalise(args)
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [
      name,
      { type: flag.type, multiple: flag.multiple ?? false },
    ]),
  )
  const { values } = parseArgs({ args: normalised, options, strict: true, allowPositionals: false })
  return { ...values } as FlagValues
}

/** The help: a line for each flag, at most 100 columns. */
export function formatFlags(): string {
  const names = Object.entries(flags).map(([name, flag]) => {
    return { left: `--${name}${flag.value === undefined ? '' : ` ${flag.value}`}`, flag }
  })
  return names
    .map(({ left, flag }) => {
      const indent = ' '.repeat(4)
      return `  ${left}\n${indent}  ${flag.help}`
    })
    .join('\n')
}

/** Brings every form that GoReplay accepts to `--name=value`, or `--name` for what is set. */
function normalise(args: readonly string[]): string[] {
  const normalised: string[] = []
  for (let index = 0; index < args.length; index++) {
    const { name, value } = split(args[index]!)
    const flag = flags[name]
    const next = args[index + 1]
    if (flag.type === 'boolean') {
      const follows = value === undefined && (next === 'true' || next === 'false')
      if (follows) index++
      if (isSet(name, follows ? next : value)) normalised.push(`--${name}`)
      continue
    }
    if (value === undefined) index++
    normalised.push(`--${name}=${value ?? next ?? missingValue(name, flag)}`)
  }
  return normalised
}

function split(argument: string): { readonly name: FlagName; readonly value: string | undefined } {
  const match = /^--?([a-zA-Z][\w-]*)(?:=([\s\S]*))?$/.exec(argument)
  if (match === null) {
    throw new OperatorError(
      'bad-argument',
      `'${argument}' is no flag`,
      'every argument is a flag or the value of one; rehearsal --help lists them',
    )
  }
  const name = match[1]!
  if (!Object.hasOwn(flags, name)) throw unknownFlag(name)
  return { name: name as FlagName, value: match[2] }
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

function missingValue(name: string, flag: Flag): never {
  throw new OperatorError('bad-flag', `--${name} needs a value`, `write --${name} ${flag.value}`)
}

function unknownFlag(name: string): OperatorError {
  if (goreplayFlags.has(name)) {
    return new OperatorError(
      'unsupported-flag',
      `GoReplay's --${name} is not supported yet`,
      'leave it out; rehearsal --help lists what is',
    )
  }
  const near = Object.keys(flags).find((known) => distance(known, name) <= 2)
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
