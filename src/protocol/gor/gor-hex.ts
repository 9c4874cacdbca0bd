// Messages as GoReplay's middleware reads and prints them: a line each, which is in hexadecimal the
// line that begins a gor record, and the payload.
import type { Message } from '../../model/message.ts'
import { formatNanos, type GorMeta, gorTypes, parseGorMeta } from './gor-meta.ts'

/** What a line said. */
export interface GorLine {
  /** Type and id, by which a message is known again; as `gorLineKey` gives it. */
  readonly key: string
  readonly meta: GorMeta
  readonly payload: Uint8Array
}

/** By what the line of a message is known again. */
export function gorLineKey(message: Message): string {
  return `${gorTypes[message.kind]} ${message.id}`
}

/**
 * The lines of all messages, with GoReplay's four fields and none of our own: what reads them may
 * count on four. With `withTarget`, those of replayed messages name their output in a fifth.
 */
export function writeGorLines(messages: readonly Message[], withTarget: boolean): Uint8Array {
  const metas = messages.map((message) => Buffer.from(formatMeta(message, withTarget), 'latin1'))
  let length = messages.length
  for (const [index, meta] of metas.entries()) {
    length += 2 * (meta.length + messages[index]!.payload.length)
  }
  const lines = Buffer.allocUnsafe(length)
  let at = 0
  for (const [index, meta] of metas.entries()) {
    at += lines.write(meta.toString('hex'), at, 'latin1')
    at += lines.write(toBuffer(messages[index]!.payload).toString('hex'), at, 'latin1')
    lines[at++] = lineFeed
  }
  return lines
}

/** From the bytes that a middleware prints to messages; null for a line that is none. */
export class GorLineReader {
  readonly #lineBytesMax: number
  readonly #parts: Uint8Array[] = []
  #partBytes = 0
  /** The line is longer than it may be: what is left of it is passed over. */
  #isTooLong = false
  #strange: string | null = null

  constructor(lineBytesMax: number) {
    this.#lineBytesMax = lineBytesMax
  }

  /** How the first line begins that was no message; null: none was, or too long. */
  strange(): string | null {
    return this.#strange
  }

  /** The lines that end in `bytes`, which are the reader's from then on. */
  push(bytes: Uint8Array): readonly (GorLine | null)[] {
    const lines: (GorLine | null)[] = []
    let start = 0
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
      this.#end(bytes.subarray(start, end), lines)
      start = end + 1
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start))
    return lines
  }

  /** The stream is at its end: what is left of a line is none. */
  finish(): readonly (GorLine | null)[] {
    const isCut = this.#partBytes > 0 || this.#isTooLong
    this.#clear()
    return isCut ? [null] : []
  }

  #end(last: Uint8Array, lines: (GorLine | null)[]): void {
    const isTooLong = this.#isTooLong || this.#partBytes + last.length > this.#lineBytesMax
    const line = this.#partBytes === 0 ? last : Buffer.concat([...this.#parts, last])
    this.#clear()
    if (!isTooLong && line.length === 0) return
    const parsed = isTooLong ? null : parseLine(line)
    if (parsed === null && !isTooLong) this.#strange ??= excerpt(line)
    lines.push(parsed)
  }

  #keep(part: Uint8Array): void {
    this.#partBytes += part.length
    if (this.#partBytes > this.#lineBytesMax) {
      this.#clear()
      this.#isTooLong = true
    }
    if (!this.#isTooLong) this.#parts.push(part)
  }

  #clear(): void {
    this.#parts.length = 0
    this.#partBytes = 0
    this.#isTooLong = false
  }
}

const excerptMax = 60

function excerpt(line: Uint8Array): string {
  return toBuffer(line)
    .toString('latin1', 0, excerptMax)
    .replace(/[^ -~]/g, '.')
}

const lineFeed = 0x0a
const carriageReturn = 0x0d

function formatMeta(message: Message, withTarget: boolean): string {
  const { at, duration, target } = message
  const named = withTarget && target !== undefined
  const own = named ? ` target=${encodeURIComponent(target)}` : ''
  return `${gorLineKey(message)} ${formatNanos(at)} ${formatNanos(duration)}${own}\n`
}

function parseLine(line: Uint8Array): GorLine | null {
  const length = line.at(-1) === carriageReturn ? line.length - 1 : line.length
  const bytes = Buffer.from(toBuffer(line).toString('latin1', 0, length), 'hex')
  // The decoder stops at what is no digit.
  if (bytes.length * 2 !== length) return null
  const metaEnd = bytes.indexOf(lineFeed)
  if (metaEnd < 0) return null
  const text = bytes.toString('latin1', 0, metaEnd)
  const meta = parseGorMeta(text, '')
  if (meta === null || meta.kind === 'closed') return null
  return { key: `${gorTypes[meta.kind]} ${meta.id}`, meta, payload: bytes.subarray(metaEnd + 1) }
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
