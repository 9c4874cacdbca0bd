// From the log of a trial to its numbers. Latencies count from when requests were due, and what has
// no answer counts with its age: nothing that the target kept waiting is left out.
import { build, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js'
import type { EndpointLoad, LatencySummary } from '../model/capacity.ts'
import type { Micros } from '../model/message.ts'
import { type LoadPlan, lowerBound } from './load-plan.ts'
import type { RecordedTraffic } from './recorded-traffic.ts'
import { eventStates, type TrialLog } from './trial-log.ts'

/** Events of the plan that count, and the trial's time at which they are looked at. */
export interface MeasuredPart {
  readonly from: Micros
  readonly to: Micros
  readonly now: Micros
}

export interface MeasuredLoad {
  readonly offered: number
  readonly answered: number
  readonly errors: number
  /** Not answered and not failed: at the end of a trial, still waiting. */
  readonly waiting: number
  readonly statuses: Readonly<Record<string, number>>
  readonly fromDue: Histogram
  readonly service: Histogram
  readonly endpoints: readonly EndpointLoad[]
}

/** A latency of more than an hour counts as an hour. */
const latencyMax: Micros = 3_600_000_000

/** Exact to 1 %, whatever the size. */
export function createHistogram(): Histogram {
  return build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: latencyMax,
    numberOfSignificantValueDigits: 2,
  })
}

export function recordLatency(histogram: Histogram, latency: Micros): void {
  histogram.recordValue(Math.min(latencyMax, Math.max(0, Math.round(latency))))
}

/** HdrHistogram's compressed V2 encoding, as its plotters read it. */
export function encodeHistogram(histogram: Histogram): string {
  return encodeIntoCompressedBase64(histogram)
}

export function summariseLatency(histogram: Histogram): LatencySummary {
  if (histogram.totalCount === 0) return { p50: 0, p95: 0, p99: 0, max: 0 }
  const at = (percentile: number) => histogram.getValueAtPercentile(percentile)
  return { p50: at(50), p95: at(95), p99: at(99), max: histogram.maxValue }
}

/** The events that were due in the part; `slowMin` is the latency from which one is slow. */
export function measureLoad(
  traffic: RecordedTraffic,
  plan: LoadPlan,
  log: TrialLog,
  part: MeasuredPart,
  slowMin: Micros,
): MeasuredLoad {
  const all = new Tally()
  const byEndpoint = traffic.endpoints.map(() => new Tally())
  const service = createHistogram()
  const statuses = new Map<number, number>()
  const end = lowerBound(plan.offset, Math.min(part.to, part.now))
  for (let event = lowerBound(plan.offset, part.from); event < end; event++) {
    const state = log.state[event]!
    const isPending = state === eventStates.pending
    const latency = isPending ? part.now - plan.offset[event]! : log.fromDue[event]!
    const endpoint = byEndpoint[traffic.endpoint[plan.request[event]!]!]!
    all.count(state, latency, slowMin)
    endpoint.count(state, latency, slowMin)
    if (state < 100) continue
    statuses.set(state, (statuses.get(state) ?? 0) + 1)
    recordLatency(service, log.service[event]!)
  }
  const { offered, answered, errors, waiting, latencies: fromDue } = all
  const endpoints = traffic.endpoints.flatMap((name, number) => {
    const tally = byEndpoint[number]!
    return tally.offered === 0 ? [] : [tally.summary(name)]
  })
  const sorted = [...statuses].sort(([a], [b]) => a - b)
  const named = Object.fromEntries(sorted.map(([status, count]) => [String(status), count]))
  return { offered, answered, errors, waiting, statuses: named, fromDue, service, endpoints }
}

class Tally {
  offered = 0
  answered = 0
  errors = 0
  slow = 0
  waiting = 0
  readonly latencies = createHistogram()

  count(state: number, latency: Micros, slowMin: Micros): void {
    this.offered += 1
    if (state >= 100) this.answered += 1
    else if (state === eventStates.pending) this.waiting += 1
    const isError = state >= 500 || state === eventStates.failed || state === eventStates.timeout
    if (isError) this.errors += 1
    if (isError || state === eventStates.pending || latency > slowMin) this.slow += 1
    // What failed at once did not keep anybody waiting; it is an error.
    if (state !== eventStates.failed) recordLatency(this.latencies, latency)
  }

  summary(endpoint: string): EndpointLoad {
    const { offered, answered, errors, slow } = this
    return { endpoint, offered, answered, errors, slow, latency: summariseLatency(this.latencies) }
  }
}

/** Requests that were due and had neither answer nor failure, at so many points of the part. */
export function backlogSeries(
  plan: LoadPlan,
  log: TrialLog,
  { from, to, now }: MeasuredPart,
  points: number,
): readonly number[] {
  const end = Math.min(to, now)
  const step = (end - from) / points
  const changes = new Float64Array(points)
  const stepOf = (at: Micros) => Math.max(0, Math.ceil((at - from) / step) - 1)
  for (let event = 0; event < plan.count; event++) {
    const due = plan.offset[event]!
    if (due >= end) break
    const begins = stepOf(due)
    const isPending = log.state[event] === eventStates.pending
    const ends = isPending ? points : stepOf(due + log.fromDue[event]!)
    if (begins < points) changes[begins] = changes[begins]! + 1
    if (ends < points) changes[ends] = changes[ends]! - 1
  }
  let waiting = 0
  return Array.from(changes, (change) => {
    waiting += change
    return waiting
  })
}
