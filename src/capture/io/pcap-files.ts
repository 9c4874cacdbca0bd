// Capture files on disk: found by pattern, unpacked, and read side by side in the order of time.
import { createReadStream, globSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { OperatorError } from '../../model/operator-error.ts'
import { type PcapPacket, PcapReader } from '../pcap-reader.ts'

/** The files that the pattern names, at least one; a name without `*`, `?` or `[` is itself. */
export function findPcapFiles(pattern: string): readonly string[] {
  const paths = globSync(pattern).sort()
  if (paths.length === 0) {
    throw new OperatorError('no-file', `there is no file '${pattern}'`, 'check the name')
  }
  for (const path of paths) checkIsFile(path)
  if (paths.length <= openFilesMax) return paths
  throw new OperatorError(
    'too-many-files',
    `'${pattern}' names ${paths.length} files, and at most ${openFilesMax} are read side by side`,
    'name fewer, or join them first: mergecap -w all.pcapng capture*.pcap',
  )
}

/** A folder is none, and a pipe cannot be read from its beginning twice. */
function checkIsFile(path: string): void {
  const found = look(path)
  if (found.isDirectory()) {
    const hint = `name its files: "${join(path, '*.pcap')}"`
    throw new OperatorError('no-file', `'${path}' is a folder`, hint)
  }
  if (!found.isFIFO()) return
  const hint = 'write what it gives to a file first: captures are looked into before they play'
  throw new OperatorError('no-file', `'${path}' is a pipe`, hint)
}

/** What cannot be looked at cannot be read either. */
function look(path: string): Stats {
  try {
    return statSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const hint = 'see that it is there, and that this user may read it and its folders'
    throw new OperatorError('bad-pcap', `cannot read '${path}': ${code}`, hint)
  }
}

/** A file that does not begin as a capture file is an operator error. */
export async function checkPcapFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) for await (const _ of readPcapFile(path, () => {})) break
}

/**
 * The packets of all files, merged by time; one that goes back in its own file stays there.
 * `onCut` hears of each file whose last packet is not whole.
 */
export async function* readPcapFiles(
  paths: readonly string[],
  onCut: () => void,
): AsyncGenerator<readonly PcapPacket[], void, undefined> {
  const [first] = paths
  if (paths.length === 1) {
    yield* readPcapFile(first!, onCut)
    return
  }
  const readings = paths.map((path): Reading => {
    return { batches: readPcapFile(path, onCut), packets: [], next: 0 }
  })
  try {
    yield* merge(readings)
  } finally {
    for (const { batches } of readings) await batches.return()
  }
}

/** Of each file some chunks are in memory. */
const openFilesMax = 512
const chunkBytes = 256 * 1024

interface Reading {
  readonly batches: AsyncGenerator<readonly PcapPacket[], void, undefined>
  packets: readonly PcapPacket[]
  /** The first of `packets` that is not handed over. */
  next: number
}

async function* merge(
  readings: readonly Reading[],
): AsyncGenerator<readonly PcapPacket[], void, undefined> {
  let open: readonly Reading[] = readings
  for (;;) {
    const filled = await Promise.all(open.map(fill))
    open = open.filter((_, index) => filled[index])
    if (open.length === 0) return
    yield takeMerged(open)
  }
}

/** False where the file has ended. */
async function fill(reading: Reading): Promise<boolean> {
  if (reading.next < reading.packets.length) return true
  const { done, value } = await reading.batches.next()
  reading.packets = done === true ? [] : value
  reading.next = 0
  return done !== true
}

/** The earliest packets, until one of the readings has none left. */
function takeMerged(readings: readonly Reading[]): readonly PcapPacket[] {
  const merged: PcapPacket[] = []
  for (;;) {
    let earliest = readings[0]!
    for (const reading of readings) if (nextAt(reading) < nextAt(earliest)) earliest = reading
    merged.push(earliest.packets[earliest.next]!)
    earliest.next += 1
    if (earliest.next === earliest.packets.length) return merged
  }
}

function nextAt({ packets, next }: Reading): number {
  return packets[next]!.at
}

/** Batches of at least one packet. */
async function* readPcapFile(
  path: string,
  onCut: () => void,
): AsyncGenerator<readonly PcapPacket[], void, undefined> {
  const reader = new PcapReader()
  try {
    for await (const chunk of openChunks(path)) {
      const packets = reader.push(chunk)
      if (packets.length > 0) yield packets
    }
    if (reader.finish()) onCut()
  } catch (error) {
    const { message } = error as Error
    const hint = error instanceof OperatorError ? error.hint : 'check that it is whole and readable'
    throw new OperatorError('bad-pcap', `cannot read '${path}': ${message}`, hint)
  }
}

/** The file's bytes, unpacked where it is gzipped, whatever its name. */
async function* openChunks(path: string): AsyncGenerator<Buffer, void, undefined> {
  const chunks: AsyncIterator<Buffer> = createReadStream(path, { highWaterMark: chunkBytes })[
    Symbol.asyncIterator
  ]()
  try {
    const first = await chunks.next()
    if (first.done === true) return
    const all = continueWith(first.value, chunks)
    if (!isGzip(first.value)) yield* all
    else yield* unpack(all)
  } finally {
    await chunks.return?.()
  }
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

async function* continueWith(
  first: Buffer,
  others: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  yield first
  for (let next = await others.next(); next.done !== true; next = await others.next()) {
    yield next.value
  }
}

async function* unpack(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const unpacked = createGunzip({ chunkSize: chunkBytes })
  // Errors reach the reader through `unpacked`, which they destroy.
  pipeline(packed, unpacked, () => {})
  yield* unpacked
}
