// `--quiet` and `--log-format` of the commands beside the run: what they tell on standard error.
// What they answer is on standard output, and stays.
import { parseArgs } from 'node:util'
import { OperatorError } from '../model/operator-error.ts'

export interface Telling {
  /** The words that are left for the command. */
  readonly words: readonly string[]
  /** To be called before the command: as text, as JSON, or nothing but complaints. */
  open(): Promise<void>
}

const complaint = 'rehearsal: '

/** Takes the two flags out of a command's words; fails with an operator error on a bad format. */
export function readTelling(args: readonly string[]): Telling {
  const options = { quiet: { type: 'boolean' }, 'log-format': { type: 'string' } } as const
  const { values, tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const taken = new Set<number>()
  for (const token of tokens) {
    if (token.kind !== 'option' || !Object.hasOwn(options, token.name)) continue
    taken.add(token.index)
    if (token.value !== undefined && token.inlineValue === false) taken.add(token.index + 1)
  }
  const isJson = readLogFormat(values['log-format']) === 'json'
  return {
    words: args.filter((_, index) => !taken.has(index)),
    open: async () => {
      if (values.quiet === true) tellComplaintsAlone(process.stderr)
      if (!isJson) return
      const { openJsonLog } = await import('../report/io/json-log.ts')
      openJsonLog(process.stderr)
      takeForNoTerminal(process.stderr)
    },
  }
}

/** `text` where none is given. */
function readLogFormat(format: string | boolean | undefined): 'text' | 'json' {
  if (format === undefined || format === 'text') return 'text'
  if (format === 'json') return 'json'
  throw new OperatorError('bad-format', `--log-format '${format}' is unknown`, 'text or json')
}

function tellComplaintsAlone(stream: NodeJS.WriteStream): void {
  const write = stream.write
  stream.write = ((chunk: Uint8Array | string) => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    return text.startsWith(complaint) ? write.call(stream, chunk) : true
  }) as typeof stream.write
  takeForNoTerminal(stream)
}

/** So that no line is written over and over. */
function takeForNoTerminal(stream: NodeJS.WriteStream): void {
  Object.defineProperty(stream, 'isTTY', { value: false })
}
