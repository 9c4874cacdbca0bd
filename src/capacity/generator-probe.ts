// How much the generator could send at all: recorded requests go to a sink that answers at once,
// and from what was answered and how busy the threads were follows where they would be the limit.
import type { GeneratorCeiling } from '../model/capacity.ts'
import type { Micros } from '../model/message.ts'
import type { LoadPlan } from './load-plan.ts'
import { type RecordedTraffic, share } from './recorded-traffic.ts'
import { generatorLimits } from './trial-judge.ts'
import { laneVitals, type TrialLog } from './trial-log.ts'

export interface ProbeOptions {
  /** Requests a second. */
  readonly rate: number
  readonly duration: Micros
  /** The beginning, which is not measured: threads warm up. */
  readonly warmup: Micros
}

/** Recorded requests that are played, again and again. */
const requestsMax = 4_096
/** About so many connections are used side by side. */
const connectionsWanted = 64

/**
 * The first requests of the recording at even distances, over as many connections as it takes to
 * keep the generator busy: opened and closed as they were recorded.
 */
export function planProbe(traffic: RecordedTraffic, options: ProbeOptions): LoadPlan {
  const { rate, duration, warmup } = options
  const { requests, copies } = chooseRequests(traffic)
  const count = Math.floor((rate * duration) / 1e6)
  const offset = share(Float64Array, count)
  const request = share(Uint32Array, count)
  const copy = share(Uint16Array, count)
  for (let event = 0; event < count; event++) {
    offset[event] = Math.floor((event * 1e6) / rate)
    copy[event] = event % copies
    request[event] = Math.floor(event / copies) % requests
  }
  const looked = share(Uint8Array, count)
  const level = rate / ((traffic.count / traffic.duration) * 1e6)
  return { level, duration, warmup, count, offset, request, copy, looked, distinct: 1 }
}

/** The first of the recording, until they are of enough connections; and how often side by side. */
function chooseRequests({ count, connection }: RecordedTraffic): {
  readonly requests: number
  readonly copies: number
} {
  const seen = new Set<number>()
  let requests = 0
  while (requests < Math.min(count, requestsMax) && seen.size < connectionsWanted) {
    seen.add(connection[requests]!)
    requests += 1
  }
  return { requests, copies: Math.ceil(connectionsWanted / seen.size) }
}

/** `now` is when the probe was ended, from its beginning; null where nothing was answered. */
export function readCeiling(plan: LoadPlan, log: TrialLog, now: Micros): GeneratorCeiling | null {
  let answered = 0
  for (let event = 0; event < plan.count; event++) {
    if (log.state[event]! < 100) continue
    const at = plan.offset[event]! + log.fromDue[event]!
    if (at >= plan.warmup && at < now) answered += 1
  }
  const seconds = (now - plan.warmup) / 1e6
  let busy = 0
  for (let lane = 0; lane < log.vitals.length; lane += laneVitals.length) {
    busy = Math.max(busy, log.vitals[lane + laneVitals.busy]!)
  }
  if (answered === 0 || seconds <= 0 || busy <= 0) return null
  const reached = busy >= generatorLimits.busy
  return { rate: (answered / seconds) * (generatorLimits.busy / busy), reached }
}
