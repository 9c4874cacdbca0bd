// A body as its sender meant it: without transfer and content codings (RFC 9112, 7; RFC 9110, 8.4).
import { createHash } from 'node:crypto'
import {
  brotliDecompressSync,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib'
import type { AnswerHead } from './answer-head.ts'

/** What is wrong with a body by itself. */
export interface Defect {
  readonly kind: 'malformed' | 'truncated'
  readonly what: string
}

export interface DecodedBody {
  /** Decoded; where `defect` is not null, as far as it was decoded. */
  readonly bytes: Buffer
  /** Content codings, lower case, as `gzip`; empty for none. */
  readonly codings: string
  readonly defect: Defect | null
}

const codingsMax = 4

/** The body behind `head`; expands to at most `bodyBytesMax`, and what is larger is a defect. */
export function decodeBody(
  payload: Uint8Array,
  head: AnswerHead,
  requestMethod: string,
  bodyBytesMax: number,
): DecodedBody {
  const { fields, status, bodyStart } = head
  const wire = Buffer.from(
    payload.buffer,
    payload.byteOffset + bodyStart,
    payload.byteLength - bodyStart,
  )
  const codings = (fields.get('content-encoding') ?? '').toLowerCase().trim()
  const isEmpty = requestMethod === 'HEAD' || status === 204 || status === 304 || status < 200
  if (isEmpty) return { bytes: wire.subarray(0, 0), codings, defect: null }
  let bytes = wire
  let defect: Defect | null = null
  if (/\bchunked\b/i.test(fields.get('transfer-encoding') ?? '')) {
    const joined = joinChunks(wire)
    bytes = joined.bytes
    defect = joined.defect
  } else {
    const length = Number(fields.get('content-length') ?? wire.length)
    if (length > wire.length) {
      defect = { kind: 'truncated', what: `${wire.length} of ${length} bytes came` }
    } else if (length < wire.length) bytes = wire.subarray(0, length)
  }
  if (defect !== null) return { bytes, codings, defect }
  return codings === '' || bytes.length === 0
    ? limit(bytes, codings, bodyBytesMax)
    : expand(bytes, codings, bodyBytesMax)
}

function limit(bytes: Buffer, codings: string, bodyBytesMax: number): DecodedBody {
  return { bytes, codings, defect: bytes.length > bodyBytesMax ? tooLarge(bytes) : null }
}

function tooLarge(wire: Buffer): Defect {
  const digest = createHash('sha256').update(wire).digest('hex')
  return { kind: 'truncated', what: `too large to compare: ${wire.length} bytes, ${digest}` }
}

function expand(wire: Buffer, codings: string, bodyBytesMax: number): DecodedBody {
  const names = codings.split(/[\s,]+/).filter((name) => name !== '')
  if (names.length > codingsMax) {
    return { bytes: wire, codings, defect: { kind: 'malformed', what: 'too many codings' } }
  }
  let bytes = wire
  for (const name of names.reverse()) {
    const decode = decoders.get(name)
    if (decode === undefined) {
      return { bytes, codings, defect: { kind: 'malformed', what: `unknown coding ${name}` } }
    }
    try {
      bytes = decode(bytes, bodyBytesMax)
    } catch (error) {
      const isLarge = codeOf(error) === 'ERR_BUFFER_TOO_LARGE'
      const defect: Defect = isLarge
        ? tooLarge(wire)
        : { kind: 'malformed', what: `no ${name}: ${codeOf(error)}` }
      return { bytes, codings, defect }
    }
  }
  return limit(bytes, codings, bodyBytesMax)
}

type Decoder = (bytes: Buffer, maxOutputLength: number) => Buffer

const gunzip: Decoder = (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength })

const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['identity', (bytes) => bytes],
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['deflate', inflate],
  ['br', (bytes, maxOutputLength) => brotliDecompressSync(bytes, { maxOutputLength })],
  ['zstd', (bytes, maxOutputLength) => zstdDecompressSync(bytes, { maxOutputLength })],
])

/** With the wrapper of zlib as RFC 9110 has it, or without, as some servers send it. */
function inflate(bytes: Buffer, maxOutputLength: number): Buffer {
  const hasWrapper = (bytes[0]! & 0x0f) === 8 && (bytes[0]! * 256 + (bytes[1] ?? 0)) % 31 === 0
  const options = { maxOutputLength }
  return hasWrapper ? inflateSync(bytes, options) : inflateRawSync(bytes, options)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
}

/** The data of all chunks; where one is bad or missing, those before it. */
function joinChunks(wire: Buffer): Pick<DecodedBody, 'bytes' | 'defect'> {
  const parts: Buffer[] = []
  let at = 0
  const end = (defect: Defect | null) => ({
    bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts),
    defect,
  })
  for (;;) {
    const lineEnd = wire.indexOf(0x0a, at)
    if (lineEnd < 0) return end({ kind: 'truncated', what: 'the last chunk did not come' })
    const size = /^\s*([0-9a-f]{1,13})\s*(;.*)?$/i.exec(
      wire.toString('latin1', at, lineEnd).trimEnd(),
    )
    if (size === null) return end({ kind: 'malformed', what: 'a bad chunk size' })
    const length = Number.parseInt(size[1]!, 16)
    if (length === 0) return end(null)
    const start = lineEnd + 1
    const part = wire.subarray(start, start + length)
    parts.push(part)
    if (part.length < length) return end({ kind: 'truncated', what: 'a chunk was cut' })
    at = start + length
    if (wire[at] === 0x0d) at++
    if (wire[at] === 0x0a) at++
  }
}
