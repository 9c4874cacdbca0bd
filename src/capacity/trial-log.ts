// What came of every event of a trial, written by the threads that send and read by the one that
// judges: typed arrays in shared memory. Each element has one writer and is written once.
import type { Micros } from '../model/message.ts'
import { share } from './recorded-traffic.ts'

/** What became of an event that has no status; statuses are from 100. */
export const eventStates = { pending: 0, failed: 1, timeout: 2 } as const

/** unknown: not looked at, or no answer at 1 × to hold it against. */
export const answerChanges = { unknown: 0, same: 1, changed: 2 } as const

/** Counters that all threads add to. */
export const trialCounters = { refused: 0, exhausted: 1 } as const

/** By lane: share of its time that it was busy, and the delay of its event loop. */
export const laneVitals = { busy: 0, loopLagP99: 1, length: 2 } as const

export interface TrialLog {
  /** A status, or one of `eventStates`; written last. */
  readonly state: Uint16Array
  /** From the due time to the end of the answer, or to the failure; microseconds. */
  readonly fromDue: Float32Array
  /** From when it was sent. */
  readonly service: Float32Array
  /** Of the answer, where it was looked at; else 0. */
  readonly shape: Uint32Array
  /** Whether it says what it said at 1 ×: one of `answerChanges`. */
  readonly change: Uint8Array
  readonly counters: Int32Array
  /** Requests by how late they were sent on a free connection, in steps of `latenessStep`. */
  readonly lateness: Int32Array
  readonly vitals: Float64Array
}

export const latenessStep: Micros = 250
const latenessSteps = 400

export function createTrialLog(count: number, lanes: number): TrialLog {
  return {
    state: share(Uint16Array, count),
    fromDue: share(Float32Array, count),
    service: share(Float32Array, count),
    shape: share(Uint32Array, count),
    change: share(Uint8Array, count),
    counters: share(Int32Array, 2),
    lateness: share(Int32Array, latenessSteps),
    vitals: share(Float64Array, lanes * laneVitals.length),
  }
}

export function countLateness({ lateness }: TrialLog, late: Micros): void {
  const step = Math.min(latenessSteps - 1, Math.max(0, Math.floor(late / latenessStep)))
  Atomics.add(lateness, step, 1)
}

/** In microseconds, rounded up to a step; 0 where nothing was sent. */
export function latenessQuantile({ lateness }: TrialLog, quantile: number): Micros {
  const total = lateness.reduce((sum, count) => sum + count, 0)
  let seen = 0
  for (let step = 0; step < lateness.length; step++) {
    seen += lateness[step]!
    if (total > 0 && seen >= quantile * total) return (step + 1) * latenessStep
  }
  return 0
}
