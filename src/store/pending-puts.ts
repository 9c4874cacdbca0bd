// What has been put and is not on disk yet: the last of each, within a ceiling.
import type { RunInfo, SeriesPoint, StoredExchange, StoredLedger } from '../model/run-store.ts'
import type { EndpointTally, RunTally } from '../model/run-tally.ts'
import type { RunVerdict } from '../model/verdict.ts'

/** Bytes of exchanges and points of series that wait; further ones are lost, and counted. */
const exchangeBytesMax = 64 * 1024 * 1024
const pointsMax = 20_000

/** What goes to disk in one transaction; null for what was not put. */
export interface Puts {
  readonly info: RunInfo | null
  readonly summary: Omit<RunTally, 'endpoints'> | null
  readonly ledger: StoredLedger | null
  readonly verdict: RunVerdict | null
  readonly endpoints: ReadonlyMap<string, EndpointTally>
  /** By signature and slot. */
  readonly exchanges: ReadonlyMap<string, StoredExchange>
  readonly points: readonly SeriesPoint[]
}

export class PendingPuts {
  #info: RunInfo | null = null
  #summary: Omit<RunTally, 'endpoints'> | null = null
  #ledger: StoredLedger | null = null
  #verdict: RunVerdict | null = null
  #endpoints = new Map<string, EndpointTally>()
  #exchanges = new Map<string, StoredExchange>()
  #points: SeriesPoint[] = []
  #bytes = 0
  #lostExchanges = 0
  #lostPoints = 0

  putInfo(info: RunInfo): void {
    this.#info = info
  }

  putEndpoints(summary: Omit<RunTally, 'endpoints'>, changed: readonly EndpointTally[]): void {
    this.#summary = summary
    for (const tally of changed) this.#endpoints.set(tally.endpoint, tally)
  }

  putExchange(exchange: StoredExchange): void {
    const key = `${exchange.signature}\n${exchange.slot}`
    const before = this.#exchanges.get(key)
    const bytes = this.#bytes + sizeOf(exchange) - (before === undefined ? 0 : sizeOf(before))
    if (bytes > exchangeBytesMax) {
      this.#lostExchanges += 1
      return
    }
    this.#exchanges.set(key, exchange)
    this.#bytes = bytes
  }

  putPoint(point: SeriesPoint): void {
    if (this.#points.length < pointsMax) this.#points.push(point)
    else this.#lostPoints += 1
  }

  putLedger(ledger: StoredLedger): void {
    this.#ledger = ledger
  }

  putVerdict(verdict: RunVerdict): void {
    this.#verdict = verdict
  }

  /** Everything that waits, which then waits no more; null where nothing does. */
  take(): Puts | null {
    const puts: Puts = {
      info: this.#info,
      summary: this.#summary,
      ledger: this.#ledger,
      verdict: this.#verdict,
      endpoints: this.#endpoints,
      exchanges: this.#exchanges,
      points: this.#points,
    }
    if (isEmpty(puts)) return null
    this.#info = this.#summary = this.#ledger = this.#verdict = null
    this.#endpoints = new Map()
    this.#exchanges = new Map()
    this.#points = []
    this.#bytes = 0
    return puts
  }

  /** What was taken could not be written: it waits again, but for what was put anew meanwhile. */
  giveBack(puts: Puts): void {
    this.#info ??= puts.info
    this.#summary ??= puts.summary
    this.#ledger ??= puts.ledger
    this.#verdict ??= puts.verdict
    for (const [endpoint, tally] of puts.endpoints) {
      if (!this.#endpoints.has(endpoint)) this.#endpoints.set(endpoint, tally)
    }
    for (const [key, exchange] of puts.exchanges) {
      if (!this.#exchanges.has(key)) this.putExchange(exchange)
    }
    const points = [...puts.points, ...this.#points]
    this.#points = points.slice(0, pointsMax)
    this.#lostPoints += points.length - this.#points.length
  }

  lost(): { readonly exchanges: number; readonly points: number } {
    return { exchanges: this.#lostExchanges, points: this.#lostPoints }
  }
}

function isEmpty(puts: Puts): boolean {
  const { info, summary, ledger, verdict, endpoints, exchanges, points } = puts
  const single = [info, summary, ledger, verdict].every((value) => value === null)
  return single && endpoints.size + exchanges.size + points.length === 0
}

function sizeOf({ request, answers }: StoredExchange): number {
  return Object.values(answers).reduce(
    (sum, answer) => sum + (answer?.bytes?.length ?? 0),
    request.length,
  )
}
