// Watches a run for its metrics: how fresh what comes in is, how long production took to answer,
// and all that ledger and outputs tell of themselves.
import { DDSketch } from '@datadog/sketches-js'
import type { Role } from '../model/comparison.ts'
import type { Message, Micros, Source } from '../model/message.ts'
import type {
  AnswerTimes,
  Arrival,
  ComparisonProgress,
  MetricsSnapshot,
} from '../model/metrics-snapshot.ts'
import type { Output } from '../model/output.ts'
import type { RunObserver } from '../model/run-observer.ts'
import type { World } from '../model/world.ts'
import type { Ledger } from './ledger.ts'
import { OpenRequests } from './open-requests.ts'
import { distribute, latencyBounds } from './sketch-distribution.ts'

export interface RunMeterOptions {
  readonly ledger: Ledger
  readonly world: Pick<World, 'now'>
  /** By the name of an output; one that is not named is the candidate, if it answers at all. */
  readonly roles?: ReadonlyMap<string, Role>
}

export class RunMeter implements RunObserver {
  readonly #options: RunMeterOptions
  readonly #startedAt: Micros
  readonly #arrivals: SourceArrival[] = []
  readonly #openRequests = new OpenRequests()
  readonly #production = new DDSketch({ relativeAccuracy: 0.01 })
  #hasResponses = false
  #outputs: readonly Output[] = []
  #comparison: () => ComparisonProgress | null = () => null

  constructor(options: RunMeterOptions) {
    this.#options = options
    this.#startedAt = options.world.now()
  }

  /** The same messages; those of the source `name` are seen on their way. */
  watch(name: string, messages: Source<Message>): Source<Message> {
    const arrival = new SourceArrival(name)
    this.#arrivals.push(arrival)
    return arrival.pass(messages, this.#options.world)
  }

  /** Whose queues are told from then on, in the order of the ledger's outputs. */
  open(outputs: readonly Output[]): void {
    this.#outputs = outputs
  }

  /** Who is asked for each snapshot; null where nothing is compared yet. */
  compare(progress: () => ComparisonProgress | null): void {
    this.#comparison = progress
  }

  captured(batch: readonly Message[]): void {
    // Most runs capture no responses: their requests are not kept for any.
    this.#hasResponses ||= batch.some(({ kind }) => kind === 'response')
    if (!this.#hasResponses) return
    for (const message of batch) {
      if (message.kind === 'closed') this.#openRequests.ended(message.connection)
      else if (message.raw === true) continue
      else if (message.kind === 'request') this.#openRequests.asked(message)
      else if (message.kind === 'response') this.#answered(message)
    }
  }

  snapshot(): MetricsSnapshot {
    const { ledger, world } = this.#options
    const now = world.now()
    return {
      at: now,
      startedAt: this.#startedAt,
      ledger: ledger.snapshot(now),
      arrivals: this.#arrivals.map((arrival) => arrival.snapshot()),
      queuedBytes: this.#outputs.map((output) => output.queuedBytes?.() ?? null),
      answerTimes: this.#answerTimes(),
      comparison: this.#comparison(),
    }
  }

  #answered(response: Message): void {
    const askedAt = this.#openRequests.answered(response)
    if (askedAt === null) return
    this.#production.accept(Math.max(0, response.at + response.duration - askedAt))
  }

  #answerTimes(): readonly AnswerTimes[] {
    const { ledger, roles } = this.#options
    const targets = ledger.answerTimes().map(({ output, ...times }): AnswerTimes => {
      return { role: roles?.get(output) ?? 'candidate', target: output, ...times }
    })
    if (this.#production.count === 0) return targets
    const latency = distribute(this.#production, latencyBounds)
    const untimed = { latencyFromDue: null, schedule: null }
    return [{ role: 'production', target: null, latency, ...untimed }, ...targets]
  }
}

class SourceArrival {
  readonly #source: string
  #newestAt: Micros | null = null
  #lag: Micros | null = null

  constructor(source: string) {
    this.#source = source
  }

  async *pass(messages: Source<Message>, world: Pick<World, 'now'>): Source<Message> {
    for await (const batch of messages) {
      this.#see(batch, world.now())
      yield batch
    }
  }

  snapshot(): Arrival {
    return { source: this.#source, newestAt: this.#newestAt, lag: this.#lag }
  }

  #see(batch: readonly Message[], now: Micros): void {
    let newest: Micros | null = null
    for (const { at, duration, kind } of batch) {
      if (kind !== 'closed') newest = Math.max(newest ?? at, at + duration)
    }
    if (newest === null) return
    this.#newestAt = Math.max(this.#newestAt ?? newest, newest)
    this.#lag = now - newest
  }
}
