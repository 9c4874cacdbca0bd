// How files are compressed, by the end of their name: `.gz` (RFC 1952) and `.zst` (RFC 8878).
import { pipeline, Readable } from 'node:stream'
import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import { OperatorError } from '../../model/operator-error.ts'
import { type FramePart, ZstdFrames } from '../zstd-frames.ts'

const pieceBytes = 256 * 1024

/** Makes a piece that is whole in itself, so that a file of them is readable at any moment. */
export type Compress = (bytes: Uint8Array) => Promise<Uint8Array>

/** Null for a file that is not compressed; zstd that this Node lacks is an operator error. */
export function chooseCompression(path: string): Compress | null {
  if (path.endsWith('.gz')) return promisify(zlib.gzip)
  if (!path.endsWith('.zst')) return null
  checkZstd(path)
  return promisify(zlib.zstdCompress)
}

/**
 * What the file of that name holds, given its bytes: as many compressed pieces as there are. What
 * was written before its writer was cut off is read, as it is of a plain file.
 */
export function decompress(path: string, bytes: Readable): AsyncIterable<Uint8Array> {
  if (path.endsWith('.gz')) return readGzip(bytes)
  if (!path.endsWith('.zst')) return bytes
  checkZstd(path)
  return readZstd(bytes)
}

/** What is cut may end between two records, so it is told as a record that has begun. */
const cutMark = Buffer.from('1')

/** So much of a file at once: what it is unpacked to is in memory before it is handed over. */
const packedBytes = 16 * 1024

async function* readGzip(bytes: Readable): AsyncGenerator<Uint8Array> {
  const gunzip = zlib.createGunzip({ chunkSize: pieceBytes })
  const unpacked: Uint8Array[] = []
  gunzip.on('data', (piece: Uint8Array) => unpacked.push(piece))
  let isEmpty = true
  try {
    for await (const piece of bytes as AsyncIterable<Uint8Array>) {
      for (let at = 0; at < piece.length && !gunzip.readableEnded; at += packedBytes) {
        isEmpty = false
        await gunzipPart(gunzip, piece.subarray(at, at + packedBytes))
        yield* unpacked.splice(0)
      }
    }
    const isCut = !isEmpty && !gunzip.readableEnded && (await endsInside(gunzip))
    yield* unpacked.splice(0)
    if (isCut) yield cutMark
  } finally {
    gunzip.destroy()
  }
}

/** What stands behind the last piece and is none ends the stream, which then takes no more. */
function gunzipPart(gunzip: zlib.Gunzip, part: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    gunzip.once('error', reject).once('end', resolve)
    gunzip.write(part, () => {
      gunzip.off('error', reject).off('end', resolve)
      resolve()
    })
  })
}

/** True where the end of a piece is missing: its check sum and length (RFC 1952, section 2.3). */
function endsInside(gunzip: zlib.Gunzip): Promise<boolean> {
  return new Promise((resolve, reject) => {
    gunzip.once('end', () => resolve(false))
    gunzip.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'Z_BUF_ERROR') resolve(true)
      else reject(error)
    })
    gunzip.end()
  })
}

async function* readZstd(bytes: Readable): AsyncGenerator<Uint8Array> {
  const parts = splitFrames(bytes)
  const options = { chunkSize: pieceBytes, finishFlush: zlib.constants.ZSTD_e_flush }
  for (let first = await parts.next(); first.done !== true; first = await parts.next()) {
    const taken = { isWhole: false }
    const frame = Readable.from(takeFrame(first.value, parts, taken))
    yield* pipeline(frame, zlib.createZstdDecompress(options), () => {})
    if (!taken.isWhole) yield cutMark
  }
}

async function* splitFrames(bytes: Readable): AsyncGenerator<FramePart, undefined> {
  const frames = new ZstdFrames()
  for await (const piece of bytes) yield* frames.push(piece)
  return undefined
}

async function* takeFrame(
  first: FramePart,
  parts: AsyncGenerator<FramePart, undefined>,
  taken: { isWhole: boolean },
): AsyncGenerator<Uint8Array> {
  let part = first
  for (;;) {
    taken.isWhole = part.isLast
    yield part.bytes
    if (part.isLast) return
    const next = await parts.next()
    if (next.done === true) return
    part = next.value
  }
}

/** Node has it since 22.15. */
function checkZstd(path: string): void {
  if (typeof zlib.zstdCompress === 'function') return
  throw new OperatorError(
    'no-zstd',
    `Node ${process.versions.node} cannot read or write ${path}: it has no zstd`,
    'use Node 22.15 or later, or a file that ends in .gz',
  )
}
