// One trial: a load that is fixed beforehand is played, watched while it runs, and ended at once
// where going on would tell nothing more or do harm.

import { type LoadPlan, lowerBound } from '../capacity/load-plan.ts'
import type { RecordedTraffic } from '../capacity/recorded-traffic.ts'
import { hardErrorShare } from '../capacity/trial-judge.ts'
import {
  createTrialLog,
  eventStates,
  laneVitals,
  latenessQuantile,
  type TrialLog,
  trialCounters,
} from '../capacity/trial-log.ts'
import {
  backlogSeries,
  createHistogram,
  type MeasuredLoad,
  measureLoad,
  recordLatency,
} from '../capacity/trial-summary.ts'
import type { GeneratorHealth } from '../model/capacity.ts'
import type { Micros } from '../model/message.ts'
import type { World } from '../model/world.ts'
import type { AnswerReader } from './answer-reader.ts'
import type { LookedAnswer } from './load-player.ts'

/** Plays loads to one target, over one or more lanes that work side by side. */
export interface LoadGenerator {
  readonly lanes: number
  /**
   * Sends every event of the plan when it is due, counted from `startsAt`, and writes what comes of
   * it into the log; when `stop` is set it lets go of all that is left, writes no more, and ends.
   * `onAnswer` is given the answers that the plan has looked at, before it ends.
   */
  play(trial: TrialOrder, stop: AbortSignal, onAnswer: AnswerListener): Promise<void>
}

export interface TrialOrder {
  readonly plan: LoadPlan
  readonly log: TrialLog
  readonly startsAt: Micros
}

export type AnswerListener = (answer: LookedAnswer) => void

/** What is seen of a trial while it runs. */
export interface TrialGlance {
  readonly level: number
  readonly elapsed: Micros
  readonly duration: Micros
  /** Of the events that were due in the last second: how many, errors, and the 99th percentile. */
  readonly recent: RecentLoad
  /** Since the beginning, which is not measured otherwise. */
  readonly offered: number
  readonly errors: number
  readonly refused: number
  /** How long the first request without an answer has been waiting; 0 where none is. */
  readonly oldest: Micros
}

export interface RecentLoad {
  readonly offered: number
  readonly errors: number
  readonly p99: Micros
}

export type EndOfTrial = 'over' | 'refused' | 'hard-errors' | 'seen-enough'

export interface PlayedTrial {
  readonly plan: LoadPlan
  readonly log: TrialLog
  readonly ended: EndOfTrial
  /** Of the trial, when it was ended. */
  readonly now: Micros
}

export interface TrialWatch {
  readonly world: World
  /** For answers behind the last event. */
  readonly grace: Micros
  /** Looked at ten times a second; true ends the trial. */
  readonly look: (glance: TrialGlance) => boolean
  readonly answers: AnswerReader
}

/** Time to get ready: threads take the plan, and open the first connections. */
const startLead: Micros = 150_000

const lookInterval: Micros = 100_000
const recentSpan: Micros = 1_000_000

/** Too few requests to call it a rate of errors. */
const hardErrorsMin = 20

export async function playTrial(
  generator: LoadGenerator,
  plan: LoadPlan,
  { world, grace, look, answers }: TrialWatch,
): Promise<PlayedTrial> {
  const log = createTrialLog(plan.count, generator.lanes)
  const stop = new AbortController()
  const startsAt = world.now() + startLead
  const failure: { error: unknown } = { error: null }
  answers.begin()
  const onAnswer = (answer: LookedAnswer) => answers.look(plan, log, answer)
  const playing = generator
    .play({ plan, log, startsAt }, stop.signal, onAnswer)
    .catch((error: unknown) => {
      failure.error = error
    })
  const counts = { at: 0, errors: 0, answeredTo: 0 }
  let ended: EndOfTrial | null = null
  let now = 0
  while (ended === null && failure.error === null) {
    await world.sleep(lookInterval)
    now = world.now() - startsAt
    const glance = glanceAt(plan, log, now, counts)
    if (look(glance)) ended = 'seen-enough'
    else ended = endOf(glance, plan, log, grace)
  }
  stop.abort()
  await playing
  if (failure.error !== null) throw failure.error
  return { plan, log, ended: ended!, now }
}

function endOf(
  { elapsed, errors, offered, refused }: TrialGlance,
  plan: LoadPlan,
  log: TrialLog,
  grace: Micros,
): EndOfTrial | null {
  if (refused > 0) return 'refused'
  if (errors >= hardErrorsMin && errors > hardErrorShare * offered) return 'hard-errors'
  if (elapsed < plan.duration) return null
  if (elapsed >= plan.duration + grace) return 'over'
  return log.state.includes(eventStates.pending) ? null : 'over'
}

/** `counts` remembers how far errors were counted, and all was answered, for good. */
function glanceAt(
  plan: LoadPlan,
  log: TrialLog,
  now: Micros,
  counts: { at: number; errors: number; answeredTo: number },
): TrialGlance {
  const offered = lowerBound(plan.offset, now)
  const settled = Math.max(counts.at, lowerBound(plan.offset, now - recentSpan))
  // What is older than the recent span and still pending is counted no more; it is slow, not wrong.
  counts.errors += countErrors(log, counts.at, settled)
  counts.at = settled
  const recent = recentLoad(plan, log, now)
  const errors = counts.errors + countErrors(log, settled, offered)
  const refused = log.counters[trialCounters.refused]!
  const isAnswered = (event: number) => log.state[event] !== eventStates.pending
  while (counts.answeredTo < offered && isAnswered(counts.answeredTo)) counts.answeredTo += 1
  const oldest = counts.answeredTo < offered ? now - plan.offset[counts.answeredTo]! : 0
  const { level, duration } = plan
  return { level, elapsed: now, duration, recent, offered, errors, refused, oldest }
}

function countErrors({ state }: TrialLog, from: number, to: number): number {
  let errors = 0
  for (let event = from; event < to; event++) if (isError(state[event]!)) errors += 1
  return errors
}

function isError(state: number): boolean {
  return state >= 500 || state === eventStates.failed || state === eventStates.timeout
}

/** What waits counts with its age. */
function recentLoad(plan: LoadPlan, log: TrialLog, now: Micros): RecentLoad {
  const histogram = createHistogram()
  const to = lowerBound(plan.offset, now)
  const from = lowerBound(plan.offset, now - recentSpan)
  let errors = 0
  for (let event = from; event < to; event++) {
    const state = log.state[event]!
    if (isError(state)) errors += 1
    const isPending = state === eventStates.pending
    recordLatency(histogram, isPending ? now - plan.offset[event]! : log.fromDue[event]!)
  }
  const p99 = histogram.totalCount === 0 ? 0 : histogram.getValueAtPercentile(99)
  return { offered: to - from, errors, p99 }
}

/** Points at which the backlog is looked at. */
const backlogPoints = 40

export interface MeasuredTrial {
  readonly load: MeasuredLoad
  /** Of the measured part. */
  readonly seconds: number
  readonly backlog: readonly number[]
  readonly generator: GeneratorHealth
  /** The first event that is measured. */
  readonly from: number
}

/** The numbers of the part of a trial behind its unmeasured beginning. */
export function measureTrial(
  traffic: RecordedTraffic,
  played: PlayedTrial,
  slowMin: Micros,
): MeasuredTrial {
  const { plan, log, now } = played
  // A trial that was ended in its beginning is measured as far as it went.
  const from = now > plan.warmup * 1.5 ? plan.warmup : 0
  const part = { from, to: plan.duration, now }
  const load = measureLoad(traffic, plan, log, part, slowMin)
  const seconds = Math.max(1, Math.min(plan.duration, now) - from) / 1e6
  return {
    load,
    seconds,
    backlog: backlogSeries(plan, log, part, backlogPoints),
    generator: readHealth(log),
    from: lowerBound(plan.offset, from),
  }
}

function readHealth(log: TrialLog): GeneratorHealth {
  let busy = 0
  let loopLagP99 = 0
  for (let lane = 0; lane < log.vitals.length; lane += laneVitals.length) {
    busy = Math.max(busy, log.vitals[lane + laneVitals.busy]!)
    loopLagP99 = Math.max(loopLagP99, log.vitals[lane + laneVitals.loopLagP99]!)
  }
  const exhausted = log.counters[trialCounters.exhausted]!
  return { lateP99: latenessQuantile(log, 0.99), loopLagP99, busy, exhausted }
}
