// The entry of a thread that sends one lane of a load: plays what it is told, with a clock, sockets
// and an event loop of its own.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parentPort, workerData } from 'node:worker_threads'
import type { TrialOrder } from '../app/capacity-trial.ts'
import { CorrelatedTarget } from '../app/correlated-target.ts'
import { type LookedAnswer, playLoad } from '../app/load-player.ts'
import type { RecordedTraffic } from '../capacity/recorded-traffic.ts'
import { laneVitals, type TrialLog } from '../capacity/trial-log.ts'
import type { Micros } from '../model/message.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Output } from '../model/output.ts'
import { createHttpOutput } from '../replay/http-output.ts'
import { parseTargetUrl } from '../replay/target-url.ts'
import { createIssuedReader } from '../shape/correlate-issued.ts'
import type { CapacityFlags } from './capacity-flags.ts'
import { realWorld } from './real-world.ts'
import { createTargetDial } from './target-dial.ts'

export interface CapacityThreadData {
  readonly traffic: RecordedTraffic
  readonly lane: number
  readonly lanes: number
  readonly target: string
  readonly flags: CapacityFlags
  readonly timeout: Micros
  /** Of this lane. */
  readonly connectionsMax: number
}

export type CapacityThreadOrder =
  | ({ readonly kind: 'play' } & TrialOrder)
  | { readonly kind: 'stop' }

/** Ten times a second while it plays, and when a trial has ended. */
export interface CapacityThreadNews {
  readonly answers: readonly LookedAnswer[]
  readonly ended: boolean
}

/** Waiting requests of a lane; the plan bounds them, and what is shed would be an error. */
const queueBytesMax = 2 ** 31

/** As short as a timer can be: what a load is late by is not to be taken for the target's. */
const wakePause: Micros = 1_000

const answerBytesMax = 5 * 1024 * 1024

/** Of the event loop's monitor, in milliseconds; what is measured includes it. */
const loopResolution = 5

/** Of a trial: nothing of its tables outlives it. */
const correlation = {
  now: realWorld.now,
  pairsMax: 100_000,
  expiry: 3_600_000_000,
  copiesMax: 65_536,
  conceal: () => '',
  readProduction: createIssuedReader(),
}

const data = workerData as CapacityThreadData
const target = parseTargetUrl(data.target)
const dial = createTargetDial(data.flags)
const loop = monitorEventLoopDelay({ resolution: loopResolution })
let stop = new AbortController()

parentPort!.on('message', (order: CapacityThreadOrder) => {
  if (order.kind === 'stop') return stop.abort()
  stop = new AbortController()
  // A failure is a bug, and ends the thread.
  void play(order).then(() => tell(true))
})

async function play(order: Extract<CapacityThreadOrder, { kind: 'play' }>): Promise<void> {
  const { plan, log, startsAt } = order
  const vitals = watchVitals(log)
  const onPlaying = (_log: TrialLog, isMeasured: boolean) => {
    vitals.note(isMeasured)
    tell(false)
  }
  const options = { ...data, world: realWorld, open, onAnswer: keep, onPlaying }
  await playLoad(options, plan, log, startsAt, stop.signal)
  loop.disable()
}

/** Answers that wait for the main thread; beyond, they are not looked at. */
const keptBytesMax = 1024 * 1024
const kept: LookedAnswer[] = []
let keptBytes = 0

/** An answer is looked at in the main thread, so that no request waits for that. */
function keep(answer: LookedAnswer): void {
  keptBytes += answer.payload.length
  // A view could not be handed over without the whole buffer below it.
  if (keptBytes <= keptBytesMax) kept.push({ ...answer, payload: new Uint8Array(answer.payload) })
}

function tell(ended: boolean): void {
  const answers = kept.splice(0)
  keptBytes = 0
  if (answers.length === 0 && !ended) return
  const news: CapacityThreadNews = { answers, ended }
  const buffers = answers.map(({ payload }) => payload.buffer as ArrayBuffer)
  parentPort!.postMessage(news, buffers)
}

/** How busy this thread is and how late its event loop, in the part of a trial that is measured. */
function watchVitals(log: TrialLog) {
  let since = performance.eventLoopUtilization()
  let hasBegun = false
  loop.enable()
  const note = (isMeasured: boolean) => {
    if (isMeasured && !hasBegun) {
      hasBegun = true
      since = performance.eventLoopUtilization()
      loop.reset()
      return
    }
    const at = data.lane * laneVitals.length
    log.vitals[at + laneVitals.busy] = performance.eventLoopUtilization(since).utilization
    const lag = loop.percentile(99) / 1_000 - loopResolution * 1_000
    log.vitals[at + laneVitals.loopLagP99] = Number.isFinite(lag) ? Math.max(0, lag) : 0
  }
  return { note }
}

type Opening = Parameters<Parameters<typeof playLoad>[0]['open']>[0]

function open({ account, onOutcome, watch }: Opening): Output {
  const common = {
    name: data.target,
    target,
    edit: {
      host: data.flags['http-original-host'] === true ? null : target.host,
      pathPrefix: target.pathPrefix,
      mark: { name: 'X-Rehearsal', value: '1' },
      copyMark: 'X-Rehearsal-Copy',
    },
    world: realWorld,
    dial: watch(dial),
    account,
    timeout: data.timeout,
    connectionsMax: data.connectionsMax,
    queueBytesMax,
    responseBytesMax: answerBytesMax,
    copyJitterMax: 0,
    wakePause,
  }
  if (data.flags.correlate !== true) return createHttpOutput({ ...common, onOutcome })
  // Sessions are opened anew in every trial, and in every copy.
  const correlated = new CorrelatedTarget(correlation)
  const { prepare } = correlated
  const both = (outcome: Outcome) => {
    correlated.outcome(outcome)
    onOutcome(outcome)
  }
  return correlated.around(createHttpOutput({ ...common, prepare, onOutcome: both }))
}
