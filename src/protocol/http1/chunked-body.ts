// The chunks of a body (RFC 9112, section 7.1): where they are, joined, and back.
import { octets } from './octets.ts'

/** The data of one chunk, and where its size line begins. */
export interface Chunk {
  readonly lineStart: number
  readonly start: number
  readonly end: number
}

export interface FoundChunks {
  /** Without the last one, which is empty; one that is cut ends with the bytes. */
  readonly chunks: readonly Chunk[]
  /** `last-missing`: the bytes end where a size should stand; `cut`: in a chunk's data. */
  readonly outcome: 'whole' | 'last-missing' | 'cut' | 'bad'
  /** Behind the line of the last chunk, where that is there. */
  readonly trailerStart: number
}

/** A longer line of chunk size and extensions is an error. */
const chunkLineBytesMax = 4_096

/** More chunks are an error. */
const chunksMax = 65_536

/** The chunks from `bodyStart` on, as far as they can be read. */
export function findChunks(bytes: Uint8Array, bodyStart = 0): FoundChunks {
  const chunks: Chunk[] = []
  const end = (outcome: FoundChunks['outcome'], trailerStart = bytes.length) => {
    return { chunks, outcome, trailerStart }
  }
  for (let line = bodyStart; ; ) {
    const feed = bytes.indexOf(octets.lf, line)
    if (feed < 0) return end('last-missing')
    if (feed - line > chunkLineBytesMax) return end('bad')
    const size = readSize(bytes, line, feed)
    if (size === null) return end('bad')
    const start = feed + 1
    if (size === 0) return end('whole', start)
    if (chunks.length === chunksMax) return end('bad')
    chunks.push({ lineStart: line, start, end: Math.min(start + size, bytes.length) })
    if (start + size > bytes.length) return end('cut')
    line = start + size
    if (bytes[line] === octets.cr) line++
    if (line === bytes.length) return end('last-missing')
    if (bytes[line] !== octets.lf) return end('bad')
    line++
  }
}

function readSize(bytes: Uint8Array, line: number, feed: number): number | null {
  const text = String.fromCharCode(...bytes.subarray(line, Math.min(feed, line + 16)))
  const digits = /^[\da-f]{1,12}(?![\da-f])/i.exec(text)
  return digits === null ? null : Number.parseInt(digits[0], 16)
}

/** The data of all chunks in one piece. */
export function joinChunks(bytes: Uint8Array, chunks: readonly Chunk[]): Uint8Array {
  const parts = chunks.map(({ start, end }) => bytes.subarray(start, end))
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
}

export interface ChunkedBody {
  readonly data: Uint8Array
  /** From behind the last chunk's line to the end: trailer fields, if any, and an empty line. */
  readonly trailer: Uint8Array
}

/** Null where the chunks cannot be read to the last one. */
export function readChunkedBody(bytes: Uint8Array): ChunkedBody | null {
  const { chunks, outcome, trailerStart } = findChunks(bytes)
  if (outcome !== 'whole') return null
  return { data: joinChunks(bytes, chunks), trailer: bytes.subarray(trailerStart) }
}

/** The data as one chunk, and the trailer as it was. */
export function writeChunkedBody({ data, trailer }: ChunkedBody): Uint8Array {
  const last = Buffer.from('0\r\n')
  if (data.length === 0) return Buffer.concat([last, trailer])
  const size = Buffer.from(`${data.length.toString(16)}\r\n`)
  return Buffer.concat([size, data, Buffer.from('\r\n'), last, trailer])
}
