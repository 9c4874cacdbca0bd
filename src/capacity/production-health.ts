// How production itself fares while a target is loaded with its traffic: what is captured of it is
// held against what was recorded. A copy may share a database, a network or a host with it.
import type { ExchangeId, Message, Micros } from '../model/message.ts'
import { createHistogram, recordLatency } from './trial-summary.ts'

/** Answers are looked at over so long. */
const span: Micros = 3_000_000

/** Fewer exchanges in a span say nothing. */
const exchangesMin = 20

/** Requests without an answer that are remembered; beyond, the oldest are forgotten. */
const pendingMax = 10_000

/** Answers that are remembered; beyond, the oldest are forgotten. */
const recentMax = 2_000

/** What waits for so long already is as good as not answered: it counts with its age. */
const silence: Micros = 2_000_000

/** Slower than usual by both of these is trouble. */
const slowdown = 3
const slowerMin: Micros = 50_000

/** More errors than usual by such a share are trouble; so are more that wait for very long. */
const shareMore = 0.05

interface Answered {
  readonly at: Micros
  readonly latency: Micros
  readonly isError: boolean
}

/** What is usual: of the whole recording. */
interface Usual {
  readonly p95: Micros
  /** Shares. */
  readonly errors: number
  readonly silent: number
}

/** Is given what the capture sees, in order of time. */
export class ProductionHealth {
  readonly #pending = new Map<ExchangeId, Micros>()
  #recent: Answered[] = []
  #recorded = createHistogram()
  #errors = 0
  #silences = 0
  #usual: Usual | null = null

  /** `statusOf` reads the status of an answer; 0: it has none. */
  observe(messages: readonly Message[], statusOf: (payload: Uint8Array) => number): void {
    for (const message of messages) {
      if (message.raw === true) continue
      if (message.kind === 'request') this.#ask(message)
      else if (message.kind === 'response') this.#answer(message, statusOf(message.payload))
    }
  }

  /** The recording is over: what was seen is usual. */
  settle(now: Micros): void {
    const { totalCount } = this.#recorded
    const p95 = totalCount === 0 ? 0 : this.#recorded.getValueAtPercentile(95)
    const silent = this.#silences + this.#waiting(now).length
    const count = Math.max(1, totalCount)
    this.#usual = { p95, errors: this.#errors / count, silent: silent / (count + silent) }
    this.#recent = []
    // Of connections that were open before, the capture has not seen the answers at first.
    this.#pending.clear()
  }

  /** In words, where the last seconds were worse than usual; null while they were not. */
  trouble(now: Micros): string | null {
    const usual = this.#usual
    if (usual === null) return null
    this.#recent = this.#recent.filter(({ at }) => at > now - span)
    const ages = this.#waiting(now)
    const isMore = ages.length > (usual.silent + shareMore) * (this.#recent.length + ages.length)
    const latencies = [...this.#recent.map(({ latency }) => latency), ...(isMore ? ages : [])]
    const count = latencies.length
    if (count < exchangesMin) return null
    const p95 = latencies.sort((a, b) => a - b)[Math.floor(0.95 * (count - 1))]!
    const errors = this.#recent.filter(({ isError }) => isError).length / count
    if (errors > usual.errors + shareMore) {
      return `its errors went from ${percent(usual.errors)} to ${percent(errors)}`
    }
    if (p95 <= Math.max(slowdown * usual.p95, usual.p95 + slowerMin)) return null
    return `its p95 went from ${millis(usual.p95)} to ${millis(p95)} ms`
  }

  #ask({ id, at }: Message): void {
    this.#pending.set(id, at)
    if (this.#pending.size <= pendingMax) return
    for (const oldest of this.#pending.keys()) {
      this.#pending.delete(oldest)
      break
    }
  }

  #answer({ id, at, duration }: Message, status: number): void {
    const askedAt = this.#pending.get(id)
    if (askedAt === undefined) return
    this.#pending.delete(id)
    const latency = Math.max(0, at + duration - askedAt)
    const isError = status >= 500
    if (this.#usual === null) {
      recordLatency(this.#recorded, latency)
      if (isError) this.#errors += 1
      if (latency > silence) this.#silences += 1
    } else {
      this.#recent.push({ at: at + duration, latency, isError })
      if (this.#recent.length > 2 * recentMax) this.#recent = this.#recent.slice(-recentMax)
    }
  }

  /** Ages of requests that wait for very long, but not so long that their answer was missed. */
  #waiting(now: Micros): readonly Micros[] {
    const ages: Micros[] = []
    for (const [id, at] of this.#pending) {
      const age = now - at
      if (age > silence + span) this.#pending.delete(id)
      else if (age > silence) ages.push(age)
      else break
    }
    return ages
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`
}

function millis(micros: Micros): string {
  return (micros / 1_000).toFixed(micros < 10_000 ? 1 : 0)
}
