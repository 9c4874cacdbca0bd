// What is kept of a run of comparisons in its folder, and who writes and reads it. Everything here
// is plain data, and redacted before it is put.
import type { ByRole, ExchangeComparison, Label, Role, Weight } from './comparison.ts'
import type { LedgerSnapshot } from './ledger-snapshot.ts'
import type { ExchangeId, Micros } from './message.ts'
import type { EndpointTally, RunTally } from './run-tally.ts'
import type { RunVerdict } from './verdict.ts'

export interface RunInfo {
  readonly startedAt: Micros
  /** Null while it runs, and where it ended by force. */
  readonly endedAt: Micros | null
  /** The version of Rehearsal that wrote it. */
  readonly program: string
  /** Where the traffic came from, e.g. `raw :80`. */
  readonly inputs: readonly string[]
  /** Who was asked, by address without credentials; production's is that which was captured. */
  readonly targets: ByRole<string>
  /** What `--redact` said; missing where it said nothing, and in older runs. */
  readonly redact?: readonly string[] | undefined
}

/** What one server answered, or why it did not. */
export interface StoredAnswer {
  /** The whole answer as on the wire; null for a failure. */
  readonly bytes: Uint8Array | null
  readonly failure: string | null
  readonly latency: Micros
}

/** Where an exchange stands among those that are kept, and what it is an example of. */
export interface ExchangeEntry {
  /** The group of exchanges that differ alike. */
  readonly signature: string
  /** Its place within the group's examples; what was there before is replaced. */
  readonly slot: number
  readonly exchange: ExchangeId
  readonly endpoint: string
  readonly at: Micros
  readonly label: Label
  readonly weight: Weight
}

/** What a list shows of an exchange. */
export interface ListedExchange extends ExchangeEntry {
  /** Method and target as they were stored, `GET /orders/7`; cut, with `…`, where it is long. */
  readonly asked: string
  /** Of those who were asked; null: there was no answer. */
  readonly statuses: ByRole<number | null>
}

/** A whole exchange, kept as an example. */
export interface StoredExchange extends ExchangeEntry {
  readonly request: Uint8Array
  /** A role that was not asked is absent. */
  readonly answers: ByRole<StoredAnswer>
  readonly comparison: ExchangeComparison
}

/** A stretch of time of one role, for charts. */
export interface SeriesPoint {
  readonly at: Micros
  readonly seconds: number
  readonly role: Role
  readonly requests: number
  /** Without an answer, or with a status of 500 and above. */
  readonly errors: number
  /** Null where nothing was answered. */
  readonly p50: Micros | null
  readonly p95: Micros | null
  readonly p99: Micros | null
}

/** The ledger as it is kept. */
export interface StoredLedger {
  readonly ledger: LedgerSnapshot
  readonly lostShare: number
}

/** What did not reach the disk. */
export interface StoreLosses {
  /** Examples for which there was no room in memory while the disk was full. */
  readonly exchanges: number
  readonly points: number
  /** Times that nothing could be written; what was due then is written later. */
  readonly failedCommits: number
}

/**
 * Puts never wait and never throw. What is put is on disk within two seconds; where the disk is
 * full, it is kept within bounds until there is room.
 */
export interface RunWriter extends AsyncDisposable {
  /** Endpoints that are not among `changed` stay as they were put. */
  putEndpoints(summary: Omit<RunTally, 'endpoints'>, changed: readonly EndpointTally[]): void
  putExchange(exchange: StoredExchange): void
  putSeries(point: SeriesPoint): void
  /** `lostShare`: from 0 to 1, of what was captured, that never came to be compared. */
  putLedger(ledger: LedgerSnapshot, lostShare: number): void
  putVerdict(verdict: RunVerdict): void
  /** What is put so far is on disk when it resolves; false: it could not be written. */
  flush(): Promise<boolean>
  /** Writes what is left and marks the run as ended. */
  close(): Promise<void>
  losses(): StoreLosses
  /** Reads what is on disk, while this writes; closed with the writer. */
  readonly reader: RunReader
}

export interface ExchangeQuery {
  readonly endpoint?: string
  readonly signature?: string
  readonly label?: Label
  readonly offset?: number
  /** At most 1,000. */
  readonly limit: number
}

export interface ExchangePage {
  /** Of all pages. */
  readonly total: number
  /** The gravest first, and of those the newest. */
  readonly entries: readonly ListedExchange[]
}

export interface RunReader extends AsyncDisposable {
  info(): Promise<RunInfo>
  tally(): Promise<RunTally>
  /** Null where none has been put. */
  ledger(): Promise<LedgerSnapshot | null>
  /** As it was put with the ledger; 0 where none has been. */
  lostShare(): Promise<number>
  /** As it was last judged; null where it never was. */
  verdict(): Promise<RunVerdict | null>
  /** Those of the ids that are kept, in the order of the ids. */
  exchanges(ids: readonly string[]): Promise<readonly StoredExchange[]>
  findExchanges(query: ExchangeQuery): Promise<ExchangePage>
  /** By time, then role; `from` inclusive, `to` exclusive. */
  series(from?: Micros, to?: Micros): Promise<readonly SeriesPoint[]>
  close(): Promise<void>
}
