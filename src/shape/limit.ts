// `address|N` and `address|P%`: how many copies of a message pass an input or an output.
import { fnv1a, hashFraction } from '../base/hash.ts'
import { TokenBucket } from '../base/token-bucket.ts'
import type { Message, Micros } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import { readHeader } from '../protocol/http1/request-editor.ts'

/** rate: at most so many a second; percent: that share of what comes, above 100 with copies. */
export type Limit =
  | { readonly kind: 'rate'; readonly perSecond: number }
  | { readonly kind: 'percent'; readonly percent: number }

/**
 * connection: whole client connections, so that sessions stay whole; request: each by itself;
 * header, cookie: requests with the same value go together, those without it by their connection.
 */
export type SampleBy =
  | 'connection'
  | 'request'
  | { readonly header: string }
  | { readonly cookie: string }

/** How many copies of the message go on: 0 drops it. */
export type Limiter = (message: Message, now: Micros) => number

/** Splits `address|limit`; a limit that cannot be read is an operator error. */
export function parseLimited(text: string): {
  readonly address: string
  readonly limit: Limit | null
} {
  const bar = text.indexOf('|')
  if (bar === -1) return { address: text, limit: null }
  return { address: text.slice(0, bar), limit: parseLimit(text.slice(bar + 1), text) }
}

/**
 * Decides message by message; percentages go by what `sampleBy` says, rates by the clock. Limits at
 * one `place` (the flag's name) choose alike, so that targets can be compared; those at different
 * places choose independently, so that a tenth of a tenth is a hundredth.
 */
export function createLimiter(limit: Limit, sampleBy: SampleBy, place: string): Limiter {
  if (limit.kind === 'rate') {
    const bucket = new TokenBucket(limit.perSecond)
    return (_, now) => (bucket.take(now) ? 1 : 0)
  }
  const always = Math.floor(limit.percent / 100)
  const share = limit.percent / 100 - always
  if (share === 0) return () => always
  const seed = fnv1a(place)
  return (message) => {
    return always + (hashFraction(sampleKey(message, sampleBy), seed) < share ? 1 : 0)
  }
}

/** Reads `connection`, `request`, `header:NAME` or `cookie:NAME`; else an operator error. */
export function parseSampleBy(text: string): SampleBy {
  if (text === 'connection' || text === 'request') return text
  const [, kind, name] = /^(header|cookie):([!#$%&'*+.^_`|~\w-]+)$/.exec(text) ?? []
  if (kind === 'header' && name !== undefined) return { header: name.toLowerCase() }
  if (kind === 'cookie' && name !== undefined) return { cookie: name }
  throw new OperatorError(
    'bad-flag',
    `--sample-by '${text}' is unknown`,
    'write connection, request, header:NAME or cookie:NAME',
  )
}

/** Messages with the same key are kept or left out together. */
function sampleKey(message: Message, sampleBy: SampleBy): string {
  if (sampleBy === 'connection') return message.connection
  if (sampleBy === 'request') return message.id
  const value =
    'header' in sampleBy
      ? readHeader(message.payload, sampleBy.header)
      : readCookie(message.payload, sampleBy.cookie)
  return value ?? message.connection
}

/** RFC 6265, section 4.2.1. */
function readCookie(payload: Uint8Array, name: string): string | null {
  const pairs = readHeader(payload, 'cookie')?.split(';') ?? []
  const start = `${name}=`
  return pairs.map((pair) => pair.trim()).find((pair) => pair.startsWith(start)) ?? null
}

const percentMax = 10_000

function parseLimit(text: string, whole: string): Limit {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim())
  const value = Number(match?.[1])
  if (match !== null && match[2] === '%' && value > 0 && value <= percentMax) {
    return { kind: 'percent', percent: value }
  }
  if (match !== null && match[2] === '' && value > 0) return { kind: 'rate', perSecond: value }
  throw new OperatorError(
    'bad-limit',
    `cannot read the limit '${text}' of '${whole}'`,
    'write |10 for at most 10 a second, |10% for a tenth, |300% for three times',
  )
}
