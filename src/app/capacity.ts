// The capacity program: which multiple of normal traffic a target bears. Tries 1 × first, searches,
// waits until the target is well again after every load that broke it, and says what it knows
// whenever it is ended.
import { AnswerExpectation } from '../capacity/answer-expectation.ts'
import { CapacitySearch, type SearchStep } from '../capacity/capacity-search.ts'
import { findGaveWay } from '../capacity/gave-way.ts'
import { levelLimit, planLoad } from '../capacity/load-plan.ts'
import type { RecordedTraffic } from '../capacity/recorded-traffic.ts'
import { limitOf, type Slo } from '../capacity/slo.ts'
import { type Judgement, judgeTrial } from '../capacity/trial-judge.ts'
import { encodeHistogram, summariseLatency } from '../capacity/trial-summary.ts'
import type {
  BreakReason,
  CapacityAnswer,
  EndedEarly,
  Recovery,
  TargetCapacity,
  TrialSummary,
} from '../model/capacity.ts'
import type { Micros } from '../model/message.ts'
import type { World } from '../model/world.ts'
import { AnswerReader } from './answer-reader.ts'
import {
  type LoadGenerator,
  measureTrial,
  type PlayedTrial,
  playTrial,
  type TrialGlance,
} from './capacity-trial.ts'

export interface CapacityOptions {
  readonly world: World
  readonly traffic: RecordedTraffic
  readonly target: { readonly name: string; readonly generator: LoadGenerator }
  readonly slo: Slo
  readonly levelMax: number
  readonly precision: number
  readonly shortTrial: Micros
  readonly longTrial: Micros
  readonly longTrials: number
  readonly timeMax: Micros
  readonly amplifyWrites: boolean
  readonly compress: boolean
  /** The target's own sessions and ids are put into requests: sessions are opened first. */
  readonly correlates: boolean
  /** The operator's; the answer is what is known by then. */
  readonly stop: AbortSignal
  /** Production's own trouble, in words; null while all is well. */
  readonly trouble: () => string | null
  readonly onProgress: (progress: CapacityProgress) => void
}

export type CapacityProgress =
  | {
      readonly kind: 'playing' | 'recovering'
      readonly target: string
      readonly glance: TrialGlance
      readonly bracket: readonly [held: number, broke: number | null]
    }
  | {
      readonly kind: 'judged'
      readonly target: string
      readonly trial: TrialSummary
      readonly bracket: readonly [held: number, broke: number | null]
    }
  | { readonly kind: 'recovered'; readonly target: string; readonly recovery: Recovery }

/** Of each trial, this much is not measured. */
const warmupShare = 0.2

const completedMin = 0.97
/** A trial is at least so long that so many requests at 1 × are measured. */
const requestsMin = 100
const trialMax: Micros = 60_000_000

const recoveryMax: Micros = 60_000_000
/** The same behind a time without load. */
const recoveryMaxAgain: Micros = 5_000_000
/** There it is given up where a request waits so much longer than at 1 ×. */
const givenUpAfter: Micros = 1_000_000
/** Without any load, where 1 × was too much to recover; each further time twice as long. */
const restTime: Micros = 5_000_000
const restsMax = 4

/** Answers behind the last request of a trial are waited for so long. */
const graceMin: Micros = 250_000
const graceMax: Micros = 2_000_000

/** Ends with the answer, or with what is known when it is stopped. */
export async function measureCapacity(options: CapacityOptions): Promise<TargetCapacity> {
  return await new CapacityRun(options).run()
}

class CapacityRun {
  readonly #options: CapacityOptions
  readonly #search: CapacitySearch
  readonly #expectation: AnswerExpectation
  readonly #answers: AnswerReader
  readonly #startedAt: Micros
  readonly #trials: TrialSummary[] = []
  #normal: { readonly p99: Micros; readonly differing: number | null } | null = null
  #recovery: Recovery | null = null
  #ended: { readonly why: EndedEarly; readonly words: string | null } | null = null

  constructor(options: CapacityOptions) {
    this.#options = options
    const { levelMax, precision, longTrials, longTrial, compress, traffic } = options
    const planned = compress ? levelMax : levelLimit(traffic, this.#lengthOf(longTrial))
    const limit = Math.max(1, Math.min(levelMax, planned))
    this.#search = new CapacitySearch({ levelMax: limit, precision, longTrials })
    this.#expectation = new AnswerExpectation(traffic)
    this.#answers = new AnswerReader(traffic)
    this.#startedAt = options.world.now()
  }

  async run(): Promise<TargetCapacity> {
    for (;;) {
      const step = this.#search.next()
      if (step === null || this.#isOver()) break
      const judged = await this.#try(step)
      if (judged === null) break
      this.#search.record(judged)
      this.#tell({ kind: 'judged', trial: this.#trials.at(-1)! })
      const isLast = this.#search.next() === null
      if (judged.verdict === 'holds' || step.level === 1) continue
      if (!(await this.#recover(step.level)) && !isLast) {
        this.#end('not-recovered', 'it did not come back to what it was at 1 ×, even without load')
      }
    }
    return this.#report()
  }

  /** Null where the trial was not played to an end of its own. */
  async #try({ kind, level }: SearchStep): Promise<Judgement | null> {
    const { longTrial, shortTrial, traffic } = this.#options
    const duration = this.#lengthOf(kind === 'long' ? longTrial : shortTrial)
    const limit = this.#p99Limit()
    const played = await this.#play(level, duration, 'playing', (glance) =>
      isHopeless(glance, limit),
    )
    if (this.#ended !== null) return null
    const measured = measureTrial(traffic, played, limit)
    const { load, seconds, backlog, generator } = measured
    const fromDue = summariseLatency(load.fromDue)
    const isEndedAtOnce = played.ended === 'refused' || played.ended === 'hard-errors'
    const ended = isEndedAtOnce ? (played.ended as 'refused' | 'hard-errors') : null
    const { offered, answered, errors } = load
    const numbers = { offered, answered, errors, p99: fromDue.p99, backlog, seconds, generator }
    const judge = () => {
      const differing = this.#expectation.differing(played.plan, played.log, measured.from)
      return { differing, ...judgeTrial({ ...numbers, differing, ended }, this.#limits()) }
    }
    let judged = judge()
    if (isOnly(judged.reasons, 'differences')) {
      if (await this.#excuseChanges()) judged = judge()
      if (this.#ended !== null) return null
    }
    const { differing } = judged
    this.#trials.push({
      ...{ kind, level, seconds: Math.min(played.now, duration) / 1e6, offered, answered, errors },
      rate: offered / seconds,
      throughput: answered / seconds,
      ...{ statuses: load.statuses, fromDue, service: summariseLatency(load.service), differing },
      backlogGrowth: (backlog.at(-1)! - backlog[0]!) / seconds,
      ...{ generator, endpoints: load.endpoints },
      ...{ verdict: judged.verdict, reasons: judged.reasons },
      histograms: {
        fromDue: encodeHistogram(load.fromDue),
        service: encodeHistogram(load.service),
      },
    })
    if (kind === 'first' && judged.verdict === 'holds') {
      this.#expectation.learn(played.plan, played.log)
      this.#answers.learn()
      this.#normal = { p99: fromDue.p99, differing: differing ?? 0 }
    }
    return judged
  }

  async #play(
    level: number,
    duration: Micros,
    kind: 'playing' | 'recovering',
    look: (glance: TrialGlance) => boolean,
  ): Promise<PlayedTrial> {
    const { world, traffic, target, amplifyWrites, compress, correlates } = this.#options
    const warmup = Math.round(duration * warmupShare)
    const parts = { level, duration, warmup, amplifyWrites, compress, opensSessions: correlates }
    const plan = planLoad(traffic, parts)
    const limit = this.#p99Limit()
    const grace = Math.min(graceMax, Math.max(graceMin, limit * 1.5))
    return await playTrial(target.generator, plan, {
      ...{ world, grace, answers: this.#answers },
      look: (glance) => {
        this.#tell({ kind, glance })
        return this.#isOver() || look(glance)
      },
    })
  }

  /**
   * Plays 1 × once more: what an answer says may change with time, or with every request, and not
   * with the load. True where there was such a change, and the target was well.
   */
  async #excuseChanges(): Promise<boolean> {
    const duration = this.#lengthOf(this.#options.shortTrial)
    const played = await this.#play(1, duration, 'recovering', () => false)
    if (this.#ended !== null) return false
    const { load } = measureTrial(this.#options.traffic, played, this.#p99Limit())
    const { p99, errors } = this.#limits()
    const isWell = summariseLatency(load.fromDue).p99 <= p99 && load.errors <= errors * load.offered
    return isWell && this.#expectation.excuse(played.plan, played.log)
  }

  /** Plays 1 × until it is as before the break, and then without load; false: it stays broken. */
  async #recover(level: number): Promise<boolean> {
    const since = this.#options.world.now()
    // Where a rest was needed once, it is again: no time is spent on loading what cannot recover.
    let rest = this.#recovery?.metastable === true ? restTime : 0
    let rested = rest
    for (let tries = 0; tries <= restsMax; tries++) {
      if (rest > 0) await this.#rest(rest)
      if (this.#isOver()) return true
      if (await this.#isWellWithin(rest > 0 ? recoveryMaxAgain : recoveryMax)) {
        const spent = (this.#options.world.now() - since) / 1e6
        this.#note({ level, seconds: rested > 0 ? null : spent, metastable: rested > 0 })
        return true
      }
      rest = Math.max(restTime, rest * 2)
      rested += rest
    }
    this.#note({ level, seconds: null, metastable: true })
    return this.#ended !== null
  }

  #note(recovery: Recovery): void {
    this.#tell({ kind: 'recovered', recovery })
    const seconds = (some: Recovery) => some.seconds ?? Number.POSITIVE_INFINITY
    if (this.#recovery === null || seconds(recovery) > seconds(this.#recovery)) {
      this.#recovery = recovery
    }
  }

  async #isWellWithin(max: Micros): Promise<boolean> {
    const normal = this.#normal!.p99
    const p99Max = Math.max(normal * 1.2, normal + 10_000)
    const errorsMax = this.#options.slo.errors
    const oldestMax = max === recoveryMax ? max : p99Max + givenUpAfter
    const state = { well: false }
    await this.#play(1, max, 'recovering', ({ elapsed, recent, oldest }) => {
      const isWhole = elapsed >= 1_000_000 && (recent.offered > 0 || elapsed >= 5_000_000)
      const isCalm =
        Math.max(recent.p99, oldest) <= p99Max && recent.errors <= errorsMax * recent.offered
      state.well = isWhole && isCalm
      return state.well || oldest > oldestMax
    })
    return state.well
  }

  async #rest(duration: Micros): Promise<void> {
    const { world } = this.#options
    const until = world.now() + duration
    while (world.now() < until && !this.#isOver()) await world.sleep(100_000)
  }

  #p99Limit(): Micros {
    return limitOf(this.#options.slo, this.#normal?.p99 ?? null)
  }

  #limits() {
    const { errors } = this.#options.slo
    const differing = this.#normal?.differing ?? null
    return { p99: this.#p99Limit(), errors, completedMin, differing }
  }

  /** Long enough for percentiles at 1 ×. */
  #lengthOf(wanted: Micros): Micros {
    const { count, duration } = this.#options.traffic
    const needed = (requestsMin / (1 - warmupShare)) * (duration / Math.max(1, count))
    return Math.round(Math.max(wanted, Math.min(trialMax, needed)))
  }

  /** Notes why, where it is. */
  #isOver(): boolean {
    const { stop, trouble, timeMax, world } = this.#options
    if (this.#ended === null && stop.aborted) this.#end('interrupted', null)
    const words = this.#ended === null ? trouble() : null
    if (words !== null) this.#end('trouble', words)
    if (this.#ended === null && world.now() - this.#startedAt >= timeMax) this.#end('time', null)
    return this.#ended !== null
  }

  #end(why: EndedEarly, words: string | null): void {
    this.#ended ??= { why, words }
  }

  #tell(progress: ProgressParts): void {
    const { held, broke } = this.#search.bracket()
    const target = this.#options.target.name
    this.#options.onProgress({ ...progress, target, bracket: [held, broke] } as CapacityProgress)
  }

  #report(): TargetCapacity {
    const { target, slo } = this.#options
    const limits = { p99: this.#p99Limit(), errors: slo.errors }
    const differing = this.#normal?.differing ?? 0
    return {
      target: target.name,
      answer: this.#answer(),
      gaveWay: findGaveWay(this.#trials),
      recovery: this.#recovery,
      trials: this.#trials,
      // Infinity is no JSON: without a normal there is no limit.
      limits: { ...limits, p99: Number.isFinite(limits.p99) ? limits.p99 : 0, differing },
    }
  }

  #answer(): CapacityAnswer {
    const { kind, held, broke, confirmed } = this.#search.result()
    const at = this.#trials.filter(({ level, verdict }) => level === held && verdict === 'holds')
    const best = at.findLast((trial) => trial.kind === 'long') ?? at.at(-1)
    const { longTrial } = this.#options
    return {
      kind,
      level: held,
      rate: best?.rate ?? 0,
      bracket: [held, broke],
      confirmedBy: { trials: confirmed, seconds: this.#lengthOf(longTrial) / 1e6 },
      ended: this.#ended?.why ?? null,
      endedWhy: this.#ended?.words ?? null,
    }
  }
}

function isOnly(reasons: readonly BreakReason[], reason: BreakReason): boolean {
  return reasons.length === 1 && reasons[0] === reason
}

type ProgressParts =
  | Omit<Extract<CapacityProgress, { kind: 'playing' | 'recovering' }>, 'target' | 'bracket'>
  | Omit<Extract<CapacityProgress, { kind: 'judged' }>, 'target' | 'bracket'>
  | Omit<Extract<CapacityProgress, { kind: 'recovered' }>, 'target'>

/** So slow that the rest of the trial would say the same, and only add to what has to be undone. */
function isHopeless({ elapsed, duration, recent }: TrialGlance, limit: Micros): boolean {
  const isMeasured = elapsed > duration * (warmupShare + 0.05)
  return isMeasured && recent.offered >= 20 && recent.p99 > limit * 4
}
