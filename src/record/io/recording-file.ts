// Files of messages of any kind: which kind one is, and what it holds.
import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { fnv1a } from '../../base/hash.ts'
import type { Message, Source } from '../../model/message.ts'
import { OperatorError } from '../../model/operator-error.ts'
import { gorSeparator } from '../../protocol/gor/gor-meta.ts'
import { AccessLog } from '../access-log.ts'
import { readHar } from '../har-reader.ts'
import { chooseCompression, decompress } from './compression.ts'

export type RecordingFormat = 'gor' | 'pcap' | 'har' | 'log' | 'empty'

/** Counts what a file holds and is no message. */
export type LeaveOut = (counts: ReadonlyMap<string, number>) => void

const pieceBytes = 256 * 1024
/** An archive is read into memory as a whole. */
const harBytesMax = 256 * 1024 * 1024
const headBytes = 4_096

/** What the file begins like; null where it is none of them. */
export async function detectFormat(path: string): Promise<RecordingFormat | null> {
  let head = Buffer.alloc(0)
  for await (const bytes of readBytes(path)) {
    head = Buffer.concat([head, bytes])
    if (head.length >= headBytes) break
  }
  if (head.length === 0) return 'empty'
  const magic = head.subarray(0, 4).toString('hex')
  if (/^(d4c3b2a1|a1b2c3d4|4d3cb2a1|a1b23c4d|0a0d0d0a)$/.test(magic)) return 'pcap'
  const text = head.toString('latin1')
  if (/^[1-4] \S+ -?\d+[ \n]/.test(text)) return 'gor'
  if (/^(\xef\xbb\xbf)?\s*\{/.test(text)) return 'har'
  if (/^\S+ \S+ [^[\n]*\[\d\d\/\w{3}\/\d{4}:/m.test(text)) return 'log'
  // One whose beginning was cut off.
  return head.includes(gorSeparator) ? 'gor' : null
}

/** What the file holds, unpacked; what goes wrong is an operator error. */
export async function* readBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* decompress(path, createReadStream(path, { highWaterMark: pieceBytes }))
  } catch (error) {
    if (error instanceof OperatorError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    throw badRecording(path, code ?? message)
  }
}

/** The messages of an HTTP archive, by time. */
export async function* readHarFile(path: string, leaveOut: LeaveOut): Source<Message> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const bytes of readBytes(path)) {
    parts.push(bytes)
    length += bytes.length
    if (length > harBytesMax) throw badRecording(path, `it is longer than ${harBytesMax} bytes`)
  }
  const text = Buffer.concat(parts)
    .toString()
    .replace(/^\ufeff/, '')
  const har = readHar(text, createInstance(path))
  if (har === null) throw badRecording(path, 'it is no HTTP archive (HAR 1.2)')
  leaveOut(har.leftOut)
  yield har.messages
}

/** The requests of an access log, to that host, or to those that it tells. */
export async function* readLogFile(
  path: string,
  host: string | null,
  leaveOut: LeaveOut,
): Source<Message> {
  const log = new AccessLog({ host, instance: createInstance(path) })
  for await (const bytes of readBytes(path)) yield log.push(bytes)
  yield log.finish()
  leaveOut(log.leftOut())
}

/** The same for the same file, so that converting it twice gives the same. */
function createInstance(path: string): string {
  return fnv1a(path).toString(16).padStart(8, '0')
}

function badRecording(path: string, why: string): OperatorError {
  return new OperatorError(
    'bad-recording',
    `cannot read ${path}: ${why}`,
    'give a .gor file, a HAR or an access log that this user may read, or a .gz or .zst of one',
  )
}

/** Disposing of it before it is finished leaves what was there before. */
export interface WrittenFile extends AsyncDisposable {
  write(bytes: Uint8Array): Promise<void>
  /** Puts it in the place of a file of that name, which may be one that it was made of. */
  finish(): Promise<void>
}

/** Makes a file, compressed by the end of its name; what goes wrong is an operator error. */
export async function createFile(path: string): Promise<WrittenFile> {
  const compress = chooseCompression(path)
  const temporary = `${path}.${process.pid}.tmp`
  const explain = (error: Error) => Promise.reject(cannotWrite(path, error))
  const handle = await open(temporary, 'w', fileMode).catch(explain)
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  const flush = async () => {
    const bytes = Buffer.concat(waiting)
    waiting = []
    waitingBytes = 0
    if (bytes.length === 0) return
    const written = compress === null ? bytes : await compress(bytes)
    await handle.appendFile(written).catch(explain)
  }
  return {
    async write(bytes) {
      waiting.push(bytes)
      waitingBytes += bytes.length
      if (waitingBytes >= pieceBytes) await flush()
    },
    async finish() {
      await flush()
      await rename(temporary, path).catch(explain)
    },
    async [Symbol.asyncDispose]() {
      await handle.close()
      await rm(temporary, { force: true })
    },
  }
}

/** Recordings hold what users sent: not for everybody to read. */
const fileMode = 0o660

function cannotWrite(path: string, error: Error): OperatorError {
  const { code, message } = error as NodeJS.ErrnoException
  return new OperatorError(
    'cannot-write',
    `cannot write ${path}: ${code ?? message}`,
    'give a file that this user may write, with room for it',
  )
}
