// `--input-dummy`: requests out of nothing, to try outputs without traffic.
import type { ConnectionId, ExchangeId, Message, Micros, Source } from '../model/message.ts'
import type { World } from '../model/world.ts'

/** Gives `perSecond` GET requests a second on one connection until `stopped`. */
export async function* createDummySource(options: {
  readonly world: World
  readonly perSecond: number
  readonly stopped: AbortSignal
}): Source<Message> {
  const { world, perSecond, stopped } = options
  const startsAt = world.now()
  let sequence = 0
  while (!stopped.aborted) {
    const due = Math.floor(((world.now() - startsAt) * perSecond) / 1e6) + 1
    const batch: Message[] = []
    while (sequence < due && batch.length < batchMax)
      batch.push(createDummy(sequence++, world.now()))
    if (batch.length > 0) yield batch
    // Also where more is due at once: what is never waited for leaves nobody else a turn.
    await world.sleep(batch.length === batchMax ? briefPause : pause)
  }
}

const pause: Micros = 10_000
const briefPause: Micros = 1_000

/** One batch at most; what is due beyond it follows in the next. */
const batchMax = 1_000

const payload = Buffer.from(
  'GET / HTTP/1.1\r\nHost: dummy\r\nUser-Agent: rehearsal\r\n\r\n',
  'latin1',
)
const connection = '00000000000000dd' as ConnectionId

function createDummy(sequence: number, at: Micros): Message {
  const id = `${connection}${sequence.toString(16).padStart(8, '0')}` as ExchangeId
  return { kind: 'request', id, connection, sequence, at, duration: 0, payload }
}
