// Puts other bytes into a captured message and keeps its framing right: Content-Length, or the
// sizes of the chunks that changed (RFC 9112, sections 6 and 7.1). All other bytes stay.
import type { BodyPart, MessageParts } from './message-parts.ts'
import { octets } from './octets.ts'
import { spliceBytes } from './splice-bytes.ts'

/** A range of the payload and what stands there instead; latin1. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * A copy of the message with each splice made; they are in order, do not overlap, and touch values
 * in the head and the data of the body alone. In a chunked body one may reach over chunks.
 */
export function spliceMessage(parts: MessageParts, splices: readonly Splice[]): Uint8Array {
  const bodyStart = parts.body[0]?.lineStart ?? parts.payload.length
  const all: Splice[] = []
  let growth = 0
  for (const splice of splices) {
    if (splice.start < bodyStart) all.push(splice)
    else growth += splice.text.length - (splice.end - splice.start)
  }
  const inBody = splices.filter(({ start }) => start >= bodyStart)
  if (parts.isChunked) all.push(...spliceChunks(parts, inBody))
  else {
    if (growth !== 0) all.push(...lengthen(parts, growth))
    all.push(...inBody)
  }
  all.sort((a, b) => a.start - b.start)
  return spliceBytes(
    parts.payload,
    all.map(({ start, end, text }) => ({ start, end, bytes: Buffer.from(text, 'latin1') })),
  )
}

/** Every Content-Length, and every number in it where it is a list of equal ones. */
function lengthen(parts: MessageParts, growth: number): readonly Splice[] {
  const lengths = parts.fields.filter(({ name }) => name === 'content-length')
  return lengths.map(({ start, end }) => {
    const value = parts.head.slice(start, end)
    return { start, end, text: value.replace(/\d+/g, (digits) => String(Number(digits) + growth)) }
  })
}

/**
 * Cuts splices at the ends of chunks, and adds one for the size of every chunk that they change.
 */
function spliceChunks(parts: MessageParts, splices: readonly Splice[]): readonly Splice[] {
  const all: Splice[] = []
  let next = 0
  /** What a splice that began in a chunk before still takes out of the following ones. */
  let reach = 0
  for (const chunk of parts.body) {
    const own: Splice[] = []
    if (reach > chunk.start)
      own.push({ start: chunk.start, end: Math.min(reach, chunk.end), text: '' })
    for (; next < splices.length && splices[next]!.start < chunk.end; next++) {
      const { start, end, text } = splices[next]!
      own.push({ start, end: Math.min(end, chunk.end), text })
      reach = end
    }
    if (own.length > 0) all.push(...resize(parts.payload, chunk, own))
  }
  return all
}

/** The splices and one for the size line; of a chunk that becomes empty, nothing may stay. */
function resize(
  payload: Uint8Array,
  chunk: BodyPart,
  splices: readonly Splice[],
): readonly Splice[] {
  const before = chunk.end - chunk.start
  let after = before
  for (const { start, end, text } of splices) after += text.length - (end - start)
  if (after === before) return splices
  if (after === 0) {
    // A chunk of size 0 would end the body.
    const end = payload[chunk.end] === octets.cr ? chunk.end + 2 : chunk.end + 1
    return [{ start: chunk.lineStart, end, text: '' }]
  }
  let end = chunk.lineStart
  while (isHexDigit(payload[end]!)) end++
  return [{ start: chunk.lineStart, end, text: after.toString(16) }, ...splices]
}

function isHexDigit(octet: number): boolean {
  const letter = octet | 0x20
  return (octet >= octets.zero && octet <= octets.nine) || (letter >= 0x61 && letter <= 0x66)
}
