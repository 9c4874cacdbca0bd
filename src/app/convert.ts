// `rehearsal convert`: messages from recordings of any kind, by time, into one of another kind.
import type { Message, Source } from '../model/message.ts'
import { writeGorRecord } from '../protocol/gor/gor-writer.ts'

/** Makes a file of messages that come in the order of their time. */
export interface RecordingWriter {
  begin(): Uint8Array
  push(batch: readonly Message[]): Uint8Array
  finish(): Uint8Array
  /** Messages that have no place in the file, by what they are. */
  leftOut(): ReadonlyMap<string, number>
}

export interface ConvertOptions {
  readonly sources: readonly Source<Message>[]
  readonly writer: RecordingWriter
  /** What each message is written as; null leaves all as they are. */
  readonly redact?: ((message: Message) => Message) | null
  /** Puts the bytes behind those before. */
  readonly write: (bytes: Uint8Array) => Promise<void>
}

/** Reads all sources to their ends; returns how many messages they held. */
export async function convert(options: ConvertOptions): Promise<number> {
  const { sources, writer, redact = null, write } = options
  let messages = 0
  await write(writer.begin())
  for await (const batch of mergeByTime(sources)) {
    messages += batch.filter(({ kind }) => kind !== 'closed').length
    await write(writer.push(redact === null ? batch : batch.map(redact)))
  }
  await write(writer.finish())
  return messages
}

const nothing = new Uint8Array(0)
const noCounts: ReadonlyMap<string, number> = new Map()

/** GoReplay's format has a place for every message. */
export const gorWriter: RecordingWriter = {
  begin: () => nothing,
  push: (batch) => Buffer.concat(batch.filter(isMessage).map(writeGorRecord)),
  finish: () => nothing,
  leftOut: () => noCounts,
}

/** The end of a connection is told between messages, and is none. */
function isMessage({ kind }: Message): boolean {
  return kind !== 'closed'
}

interface OpenSource {
  readonly batches: AsyncIterator<readonly Message[]>
  batch: readonly Message[]
  next: number
}

/** Messages of one time in the order of the sources. */
async function* mergeByTime(sources: readonly Source<Message>[]): Source<Message> {
  const [only] = sources
  if (sources.length === 1 && only !== undefined) return yield* only
  const all = sources.map((source): OpenSource => {
    return { batches: source[Symbol.asyncIterator](), batch: [], next: 0 }
  })
  let open: readonly OpenSource[] = all
  for (;;) {
    const filled = await Promise.all(open.map(fill))
    open = open.filter((_, index) => filled[index])
    if (open.length === 0) return
    yield takeMerged(open)
  }
}

/** False where the source has ended. */
async function fill(source: OpenSource): Promise<boolean> {
  while (source.next >= source.batch.length) {
    const read = await source.batches.next()
    if (read.done === true) return false
    source.batch = read.value
    source.next = 0
  }
  return true
}

/** The earliest messages, until one of the sources has to be read again. */
function takeMerged(open: readonly OpenSource[]): readonly Message[] {
  const merged: Message[] = []
  for (;;) {
    let earliest = open[0]!
    for (const source of open) if (nextAt(source) < nextAt(earliest)) earliest = source
    merged.push(earliest.batch[earliest.next]!)
    earliest.next += 1
    if (earliest.next === earliest.batch.length) return merged
  }
}

function nextAt({ batch, next }: OpenSource): number {
  return batch[next]!.at
}
