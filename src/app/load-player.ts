// Plays one lane of a load through an output: hands requests over shortly before they are due, and
// writes what comes of each into the trial's log.
import type { LoadPlan } from '../capacity/load-plan.ts'
import { type RecordedTraffic, requestFlags } from '../capacity/recorded-traffic.ts'
import { countLateness, eventStates, type TrialLog, trialCounters } from '../capacity/trial-log.ts'
import type { OutputAccount } from '../model/ledger.ts'
import type { ConnectionId, ExchangeId, Message, Micros } from '../model/message.ts'
import type { Outcome, OutcomeListener } from '../model/outcome.ts'
import type { Output } from '../model/output.ts'
import type { Dial, World } from '../model/world.ts'

export interface LoadPlayerOptions {
  readonly world: World
  readonly traffic: RecordedTraffic
  /** Sessions are shared out: this one of so many plays its own. */
  readonly lane: number
  readonly lanes: number
  /** A fresh output, with connections of its own. */
  readonly open: (parts: {
    readonly account: OutputAccount
    readonly onOutcome: OutcomeListener
    readonly watch: (dial: Dial) => Dial
  }) => Output
  /** Is given each answer that the plan has looked at; the payload is its to keep. */
  readonly onAnswer: (answer: LookedAnswer) => void
  /** Connections of this lane; beyond, the generator is the limit. */
  readonly connectionsMax: number
  /** Called ten times a second while it plays, and whether it is in the part that is measured. */
  readonly onPlaying?: (log: TrialLog, isMeasured: boolean) => void
}

/** An answer of a load that is looked at more closely than by its status. */
export interface LookedAnswer {
  readonly event: number
  /** When it had come; wall clock. */
  readonly at: Micros
  readonly payload: Uint8Array
}

/** A request of a load, which knows which event it is. */
interface LoadMessage extends Message {
  readonly event: number
  readonly due: Micros
  readonly copy: number
}

/** So long before they are due requests are handed over: time to connect. */
const handOverLead: Micros = 40_000
const handOverPause: Micros = 10_000

/** Plays until `stop` is set; what is left then is let go, and not written into the log. */
export async function playLoad(
  options: LoadPlayerOptions,
  plan: LoadPlan,
  log: TrialLog,
  startsAt: Micros,
  stop: AbortSignal,
): Promise<void> {
  const { world, onPlaying } = options
  const measuredFrom = startsAt + plan.warmup
  const output = options.open({
    account: createAccount(log, () => !stop.aborted && world.now() >= measuredFrom),
    onOutcome: createListener(options, plan, log, startsAt, stop),
    watch: (dial) => watchDial(dial, log, options.connectionsMax, stop),
  })
  const cursor = createCursor(options, plan, startsAt)
  let ticksAt = 0
  while (!stop.aborted) {
    const now = world.now()
    const batch = cursor.take(now + handOverLead)
    if (batch.messages.length > 0) output.write(batch.messages)
    if (batch.ended.length > 0) output.ended?.(batch.ended)
    if (now >= ticksAt) {
      output.tick(now)
      onPlaying?.(log, now >= measuredFrom)
      ticksAt = now + 100_000
    }
    await world.sleep(handOverPause)
  }
  onPlaying?.(log, world.now() >= measuredFrom)
  await output.close()
}

interface HandedOver {
  readonly messages: readonly Message[]
  /** Connections that the client closed behind the last of them. */
  readonly ended: readonly ConnectionId[]
}

function createCursor(options: LoadPlayerOptions, plan: LoadPlan, startsAt: Micros) {
  const { traffic, lane, lanes } = options
  let next = 0
  const names = new Map<number, ConnectionId>()
  const nameOf = (connection: number, copy: number): ConnectionId => {
    const key = copy * 2 ** 32 + connection
    const known = names.get(key)
    if (known !== undefined) return known
    const name = `${connection}~${copy}` as ConnectionId
    names.set(key, name)
    return name
  }
  const take = (until: Micros): HandedOver => {
    const messages: Message[] = []
    const ended: ConnectionId[] = []
    for (; next < plan.count && startsAt + plan.offset[next]! <= until; next++) {
      const request = plan.request[next]!
      if (lanes > 1 && traffic.client[request]! % lanes !== lane) continue
      const copy = plan.copy[next]!
      const connection = nameOf(traffic.connection[request]!, copy)
      const due = startsAt + plan.offset[next]!
      const message = createMessage(traffic, request, { event: next, connection, copy, due })
      messages.push(message)
      if (traffic.answerLength[request]! > 0) messages.push(createAnswer(traffic, message))
      if ((traffic.flags[request]! & requestFlags.closes) !== 0) ended.push(connection)
    }
    return { messages, ended }
  }
  return { take }
}

function createMessage(
  traffic: RecordedTraffic,
  request: number,
  parts: {
    readonly event: number
    readonly connection: ConnectionId
    readonly copy: number
    readonly due: Micros
  },
): LoadMessage {
  const { event, connection, copy, due } = parts
  const start = traffic.start[request]!
  const isPipelined = (traffic.flags[request]! & requestFlags.pipelined) !== 0
  return {
    kind: 'request',
    id: `${event}` as ExchangeId,
    connection,
    sequence: request,
    at: due,
    duration: 0,
    payload: traffic.bytes.subarray(start, start + traffic.length[request]!),
    due,
    event,
    // Every request of a load is a copy; the first has the number 1.
    copy: copy + 1,
    pipelined: isPipelined,
  }
}

/** Production's, as if it came when it did behind this request; that to a login at once. */
function createAnswer(traffic: RecordedTraffic, request: LoadMessage): Message {
  const { id, connection, sequence, copy, due } = request
  const start = traffic.answerStart[sequence]!
  const payload = traffic.bytes.subarray(start, start + traffic.answerLength[sequence]!)
  const { opensSession, needed } = requestFlags
  const isOpening = (traffic.flags[sequence]! & (opensSession | needed)) !== 0
  // A session that is opened for a load may go on in the same moment.
  const at = due + (isOpening ? 0 : traffic.answerAfter[sequence]!)
  return { kind: 'response', id, connection, sequence, at, duration: 0, payload, copy }
}

/** Requests that never left in time were kept waiting like those without an answer. */
const timeouts: ReadonlySet<string> = new Set(['timeout', 'queue-timeout', 'write-timeout'])

function createListener(
  { onAnswer, world }: LoadPlayerOptions,
  plan: LoadPlan,
  log: TrialLog,
  startsAt: Micros,
  stop: AbortSignal,
): OutcomeListener {
  return (outcome: Outcome) => {
    if (stop.aborted) return
    const { event } = outcome.request as LoadMessage
    const due = startsAt + plan.offset[event]!
    if (outcome.kind === 'failed') {
      log.fromDue[event] = Math.max(0, world.now() - due)
      const isTimeout = timeouts.has(outcome.reason)
      log.state[event] = isTimeout ? eventStates.timeout : eventStates.failed
      return
    }
    const { at, duration, payload } = outcome.response
    // A request may be sent a little before it is due: that makes no answer quicker.
    log.fromDue[event] = Math.max(duration, at + duration - due)
    log.service[event] = duration
    log.state[event] = Math.max(100, readStatus(payload))
    if (plan.looked[event] === 1) onAnswer({ event, at: at + duration, payload })
  }
}

/** Of `HTTP/1.1 200`, without reading the rest; 0 where there is none. */
export function readStatus(response: Uint8Array): number {
  const digit = (index: number) => response[index]! - 48
  const status = digit(9) * 100 + digit(10) * 10 + digit(11)
  return status >= 100 && status <= 999 ? status : 0
}

/** `counts` says whether a request is sent in the part that is measured. */
function createAccount(log: TrialLog, counts: () => boolean): OutputAccount {
  const nothing = () => {}
  return {
    amplified: nothing,
    accepted: nothing,
    delivered: nothing,
    answered: nothing,
    connected: nothing,
    redirected: nothing,
    unanswered: nothing,
    dropped: nothing,
    scheduled: (_error, own) => {
      if (counts()) countLateness(log, own)
    },
  }
}

/** Counts connections that were refused, and those that this host had no means for. */
function watchDial(dial: Dial, log: TrialLog, connectionsMax: number, stop: AbortSignal): Dial {
  let open = 0
  const count = (counter: number) => {
    if (!stop.aborted) Atomics.add(log.counters, counter, 1)
  }
  return (endpoint, handler) => {
    let isConnected = false
    open += 1
    if (open === connectionsMax) count(trialCounters.exhausted)
    return dial(endpoint, {
      connected: () => {
        isConnected = true
        handler.connected()
      },
      received: (bytes) => handler.received(bytes),
      drained: () => handler.drained(),
      closed: (why) => {
        open -= 1
        if (!isConnected && why === 'refused') count(trialCounters.refused)
        if (!isConnected && why === 'exhausted') count(trialCounters.exhausted)
        handler.closed(why)
      },
    })
  }
}
