// A captured message, to read and to change: what no change touches keeps its bytes and order, and
// what frames the body stays right (RFC 9112, sections 5 and 6). Texts are latin1: one character
// for each octet.
import { readChunkedBody, writeChunkedBody } from './chunked-body.ts'
import { octets } from './octets.ts'
import { type ByteRange, findField, findFieldsEnd } from './request-editor.ts'

export interface HeadOffsets {
  /** Where the first field, or the empty line, begins. */
  readonly fieldsStart: number
  /** Where the empty line begins. */
  readonly fieldsEnd: number
}

/** Null where no end of the head is found. */
export function findHead(payload: Uint8Array): HeadOffsets | null {
  const fieldsStart = payload.indexOf(octets.lf) + 1
  const fieldsEnd = fieldsStart === 0 ? -1 : findFieldsEnd(payload, fieldsStart)
  return fieldsEnd < 0 ? null : { fieldsStart, fieldsEnd }
}

/** Changes a copy; the payload it was read from stays as it is. */
export class EditableMessage {
  readonly #payload: Uint8Array
  /** Where the empty line and the body behind it begin. */
  readonly #headEnd: number
  /** From the first line to the end of the last field. */
  #head: Buffer
  #fieldsStart: number
  #isChanged = false
  /** As framed, without the empty line; null where it stays. */
  #framedBody: Uint8Array | null = null

  constructor(payload: Uint8Array, offsets: HeadOffsets) {
    this.#payload = payload
    this.#headEnd = offsets.fieldsEnd
    this.#fieldsStart = offsets.fieldsStart
    this.#head = Buffer.from(payload.buffer, payload.byteOffset, offsets.fieldsEnd)
  }

  /** The value of the first field of that name; null where there is none. */
  field(name: string): string | null {
    const range = this.#findField(name, this.#fieldsStart)
    return range === null ? null : this.text(range.start, range.end)
  }

  /** The values of all fields of that name, in their order. */
  fieldValues(name: string): readonly string[] {
    const values: string[] = []
    this.mapFields(name, (value) => {
      values.push(value)
      return value
    })
    return values
  }

  /** All fields as sent, a folded line as one. */
  fields(): readonly (readonly [name: string, value: string])[] {
    const fields: [string, string][] = []
    for (const line of this.text(this.#fieldsStart, this.#head.length).split(/\r?\n(?![ \t])/)) {
      const colon = line.indexOf(':')
      if (colon > 0) fields.push([line.slice(0, colon), line.slice(colon + 1).trim()])
    }
    return fields
  }

  /** Replaces the value of the first field of that name, or adds one before all others. */
  setField(name: string, value: string): void {
    const range = this.#findField(name, this.#fieldsStart)
    if (range !== null) this.replace(range, value)
    else this.#insert(this.#fieldsStart, name, value)
  }

  /** One more field of that name, behind all others. */
  addField(name: string, value: string): void {
    this.#insert(this.#head.length, name, value)
  }

  removeField(name: string): void {
    for (;;) {
      const range = this.#findField(name, this.#fieldsStart)
      if (range === null) return
      const start = this.#head.lastIndexOf(octets.lf, range.start - 1) + 1
      const next = this.#head.indexOf(octets.lf, range.end) + 1
      this.replace({ start, end: next === 0 ? this.#head.length : next }, '')
    }
  }

  /** Replaces the value of each field of that name by what `map` makes of it. */
  mapFields(name: string, map: (value: string) => string): void {
    let from = this.#fieldsStart
    for (;;) {
      const range = this.#findField(name, from)
      if (range === null) return
      const value = map(this.text(range.start, range.end))
      this.replace(range, value)
      const feed = this.#head.indexOf(octets.lf, range.start + value.length)
      if (feed < 0) return
      from = feed + 1
    }
  }

  /** Replaces the first line, without its end, by what `map` makes of it. */
  mapFirstLine(map: (line: string) => string): void {
    const range = { start: 0, end: this.firstLineEnd() }
    this.replace(range, map(this.text(range.start, range.end)))
  }

  /** Without its chunks, and still with its content codings; null where it cannot be read. */
  body(): Uint8Array | null {
    const framed = this.#framed()
    const codings = this.fieldValues('transfer-encoding').join(',').trim()
    if (codings === '') return framed
    if (!/^chunked$/i.test(codings)) return null
    return readChunkedBody(framed)?.data ?? null
  }

  /** Gives it another body, in the content codings of its fields; false where that cannot be. */
  setBody(data: Uint8Array): boolean {
    if (this.field('transfer-encoding') !== null) {
      if (this.body() === null) return false
      this.#framedBody = writeChunkedBody({ ...readChunkedBody(this.#framed())!, data })
      this.#isChanged = true
      return true
    }
    this.#framedBody = data
    this.#isChanged = true
    const length = String(data.length)
    if (this.field('content-length') !== null) this.mapFields('content-length', () => length)
    else if (data.length > 0 && this.needsLength()) this.addField('Content-Length', length)
    return true
  }

  /** The whole message; the very bytes that were read where nothing was changed. */
  bytes(): Uint8Array {
    if (!this.#isChanged) return this.#payload
    if (this.#framedBody === null) {
      return Buffer.concat([this.#head, this.#payload.subarray(this.#headEnd)])
    }
    const emptyLine = this.#payload.subarray(this.#headEnd, this.#bodyStart())
    return Buffer.concat([this.#head, emptyLine, this.#framedBody])
  }

  /** Whether a body without Content-Length would not be seen. */
  protected needsLength(): boolean {
    return true
  }

  /** Of the head, as changed so far. */
  protected text(start: number, end: number): string {
    return this.#head.toString('latin1', start, end)
  }

  /** The first line, without its end. */
  protected firstLineEnd(): number {
    const feed = this.#fieldsStart - 1
    return this.#head[feed - 1] === octets.cr ? feed - 1 : feed
  }

  protected replace({ start, end }: ByteRange, text: string): void {
    if (this.text(start, end) === text) return
    const head = this.#head
    const bytes = Buffer.from(text, 'latin1')
    this.#head = Buffer.concat([head.subarray(0, start), bytes, head.subarray(end)])
    if (start < this.#fieldsStart && end < this.#fieldsStart) {
      this.#fieldsStart += bytes.length - (end - start)
    }
    this.#isChanged = true
  }

  #insert(at: number, name: string, value: string): void {
    const lineEnd = this.#head[this.#fieldsStart - 2] === octets.cr ? '\r\n' : '\n'
    this.replace({ start: at, end: at }, `${name}: ${value}${lineEnd}`)
  }

  #findField(name: string, from: number): ByteRange | null {
    return findField(this.#head, from, this.#head.length, name.toLowerCase())
  }

  #bodyStart(): number {
    return this.#headEnd + (this.#payload[this.#headEnd] === octets.cr ? 2 : 1)
  }

  #framed(): Uint8Array {
    return this.#framedBody ?? this.#payload.subarray(this.#bodyStart())
  }
}
