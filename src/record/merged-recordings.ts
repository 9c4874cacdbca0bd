// Several recordings as one, by time stamp, in memory that does not grow with their size.
import { MemoryBudget } from '../base/memory-budget.ts'
import type { SourceAccount } from '../model/ledger.ts'
import type { Message, Micros, Source } from '../model/message.ts'
import { GorReader } from '../protocol/gor/gor-reader.ts'

/** A file in GoReplay's format, in pieces of any size; what has no place in it is told. */
export interface Recording {
  /** From its beginning. */
  read(account: Pick<SourceAccount, 'dropped'>): AsyncIterable<Uint8Array>
}

export interface MergeOptions {
  readonly recordings: readonly Recording[]
  /** Is told what cannot be read. */
  readonly account: Pick<SourceAccount, 'dropped'>
  readonly payloadBytesMax: number
  /** Messages of one recording that are put in order with each other. */
  readonly depth: number
}

const batchMax = 256

/** Read ahead of each recording; with this much, fewer messages than `depth` will do. */
const aheadBytesMax = 8 * 1024 * 1024

const silent: Pick<SourceAccount, 'dropped'> = { dropped() {} }

/** Messages by time, those of one time in order of the recordings; of any kind. */
export async function* mergeRecordings(options: MergeOptions): Source<Message> {
  const upcoming = await sortByStart(options)
  const open: OpenRecording[] = []
  try {
    for (;;) {
      while (upcoming.length > 0 && upcoming[0]!.firstAt <= earliest(open)) {
        const recording = new OpenRecording(upcoming.shift()!.recording, options)
        open.push(recording)
        await recording.fill()
      }
      for (const recording of open) await recording.fill()
      for (const ended of open.filter(({ first }) => first === null)) {
        open.splice(open.indexOf(ended), 1)
      }
      if (open.length === 0 && upcoming.length === 0) return
      const batch = takeBatch(open, upcoming[0]?.firstAt ?? Number.POSITIVE_INFINITY)
      if (batch.length > 0) yield batch
    }
  } finally {
    for (const recording of open) await recording.close()
  }
}

interface UpcomingRecording {
  readonly recording: Recording
  readonly firstAt: Micros
}

/** A recording is opened when its time comes, so that a thousand chunks are not open at once. */
async function sortByStart(options: MergeOptions): Promise<UpcomingRecording[]> {
  const { recordings } = options
  if (recordings.length === 1) return [{ recording: recordings[0]!, firstAt: 0 }]
  const upcoming: UpcomingRecording[] = []
  for (const recording of recordings) {
    const probe = new OpenRecording(recording, { ...options, account: silent })
    await probe.fill()
    upcoming.push({ recording, firstAt: probe.first?.at ?? 0 })
    await probe.close()
  }
  return upcoming.sort((a, b) => a.firstAt - b.firstAt)
}

function earliest(open: readonly OpenRecording[]): Micros {
  return open.reduce((at, { first }) => Math.min(at, first?.at ?? at), Number.POSITIVE_INFINITY)
}

/** What can be given before more has to be read, and before the time `until`. */
function takeBatch(open: readonly OpenRecording[], until: Micros): readonly Message[] {
  const batch: Message[] = []
  while (batch.length < batchMax) {
    let next: OpenRecording | null = null
    for (const recording of open) {
      if (next === null || recording.first!.at < next.first!.at) next = recording
    }
    if (next === null || next.first!.at >= until) break
    batch.push(next.take())
    if (next.first === null || next.wantsMore()) break
  }
  return batch
}

class OpenRecording {
  /** The next message; null where none is read. */
  first: Message | null = null
  readonly #pieces: AsyncIterator<Uint8Array>
  readonly #reader: GorReader
  readonly #account: Pick<SourceAccount, 'dropped'>
  readonly #depth: number
  /** In order of time from `#next` on. */
  #messages: Message[] = []
  #next = 0
  #bytes = 0
  #ended = false

  constructor(recording: Recording, options: MergeOptions) {
    const { payloadBytesMax } = options
    // A record that comes in pieces may have twice its size set aside.
    const budget = new MemoryBudget(payloadBytesMax * 2 + aheadBytesMax)
    this.#pieces = recording.read(options.account)[Symbol.asyncIterator]()
    this.#reader = new GorReader({ payloadBytesMax, budget, origin: '' })
    this.#account = options.account
    this.#depth = options.depth
  }

  wantsMore(): boolean {
    const waiting = this.#messages.length - this.#next
    return !this.#ended && waiting < this.#depth && this.#bytes < aheadBytesMax
  }

  async fill(): Promise<void> {
    if (!this.wantsMore()) return
    this.#messages.splice(0, this.#next)
    this.#next = 0
    while (this.wantsMore()) {
      const piece = await this.#pieces.next()
      this.#ended = piece.done === true
      const events = piece.done === true ? this.#reader.finish() : this.#reader.push(piece.value)
      for (const event of events) {
        if (event.kind === 'message') this.#insert(event.message)
        else this.#account.dropped(event.reason, 1)
      }
    }
    this.first = this.#messages[0] ?? null
  }

  take(): Message {
    const taken = this.#messages[this.#next++]!
    this.#bytes -= taken.payload.length
    this.first = this.#messages[this.#next] ?? null
    return taken
  }

  async close(): Promise<void> {
    await this.#pieces.return?.()
  }

  /** From the end, because records are nearly in order. */
  #insert(message: Message): void {
    this.#bytes += message.payload.length
    let index = this.#messages.length
    while (index > 0 && this.#messages[index - 1]!.at > message.at) index--
    if (index === this.#messages.length) this.#messages.push(message)
    else this.#messages.splice(index, 0, message)
  }
}
