// A body as its sender meant it: without transfer and content codings (RFC 9112, 7; RFC 9110, 8.4).
import { createHash } from 'node:crypto'
import { findChunks, joinChunks } from '../protocol/http1/chunked-body.ts'
import {
  type ContentFailure,
  expandContent,
  parseCodings,
} from '../protocol/http1/content-coding.ts'
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
    const joined = readChunks(wire)
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
  const { bytes, failure } = expandContent(wire, parseCodings(codings), bodyBytesMax)
  return {
    bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    codings,
    defect: failure === null ? null : describeFailure(failure, wire),
  }
}

function describeFailure(failure: ContentFailure, wire: Buffer): Defect {
  switch (failure.kind) {
    case 'too-large':
      return tooLarge(wire)
    case 'too-many':
      return { kind: 'malformed', what: 'too many codings' }
    case 'unknown':
      return { kind: 'malformed', what: `unknown coding ${failure.name}` }
    case 'broken':
      return { kind: 'malformed', what: `no ${failure.name}: ${failure.code}` }
  }
}

/** The data of all chunks; where one is bad or missing, those before it. */
function readChunks(wire: Buffer): Pick<DecodedBody, 'bytes' | 'defect'> {
  const { chunks, outcome } = findChunks(wire)
  const joined = joinChunks(wire, chunks)
  const bytes = Buffer.from(joined.buffer, joined.byteOffset, joined.byteLength)
  switch (outcome) {
    case 'whole':
      return { bytes, defect: null }
    case 'last-missing':
      return { bytes, defect: { kind: 'truncated', what: 'the last chunk did not come' } }
    case 'cut':
      return { bytes, defect: { kind: 'truncated', what: 'a chunk was cut' } }
    case 'bad':
      return { bytes, defect: { kind: 'malformed', what: 'a bad chunk size' } }
  }
}
