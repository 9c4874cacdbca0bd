// The ledger: counts every message at its source and at every output, so that nothing is lost
// silently.
import { DDSketch } from '@datadog/sketches-js'
import type {
  OutputAccount,
  OutputDropReason,
  SourceAccount,
  SourceDropReason,
  UnansweredReason,
} from '../model/ledger.ts'
import type {
  LatencySnapshot,
  LedgerSnapshot,
  OutputSnapshot,
  SourceSnapshot,
} from '../model/ledger-snapshot.ts'
import type { Micros } from '../model/message.ts'
import type { AnswerTimes } from '../model/metrics-snapshot.ts'
import { distribute, latencyBounds, scheduleBounds } from './sketch-distribution.ts'

/** All accounts of one run; they are opened before it starts. */
export class Ledger {
  readonly #sources: SourceCounts[] = []
  readonly #outputs: OutputCounts[] = []

  openSource(name: string): SourceAccount {
    const counts = new SourceCounts(name)
    this.#sources.push(counts)
    return counts
  }

  openOutput(name: string): OutputAccount {
    const counts = new OutputCounts(name)
    this.#outputs.push(counts)
    return counts
  }

  /** The most messages that any one output has not seen to their fate. */
  pending(): number {
    const captured = this.#sources.reduce((sum, source) => sum + source.messages(), 0)
    return this.#outputs.reduce((most, output) => Math.max(most, output.pending(captured)), 0)
  }

  snapshot(now: Micros): LedgerSnapshot {
    const sources = this.#sources.map((source) => source.snapshot())
    const captured = sources.reduce((sum, source) => sum + source.messages, 0)
    const outputs = this.#outputs.map((output) => output.snapshot(captured))
    return { at: new Date(now / 1_000).toISOString(), captured, sources, outputs }
  }

  /** How long each output that was ever answered took, in buckets. */
  answerTimes(): readonly OutputTimes[] {
    return this.#outputs.flatMap((output) => output.times() ?? [])
  }
}

export interface OutputTimes extends Pick<AnswerTimes, 'latency' | 'latencyFromDue' | 'schedule'> {
  readonly output: string
}

class SourceCounts implements SourceAccount {
  readonly #name: string
  #messages = 0
  readonly #dropped = new Map<SourceDropReason, number>()

  constructor(name: string) {
    this.#name = name
  }

  captured(count: number): void {
    this.#messages += count
  }

  messages(): number {
    return this.#messages
  }

  dropped(reason: SourceDropReason, count: number): void {
    add(this.#dropped, reason, count)
  }

  snapshot(): SourceSnapshot {
    return { source: this.#name, messages: this.#messages, dropped: toRecord(this.#dropped) }
  }
}

class OutputCounts implements OutputAccount {
  readonly #name: string
  #accepted = 0
  #amplified = 0
  #delivered = 0
  #answered = 0
  #connections = 0
  #redirects = 0
  readonly #unanswered = new Map<UnansweredReason, number>()
  readonly #dropped = new Map<OutputDropReason, number>()
  readonly #statuses = new Map<string, number>()
  readonly #latency = createSketch()
  readonly #latencyFromDue = createSketch()
  readonly #schedule = createSketch()

  constructor(name: string) {
    this.#name = name
  }

  accepted(count: number): void {
    this.#accepted += count
  }

  amplified(count: number): void {
    this.#amplified += count
  }

  delivered(count: number): void {
    this.#delivered += count
  }

  answered(status: number, latency: Micros, sinceDue: Micros | null): void {
    this.#answered += 1
    if (status > 0) add(this.#statuses, String(status), 1)
    this.#latency.accept(latency)
    if (sinceDue !== null) this.#latencyFromDue.accept(sinceDue)
  }

  scheduled(late: Micros): void {
    this.#schedule.accept(late)
  }

  connected(): void {
    this.#connections += 1
  }

  redirected(): void {
    this.#redirects += 1
  }

  unanswered(reason: UnansweredReason, count: number): void {
    add(this.#unanswered, reason, count)
  }

  dropped(reason: OutputDropReason, count: number): void {
    add(this.#dropped, reason, count)
  }

  pending(captured: number): number {
    let fates = this.#delivered
    for (const count of this.#dropped.values()) fates += count
    return captured + this.#amplified - fates
  }

  times(): OutputTimes | null {
    if (this.#latency.count === 0) return null
    return {
      output: this.#name,
      latency: distribute(this.#latency, latencyBounds),
      latencyFromDue: distribute(this.#latencyFromDue, latencyBounds),
      schedule: distribute(this.#schedule, scheduleBounds),
    }
  }

  snapshot(captured: number): OutputSnapshot {
    return {
      output: this.#name,
      accepted: this.#accepted,
      amplified: this.#amplified,
      delivered: this.#delivered,
      answered: this.#answered,
      unanswered: toRecord(this.#unanswered),
      dropped: toRecord(this.#dropped),
      pending: this.pending(captured),
      statuses: toRecord(this.#statuses),
      latency: summarise(this.#latency),
      latencyFromDue: summarise(this.#latencyFromDue),
      schedule: summarise(this.#schedule),
      connections: this.#connections,
      redirects: this.#redirects,
    }
  }
}

function createSketch(): DDSketch {
  return new DDSketch({ relativeAccuracy: 0.01 })
}

function summarise(sketch: DDSketch): LatencySnapshot | null {
  if (sketch.count === 0) return null
  const max = Math.round(sketch.max)
  const at = (quantile: number) => Math.min(max, Math.round(sketch.getValueAtQuantile(quantile)))
  return { p50: at(0.5), p99: at(0.99), max }
}

function add<Key>(counts: Map<Key, number>, key: Key, count: number): void {
  if (count > 0) counts.set(key, (counts.get(key) ?? 0) + count)
}

function toRecord<Key extends string>(counts: ReadonlyMap<Key, number>): Record<Key, number> {
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted) as Record<Key, number>
}
