// Flags that were given and have nothing to work on in this run.

/** What the operator wrote, by flag. */
type Values = Readonly<Partial<Record<string, unknown>>>

const outputs = [
  'output-http',
  'output-binary',
  'output-tcp',
  'output-ws',
  'output-file',
  'output-stdout',
  'output-null',
] as const

/** Flags that name an input or an output, whose further flags begin with their name. */
const places = ['input-raw', 'input-tcp', 'input-file', ...outputs] as const

const shown = ['output-file', 'output-stdout'] as const
const stored = [...shown, 'output-tcp', 'output-ws', 'compare', 'console'] as const

interface Need {
  readonly flag: string
  readonly isMet: (flags: Values) => boolean
  readonly why: string
}

const needs: readonly Need[] = [
  {
    flag: 'redact',
    isMet: (flags) => hasAny(flags, stored),
    why: 'nothing is stored, shown or sent to another replayer, and targets get what was captured',
  },
  {
    flag: 'redact-key',
    isMet: (flags) => hasAny(flags, stored),
    why: 'nothing is stored, shown or sent to another replayer',
  },
  {
    flag: 'prettify-http',
    isMet: (flags) => hasAny(flags, [...shown, 'middleware']),
    why: 'there is no --output-file, --output-stdout or --middleware',
  },
  {
    flag: 'output-http-track-response',
    isMet: (flags) => hasAny(flags, [...shown, 'output-null', 'middleware', 'script']),
    why: 'there is no --middleware, --script, --output-file or --output-stdout that takes answers',
  },
  {
    flag: 'sample-by',
    isMet: (flags) => addresses(flags).some((address) => /\|[^|]*%\s*$/.test(address)),
    why: 'no address ends in a percentage, such as |10%',
  },
  ...['input-tcp-certificate', 'input-tcp-certificate-key'].map((flag) =>
    needsFlag(flag, 'input-tcp-secure', 'the link is plain'),
  ),
  ...['output-tcp-ca', 'output-tcp-skip-verify'].map((flag) =>
    needsFlag(flag, 'output-tcp-secure', 'the link is plain'),
  ),
  ...['input-raw-vxlan-port', 'input-raw-vxlan-vni'].map((flag) => ({
    flag,
    isMet: (flags: Values) => flags['input-raw-engine'] === 'vxlan',
    why: 'the engine is not vxlan',
  })),
  ...['output-file-size-limit', 'output-file-queue-limit'].map((flag) => ({
    flag,
    isMet: (flags: Values) => flags['output-file-append'] !== true,
    why: 'with --output-file-append there is one file',
  })),
  {
    flag: 'split-output',
    isMet: (flags) => countOutputs(flags) > 1,
    why: 'there is only one output',
  },
]

function needsFlag(flag: string, needed: string, what: string): Need {
  return {
    flag,
    isMet: (flags) => flags[needed] === true,
    why: `${what} without --${needed}`,
  }
}

/** Capture files are played as recordings are. */
function isNamed(place: string, flags: Values): boolean {
  if (place === 'input-file' && flags['input-raw-engine'] === 'pcap_file') return true
  return flags[place] !== undefined
}

/** Why the flag changes nothing in this run; null where it does, or may. */
export function explainIdle(name: string, flags: Values): string | null {
  // Without a file it is refused.
  if (name === 'input-file-dry-run') return null
  const place = places.find((prefix) => name.startsWith(`${prefix}-`))
  if (place !== undefined && !isNamed(place, flags)) return `there is no --${place}`
  const need = needs.find(({ flag }) => flag === name)
  return need === undefined || need.isMet(flags) ? null : need.why
}

function hasAny(flags: Values, names: readonly string[]): boolean {
  return names.some((name) => flags[name] !== undefined)
}

function addresses(flags: Values): readonly string[] {
  return Object.values(flags).flatMap((value) => (Array.isArray(value) ? (value as string[]) : []))
}

function countOutputs(flags: Values): number {
  return outputs.reduce((count, name) => {
    const value = flags[name]
    return count + (Array.isArray(value) ? value.length : value === true ? 1 : 0)
  }, 0)
}
