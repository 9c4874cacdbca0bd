// A whole message taken apart: its first line, its fields, and its body as far as it is framed
// (RFC 9112). Texts are latin1: one character for each octet, so that offsets are octets.
import { octets } from './octets.ts'
import { findFieldsEnd } from './request-editor.ts'

/** A field's value, without the blanks around it; `name` in lower case. */
export interface FieldPart {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** The data of one chunk, and where its size line begins; without chunking, the whole body. */
export interface BodyPart {
  /** Of the size line; the start of the data where the body is not chunked. */
  readonly lineStart: number
  readonly start: number
  readonly end: number
}

export interface MessageParts {
  readonly payload: Uint8Array
  /** The first line and the fields, as text. */
  readonly head: string
  /** Of the first line, without its line end. */
  readonly lineEnd: number
  readonly fields: readonly FieldPart[]
  readonly isChunked: boolean
  /** Empty where there is no body, or where its chunks cannot be read. */
  readonly body: readonly BodyPart[]
}

/** Fields beyond are not told. */
const fieldsMax = 256

/** Chunks of a body beyond are not told: then none is. */
const chunksMax = 65_536

/** Null where the head has no end. */
export function readMessageParts(payload: Uint8Array): MessageParts | null {
  const lineFeed = payload.indexOf(octets.lf)
  const fieldsEnd = lineFeed < 0 ? -1 : findFieldsEnd(payload, lineFeed + 1)
  if (fieldsEnd < 0) return null
  const head = toText(payload, 0, fieldsEnd)
  const lineEnd = payload[lineFeed - 1] === octets.cr ? lineFeed - 1 : lineFeed
  const fields = readFields(head, lineFeed + 1)
  const bodyStart = fieldsEnd + (payload[fieldsEnd] === octets.cr ? 2 : 1)
  const coding = fields.find(({ name }) => name === 'transfer-encoding')
  const isChunked = coding !== undefined && /chunked$/i.test(head.slice(coding.start, coding.end))
  const whole = { lineStart: bodyStart, start: bodyStart, end: payload.length }
  const body = isChunked ? readChunks(payload, bodyStart) : [whole]
  return { payload, head, lineEnd, fields, isChunked, body }
}

/** The octets as a text of as many characters. */
export function toText(payload: Uint8Array, start: number, end: number): string {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length)
  return bytes.toString('latin1', start, end)
}

/** The value of the first field of that name (lower case); null where there is none. */
export function fieldText(parts: MessageParts, name: string): string | null {
  const field = parts.fields.find((candidate) => candidate.name === name)
  return field === undefined ? null : parts.head.slice(field.start, field.end)
}

/** Octets of the body, chunk lines not counted. */
export function bodyBytes(parts: MessageParts): number {
  return parts.body.reduce((sum, part) => sum + part.end - part.start, 0)
}

/** The body in one piece, without chunk lines. */
export function joinBody(parts: MessageParts): Uint8Array {
  const pieces = parts.body.map((part) => parts.payload.subarray(part.start, part.end))
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
}

function readFields(head: string, start: number): readonly FieldPart[] {
  const fields: FieldPart[] = []
  for (let line = start; line < head.length && fields.length < fieldsMax; ) {
    const feed = head.indexOf('\n', line)
    const lineEnd = feed < 0 ? head.length : feed
    const colon = head.indexOf(':', line)
    if (colon > line && colon < lineEnd) {
      const name = head.slice(line, colon).toLowerCase()
      let from = colon + 1
      let to = lineEnd
      while (from < to && isBlank(head.charCodeAt(from))) from++
      while (to > from && isBlank(head.charCodeAt(to - 1))) to--
      fields.push({ name, start: from, end: to })
    }
    line = lineEnd + 1
  }
  return fields
}

function isBlank(code: number): boolean {
  return code === octets.space || code === octets.tab || code === octets.cr
}

function readChunks(payload: Uint8Array, bodyStart: number): readonly BodyPart[] {
  const chunks: BodyPart[] = []
  for (let line = bodyStart; chunks.length < chunksMax; ) {
    const feed = payload.indexOf(octets.lf, line)
    if (feed < 0 || feed - line > 4_096) return []
    const digits = /^[0-9a-f]{1,8}/i.exec(toText(payload, line, Math.min(feed, line + 8)))
    if (digits === null) return []
    const size = Number.parseInt(digits[0], 16)
    if (size === 0) return chunks
    const start = feed + 1
    const end = start + size
    if (end > payload.length) return []
    chunks.push({ lineStart: line, start, end })
    line = end + (payload[end] === octets.cr ? 2 : 1)
  }
  return []
}
