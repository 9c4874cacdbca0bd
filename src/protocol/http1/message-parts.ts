// A whole message taken apart: its first line, its fields, and its body as far as it is framed
// (RFC 9112). Texts are latin1: one character for each octet, so that offsets are octets.
import { type Chunk, findChunks, joinChunks } from './chunked-body.ts'
import { parseCodings } from './content-coding.ts'
import { octets } from './octets.ts'
import { findFieldsEnd } from './request-editor.ts'

/** A field's value, without the blanks around it; `name` in lower case. */
export interface FieldPart {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** A chunk; without chunking the whole body, whose line begins where its data does. */
export type BodyPart = Chunk

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
  const found = isChunked ? findChunks(payload, bodyStart) : null
  const body = found === null ? [whole] : found.outcome === 'whole' ? found.chunks : []
  return { payload, head, lineEnd, fields, isChunked, body }
}

/** The octets as a text of as many characters. */
export function toText(payload: Uint8Array, start: number, end: number): string {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length)
  return bytes.toString('latin1', start, end)
}

/** The content codings of the body, in the order in which they were applied. */
export function codingsOf(parts: MessageParts): readonly string[] {
  return parseCodings(fieldText(parts, 'content-encoding') ?? '')
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
  return joinChunks(parts.payload, parts.body)
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
