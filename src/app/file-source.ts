// `--input-file`: hands over recorded messages shortly before they are due, with the time at which
// they are, or as fast as they are taken.
import type { Message, Micros, Source } from '../model/message.ts'
import type { World } from '../model/world.ts'
import { Schedule } from '../record/schedule.ts'

export interface FileSourceOptions {
  readonly world: World
  /** Reads the recording from its beginning. */
  readonly read: () => Source<Message>
  readonly repeat: boolean
  readonly stopped: AbortSignal
  readonly pace: FilePace
}

/** recorded: due at the recorded distances; asap: as soon as `ready` says that there is room. */
export type FilePace =
  | { readonly kind: 'recorded'; readonly speed: number; readonly waitMax: Micros | null }
  | { readonly kind: 'asap'; readonly ready: (batch: readonly Message[]) => boolean }

/** Ends behind the last message; where `repeat` is set, when `stopped` or when there is none. */
export async function* createFileSource(options: FileSourceOptions): Source<Message> {
  const { world, read, repeat, stopped, pace } = options
  const startsAt = world.now() + handOverLead
  const schedule = pace.kind === 'asap' ? null : new Schedule({ startsAt, ...pace })
  for (;;) {
    let any = false
    for await (const batch of read()) {
      any = true
      if (pace.kind === 'asap') yield* handOverWhenReady(batch, pace.ready, options)
      else yield* handOverWhenDue(batch, schedule!, options)
      if (stopped.aborted) return
    }
    if (!repeat || !any) return
    schedule?.repeat()
  }
}

/** So long before it is due an output has a message: time to connect, and to wake up late. */
const handOverLead: Micros = 40_000

/** Between two batches, so that no message needs a wake-up of its own. */
const handOverPause: Micros = 10_000

/** The longest that a stop goes unnoticed. */
const sleepMax: Micros = 100_000

/** Between two looks at whether there is room. */
const readyPause: Micros = 1_000

/** In order; when each is sent is the output's part, which knows its connections. */
async function* handOverWhenDue(
  batch: readonly Message[],
  schedule: Schedule,
  { world, stopped }: FileSourceOptions,
): Source<Message> {
  const due = batch.map(({ at }) => schedule.due(at))
  let from = 0
  while (from < batch.length && !stopped.aborted) {
    const now = world.now()
    let to = from
    while (to < batch.length && due[to]! <= now + handOverLead) to++
    if (to > from)
      yield batch.slice(from, to).map((message, index) => dueAt(message, due[from + index]!))
    else {
      const wait = Math.max(handOverPause, due[from]! - handOverLead - now)
      await world.sleep(Math.min(sleepMax, wait))
    }
    from = to
  }
}

function dueAt(message: Message, due: Micros): Message {
  return message.kind === 'request' ? { ...message, due } : message
}

async function* handOverWhenReady(
  batch: readonly Message[],
  ready: (batch: readonly Message[]) => boolean,
  { world, stopped }: FileSourceOptions,
): Source<Message> {
  while (!stopped.aborted && !ready(batch)) await world.sleep(readyPause)
  if (!stopped.aborted) yield batch
}
