// Changes in a captured request what a replay has to: the Host value, a path prefix, the mark. All
// other bytes stay as they were captured (RFC 9112, sections 3.2 and 5).
import { isBlank, isToken, octets, skipBlanks, tokenOctets, trimBlanks } from './octets.ts'
import { type ByteSplice, spliceBytes } from './splice-bytes.ts'
import { endOfTarget } from './start-line.ts'

/** Lower case; a request with this header is a replayed one, and is never captured again. */
export const markHeader = 'x-rehearsal'

export interface RequestEdit {
  /** The value for the first Host field; null keeps what was captured. */
  readonly host: string | null
  /** Goes before a target that is a path; as `/v2`, or empty. */
  readonly pathPrefix: string
  /** A field to add as the last one. */
  readonly mark: { readonly name: string; readonly value: string } | null
  /** The name of a field, as the last one, that gives the number of a copy; absent: none. */
  readonly copyMark?: string | null
}

/** The edited copy of a captured request; null where the head is not readable. */
export type EditRequest = (payload: Uint8Array, copy?: number) => Uint8Array | null

export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Makes a request ready for one target. */
export function createRequestEditor(edit: RequestEdit): EditRequest {
  const host = edit.host === null ? null : Buffer.from(edit.host, 'latin1')
  const prefix = Buffer.from(edit.pathPrefix.replace(/\/+$/, ''), 'latin1')
  const mark = Buffer.from(edit.mark === null ? '' : `${edit.mark.name}: ${edit.mark.value}\r\n`)
  const bareMark = Buffer.from(edit.mark === null ? '' : `${edit.mark.name}: ${edit.mark.value}\n`)
  return (payload, copy) => {
    const targetStart = findTarget(payload)
    const lineEnd = targetStart < 0 ? -1 : payload.indexOf(octets.lf, targetStart)
    const fieldsEnd = lineEnd < 0 ? -1 : findFieldsEnd(payload, lineEnd + 1)
    if (fieldsEnd < 0) return null
    const field = host === null ? null : findField(payload, lineEnd + 1, fieldsEnd, 'host')
    const edits: ByteSplice[] = []
    if (prefix.length > 0 && payload[targetStart] === octets.slash) {
      edits.push({ start: targetStart, end: targetStart, bytes: prefix })
    }
    if (host !== null && field !== null) edits.push({ ...field, bytes: host })
    const markLine = payload[lineEnd - 1] === octets.cr ? mark : bareMark
    edits.push({ start: fieldsEnd, end: fieldsEnd, bytes: markLine })
    if (copy !== undefined && edit.copyMark != null) {
      const lineBreak = markLine === mark ? '\r\n' : '\n'
      const bytes = Buffer.from(`${edit.copyMark}: ${copy}${lineBreak}`)
      edits.push({ start: fieldsEnd, end: fieldsEnd, bytes })
    }
    return spliceBytes(payload, edits)
  }
}

/** Where the value of the first field of that name stands, without blanks around it. */
export function findHeader(payload: Uint8Array, lowerCaseName: string): ByteRange | null {
  const lineEnd = payload.indexOf(octets.lf)
  const fieldsEnd = lineEnd < 0 ? -1 : findFieldsEnd(payload, lineEnd + 1)
  return fieldsEnd < 0 ? null : findField(payload, lineEnd + 1, fieldsEnd, lowerCaseName)
}

/** The value of the first field of that name, as latin1; null where there is none. */
export function readHeader(payload: Uint8Array, lowerCaseName: string): string | null {
  const range = findHeader(payload, lowerCaseName)
  if (range === null) return null
  const { buffer, byteOffset, length } = payload
  return Buffer.from(buffer, byteOffset, length).toString('latin1', range.start, range.end)
}

/** Where the target of the request line begins; -1 where no method, space and target stand. */
function findTarget(payload: Uint8Array): number {
  let at = 0
  while (tokenOctets[payload[at]!] === 1) at++
  if (at === 0 || payload[at] !== octets.space) return -1
  const target = at + 1
  return endOfTarget(payload, target, payload.length) > target ? target : -1
}

/** Where the empty line after the fields begins; -1 where there is none. */
export function findFieldsEnd(payload: Uint8Array, start: number): number {
  let at = start
  for (;;) {
    if (payload[at] === octets.lf) return at
    if (payload[at] === octets.cr && payload[at + 1] === octets.lf) return at
    at = payload.indexOf(octets.lf, at) + 1
    if (at === 0) return -1
  }
}

/** As `findHeader`, among the fields from `start` to `end`. */
export function findField(
  payload: Uint8Array,
  start: number,
  end: number,
  lowerCaseName: string,
): ByteRange | null {
  for (let line = start; line < end; line = payload.indexOf(octets.lf, line) + 1) {
    const nameEnd = line + lowerCaseName.length
    // Blanks before the colon are wrong (RFC 9112, section 5.1); what they hide may be a secret.
    const colon = skipBlanks(payload, nameEnd, end)
    if (payload[colon] !== octets.colon || !isToken(payload, line, nameEnd, lowerCaseName)) continue
    const valueEnd = endOfFolded(payload, colon, end)
    const valueStart = skipBlanks(payload, colon + 1, valueEnd)
    return { start: valueStart, end: trimBlanks(payload, valueStart, valueEnd) }
  }
  return null
}

/** Where the value of the field at `at` ends, the lines it is folded over included. */
function endOfFolded(payload: Uint8Array, at: number, end: number): number {
  let lineFeed = payload.indexOf(octets.lf, at)
  while (lineFeed + 1 < end && isBlank(payload[lineFeed + 1]!)) {
    lineFeed = payload.indexOf(octets.lf, lineFeed + 1)
  }
  return payload[lineFeed - 1] === octets.cr ? lineFeed - 1 : lineFeed
}
