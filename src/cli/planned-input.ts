// What every kind of input is before it is opened, and what all of them take from the flags.
import type { CopyInput, CopyOutput } from '../app/copy.ts'
import type { Ledger } from '../app/ledger.ts'
import { OperatorError } from '../model/operator-error.ts'
import { createLimiter, type Limiter, parseLimited, type SampleBy } from '../shape/limit.ts'
import type { FlagValues } from './flags.ts'
import type { GuardedAddress } from './loop-guard.ts'
import { parseSize } from './units.ts'

/** An input that is described but not open yet: everything that can be wrong with it is checked. */
export interface PlannedInput {
  readonly guarded: readonly GuardedAddress[]
  /** What it gives was captured a moment ago, unlike what a file holds. */
  readonly isLive?: boolean
  open(ledger: Ledger, outputs: readonly CopyOutput[]): Promise<CopyInput>
}

/** What an input holds of messages that are not whole, all connections together. */
export const bufferedBytesMax: number = 64 * 1024 * 1024

const headBytesMax = 256 * 1024
const defaultMessageBytes = '5mb'

/** `--copy-buffer-size`: the longest message. */
export function readMessageBytesMax(flags: FlagValues): number {
  return parseSize('copy-buffer-size', flags['copy-buffer-size'] ?? defaultMessageBytes)
}

/** The longest head and message that framing takes. */
export function readFramerLimits(flags: FlagValues): {
  readonly headBytesMax: number
  readonly messageBytesMax: number
} {
  return { headBytesMax, messageBytesMax: readMessageBytesMax(flags) }
}

/** Takes `|10` or `|10%` off the address of the flag; an input cannot be amplified. */
export function readInputLimit(
  flag: string,
  text: string,
  sampleBy: SampleBy,
): { readonly address: string; readonly limiter: Limiter | null } {
  const { address, limit } = parseLimited(text)
  if (limit?.kind === 'percent' && limit.percent > 100) {
    throw new OperatorError(
      'bad-limit',
      `an input cannot give more than it takes: '${text}'`,
      'put |300% on the output instead: --output-http "http://staging|300%"',
    )
  }
  return { address, limiter: limit === null ? null : createLimiter(limit, sampleBy, flag) }
}

/** The listener, as what no output may be; where any port will do, it is none that one names. */
export function guardListener(listener: GuardedAddress): readonly GuardedAddress[] {
  return listener.port === 0 ? [] : [listener]
}

/** Reads `:28020` or `10.0.0.7:28020`. */
export function parseListenAddress(
  flag: string,
  text: string,
): { readonly host: string | null; readonly port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(text)
  const port = Number(match?.[3])
  if (match !== null && port <= 65_535) {
    const host = match[1] ?? match[2] ?? ''
    return { host: host === '' ? null : host, port }
  }
  throw new OperatorError(
    'bad-address',
    `--${flag} '${text}' is no address`,
    'write :28020 or 10.0.0.7:28020',
  )
}
