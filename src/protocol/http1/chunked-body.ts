// A whole chunked body in one piece, and back (RFC 9112, section 7.1).
import { octets } from './octets.ts'

export interface ChunkedBody {
  readonly data: Uint8Array
  /** From behind the last chunk's line to the end: trailer fields, if any, and an empty line. */
  readonly trailer: Uint8Array
}

/** A longer line of chunk size and extensions is an error. */
const chunkLineBytesMax = 4_096

/** Null where the chunks cannot be read to the last one. */
export function readChunkedBody(bytes: Uint8Array): ChunkedBody | null {
  const parts: Uint8Array[] = []
  for (let line = 0; ; ) {
    const feed = bytes.indexOf(octets.lf, line)
    if (feed < 0 || feed - line > chunkLineBytesMax) return null
    const text = String.fromCharCode(...bytes.subarray(line, Math.min(feed, line + 16)))
    const digits = /^[\da-f]{1,12}(?![\da-f])/i.exec(text)
    if (digits === null) return null
    const size = Number.parseInt(digits[0], 16)
    const start = feed + 1
    if (size === 0) return { data: Buffer.concat(parts), trailer: bytes.subarray(start) }
    if (start + size > bytes.length) return null
    parts.push(bytes.subarray(start, start + size))
    line = start + size
    if (bytes[line] === octets.cr) line++
    if (bytes[line] !== octets.lf) return null
    line++
  }
}

/** The data as one chunk, and the trailer as it was. */
export function writeChunkedBody({ data, trailer }: ChunkedBody): Uint8Array {
  const last = Buffer.from('0\r\n')
  if (data.length === 0) return Buffer.concat([last, trailer])
  const size = Buffer.from(`${data.length.toString(16)}\r\n`)
  return Buffer.concat([size, data, Buffer.from('\r\n'), last, trailer])
}
