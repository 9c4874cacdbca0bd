// Plays one lane of a load through an output: hands requests over shortly before they are due, and
// writes what comes of each into the trial's log.
import type { LoadPlan } from '../capacity/load-plan.ts'
import { type RecordedTraffic, requestFlags } from '../capacity/recorded-traffic.ts'
import {
  countLateness,
  eventStates,
  isSampled,
  sampleEvery,
  type TrialLog,
  trialCounters,
} from '../capacity/trial-log.ts'
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
  /** Status and shape of an answer; a shape of 0 is not known. */
  readonly readAnswer: (response: Uint8Array, isSampled: boolean) => AnswerForm
  /** Connections of this lane; beyond, the generator is the limit. */
  readonly connectionsMax: number
  /** Called ten times a second while it plays, and whether it is in the part that is measured. */
  readonly onPlaying?: (log: TrialLog, isMeasured: boolean) => void
}

export interface AnswerForm {
  readonly status: number
  readonly shape: number
}

/** A request of a load, which knows which event it is. */
interface LoadMessage extends Message {
  readonly event: number
}

/** So long before they are due requests are handed over: time to connect. */
const handOverLead: Micros = 40_000
const handOverPause: Micros = 10_000

/** Answers whose shape is looked at, a second, over all lanes. */
export const shapesPerSecond = 200

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
      if (lanes > 1 && traffic.session[request]! % lanes !== lane) continue
      const copy = plan.copy[next]!
      const connection = nameOf(traffic.connection[request]!, copy)
      const due = startsAt + plan.offset[next]!
      messages.push(createMessage(traffic, request, { event: next, connection, copy, due }))
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

/** Requests that never left in time were kept waiting like those without an answer. */
const timeouts: ReadonlySet<string> = new Set(['timeout', 'queue-timeout', 'write-timeout'])

function createListener(
  { traffic, readAnswer, world }: LoadPlayerOptions,
  plan: LoadPlan,
  log: TrialLog,
  startsAt: Micros,
  stop: AbortSignal,
): OutcomeListener {
  const perSecond = (plan.count / plan.duration) * 1e6
  const every = sampleEvery(perSecond, shapesPerSecond)
  return (outcome: Outcome) => {
    if (stop.aborted) return
    const { event, sequence: request } = outcome.request as LoadMessage
    const due = startsAt + plan.offset[event]!
    if (outcome.kind === 'failed') {
      log.fromDue[event] = Math.max(0, world.now() - due)
      const isTimeout = timeouts.has(outcome.reason)
      log.state[event] = isTimeout ? eventStates.timeout : eventStates.failed
      return
    }
    const { at, duration, payload } = outcome.response
    const isLookedAt = traffic.count > 0 && isSampled(request, every)
    const { status, shape } = readAnswer(payload, isLookedAt)
    // A request may be sent a little before it is due: that makes no answer quicker.
    log.fromDue[event] = Math.max(duration, at + duration - due)
    log.service[event] = duration
    log.shape[event] = shape
    log.state[event] = Math.max(100, status)
  }
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
