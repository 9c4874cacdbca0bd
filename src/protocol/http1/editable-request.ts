// The head of a captured request, to read and to change: what no change touches keeps its bytes and
// its order (RFC 9112, sections 3 and 5). Texts are latin1: one character for each octet.
import { octets, tokenOctets } from './octets.ts'
import { type ByteRange, findField, findFieldsEnd } from './request-editor.ts'
import { endOfTarget, readMethod, readMinorVersion } from './start-line.ts'

/** Null where no request line of HTTP/1, or no end of the head, is found. */
export function readEditableRequest(payload: Uint8Array): EditableRequest | null {
  let methodEnd = 0
  while (tokenOctets[payload[methodEnd]!] === 1) methodEnd++
  if (methodEnd === 0 || payload[methodEnd] !== octets.space) return null
  const targetStart = methodEnd + 1
  const targetEnd = endOfTarget(payload, targetStart, payload.length)
  if (targetEnd === targetStart || payload[targetEnd] !== octets.space) return null
  if (readMinorVersion(payload, targetEnd + 1) < 0) return null
  const fieldsStart = payload.indexOf(octets.lf, targetEnd) + 1
  const fieldsEnd = fieldsStart === 0 ? -1 : findFieldsEnd(payload, fieldsStart)
  if (fieldsEnd < 0) return null
  return new EditableRequest(payload, { targetStart, targetEnd, fieldsStart, fieldsEnd })
}

interface HeadOffsets {
  readonly targetStart: number
  readonly targetEnd: number
  readonly fieldsStart: number
  readonly fieldsEnd: number
}

/** Changes a copy of the head; the payload it was read from stays as it is. */
export class EditableRequest {
  readonly #payload: Uint8Array
  readonly #bodyStart: number
  readonly #targetStart: number
  /** From the method to the end of the last field. */
  #head: Buffer
  #targetEnd: number
  #fieldsStart: number
  #isChanged = false

  constructor(payload: Uint8Array, offsets: HeadOffsets) {
    this.#payload = payload
    this.#bodyStart = offsets.fieldsEnd
    this.#targetStart = offsets.targetStart
    this.#targetEnd = offsets.targetEnd
    this.#fieldsStart = offsets.fieldsStart
    this.#head = Buffer.from(payload.buffer, payload.byteOffset, offsets.fieldsEnd)
  }

  method(): string {
    return readMethod(this.#head, 0, this.#targetStart - 1)
  }

  /** The request target as sent: path and query, mostly. */
  target(): string {
    return this.#head.toString('latin1', this.#targetStart, this.#targetEnd)
  }

  setTarget(target: string): void {
    const before = this.#head.length
    this.#replace({ start: this.#targetStart, end: this.#targetEnd }, target)
    this.#targetEnd += this.#head.length - before
    this.#fieldsStart += this.#head.length - before
  }

  /** The value of the first field of that name; null where there is none. */
  field(name: string): string | null {
    const range = this.#findField(name)
    return range === null ? null : this.#head.toString('latin1', range.start, range.end)
  }

  /** Replaces the value of the first field of that name, or adds one before all others. */
  setField(name: string, value: string): void {
    const range = this.#findField(name)
    if (range !== null) {
      this.#replace(range, value)
      return
    }
    const lineEnd = this.#head[this.#fieldsStart - 2] === octets.cr ? '\r\n' : '\n'
    const start = this.#fieldsStart
    this.#replace({ start, end: start }, `${name}: ${value}${lineEnd}`)
  }

  /** The whole request; the very bytes that were read where nothing was changed. */
  bytes(): Uint8Array {
    if (!this.#isChanged) return this.#payload
    return Buffer.concat([this.#head, this.#payload.subarray(this.#bodyStart)])
  }

  #findField(name: string): ByteRange | null {
    return findField(this.#head, this.#fieldsStart, this.#head.length, name.toLowerCase())
  }

  #replace({ start, end }: ByteRange, text: string): void {
    if (this.#head.toString('latin1', start, end) === text) return
    const head = this.#head
    const bytes = Buffer.from(text, 'latin1')
    this.#head = Buffer.concat([head.subarray(0, start), bytes, head.subarray(end)])
    this.#isChanged = true
  }
}
