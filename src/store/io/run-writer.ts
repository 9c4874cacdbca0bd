// Writes a run into its database as it goes: what was put, once a second, in one transaction.
import { statfs } from 'node:fs/promises'
import {
  type DuckDBAppender,
  type DuckDBConnection,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api'
import type { RunInfo, RunWriter, StoredExchange } from '../../model/run-store.ts'
import { PendingPuts, type Puts } from '../pending-puts.ts'
import { formatStoredEndpoint } from '../stored-shapes.ts'
import { inTransaction, openDatabase, type RunDatabase } from './run-database.ts'
import { createRunReader, type StoredOutcomes, storedRoles } from './run-reader.ts'

export interface RunWriterOptions {
  /** Hears in a sentence that nothing can be written, and that it can be again. */
  readonly onTrouble: (text: string) => void
  /** Bytes free where the folder is; as the file system says where not given. */
  readonly freeBytes?: (folder: string) => Promise<number>
}

/** What was put waits so long at most before it is written, with a second for the writing. */
const commitMillis = 1_000

/** With less room than this nothing is written: the database must never end in half a write. */
const freeBytesMin = 32 * 1024 * 1024

/**
 * Opens or makes the run in a folder; one that is there goes on, with its first start. Fails with
 * an operator error where the folder cannot be written, or another process has the run open.
 */
export async function openRunWriter(
  folder: string,
  info: RunInfo,
  options: RunWriterOptions,
): Promise<RunWriter> {
  const database = await openDatabase(folder, JSON.stringify(info))
  const reader = createRunReader(
    () => database.reading,
    () => {},
  )
  const known = await reader.info()
  const writer = new DatabaseWriter(folder, database, options)
  const startedAt = Math.min(known.startedAt, info.startedAt)
  writer.putInfo({ ...info, startedAt })
  const close = () => writer.close()
  return {
    putEndpoints: (summary, changed) => writer.puts().putEndpoints(summary, changed),
    putExchange: (exchange) => writer.puts().putExchange(exchange),
    putSeries: (point) => writer.puts().putPoint(point),
    putLedger: (ledger, lostShare) => writer.puts().putLedger({ ledger, lostShare }),
    putVerdict: (verdict) => writer.puts().putVerdict(verdict),
    flush: () => writer.flush(),
    close,
    losses: () => writer.losses(),
    reader,
    [Symbol.asyncDispose]: close,
  }
}

class DatabaseWriter {
  readonly #folder: string
  readonly #database: RunDatabase
  readonly #options: RunWriterOptions
  readonly #pending = new PendingPuts()
  #info: RunInfo | null = null
  #timer: NodeJS.Timeout | null = null
  #committing: Promise<boolean> = Promise.resolve(true)
  #failedCommits = 0
  #inTrouble = false
  #closed: Promise<void> | null = null

  constructor(folder: string, database: RunDatabase, options: RunWriterOptions) {
    this.#folder = folder
    this.#database = database
    this.#options = options
  }

  putInfo(info: RunInfo): void {
    this.#info = info
    this.puts().putInfo(info)
  }

  /** Where to put; what is put is written within a second. */
  puts(): PendingPuts {
    if (this.#closed === null) {
      this.#timer ??= setTimeout(() => {
        this.#timer = null
        void this.flush()
      }, commitMillis)
    }
    return this.#pending
  }

  /** One transaction at a time, in order. */
  flush(): Promise<boolean> {
    this.#committing = this.#committing.then(() => this.#commit())
    return this.#committing
  }

  close(): Promise<void> {
    this.#closed ??= this.#end()
    return this.#closed
  }

  losses(): { exchanges: number; points: number; failedCommits: number } {
    return { ...this.#pending.lost(), failedCommits: this.#failedCommits }
  }

  async #end(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#info !== null) this.#pending.putInfo({ ...this.#info, endedAt: Date.now() * 1_000 })
    await this.flush()
    this.#database.close()
  }

  async #commit(): Promise<boolean> {
    const puts = this.#pending.take()
    if (puts === null) return true
    try {
      await this.#requireRoom()
    } catch (error) {
      return this.#postpone(puts, error as Error)
    }
    try {
      await writePuts(this.#database.writing, puts)
    } catch (error) {
      // What was written in part may have left the open database unusable.
      await this.#database.reopen().catch(() => {})
      return this.#postpone(puts, error as Error)
    }
    if (this.#inTrouble) this.#options.onTrouble(`${this.#folder} is written again`)
    this.#inTrouble = false
    return true
  }

  /** Until the next commit, which it asks for. */
  #postpone(puts: Puts, error: Error): false {
    this.#failedCommits += 1
    this.#pending.giveBack(puts)
    if (!this.#inTrouble) {
      const [what] = error.message.split('\n')
      this.#options.onTrouble(
        `${this.#folder} cannot be written (${what}); it goes on as soon as it can be`,
      )
    }
    this.#inTrouble = true
    this.puts()
    return false
  }

  async #requireRoom(): Promise<void> {
    const free = await (this.#options.freeBytes ?? readFreeBytes)(this.#folder)
    if (free >= freeBytesMin) return
    const [left, least] = [free, freeBytesMin].map((bytes) => Math.floor(bytes / 1024 / 1024))
    throw new Error(`${left} MiB of disk are free, and at least ${least} are needed`)
  }
}

async function readFreeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

async function writePuts(connection: DuckDBConnection, puts: Puts): Promise<void> {
  await inTransaction(connection, async () => {
    for (const name of ['info', 'summary', 'ledger', 'verdict'] as const) {
      const value = puts[name]
      if (value === null) continue
      await connection.run(`update run set ${name} = $1`, [JSON.stringify(value)])
    }
    await writeEndpoints(connection, puts.endpoints)
    await writeExchanges(connection, puts.exchanges)
    await append(connection, 'series', puts.points, (appender, point) => {
      appender.appendBigInt(BigInt(point.at))
      appender.appendInteger(point.seconds)
      appender.appendVarchar(point.role)
      appender.appendBigInt(BigInt(point.requests))
      appender.appendBigInt(BigInt(point.errors))
      for (const micros of [point.p50, point.p95, point.p99]) {
        if (micros === null) appender.appendNull()
        else appender.appendBigInt(BigInt(Math.round(micros)))
      }
    })
  })
}

async function writeEndpoints(
  connection: DuckDBConnection,
  endpoints: Puts['endpoints'],
): Promise<void> {
  await remove(connection, 'endpoints', 'endpoint', [...endpoints.keys()])
  await append(connection, 'endpoints', endpoints.values(), (appender, tally) => {
    appender.appendVarchar(tally.endpoint)
    appender.appendBigInt(BigInt(tally.exchanges))
    appender.appendVarchar(formatStoredEndpoint(tally))
  })
}

async function writeExchanges(
  connection: DuckDBConnection,
  exchanges: Puts['exchanges'],
): Promise<void> {
  await remove(connection, 'exchanges', 'signature || chr(10) || slot', [...exchanges.keys()])
  await append(connection, 'exchanges', exchanges.values(), appendExchange)
}

function appendExchange(appender: DuckDBAppender, stored: StoredExchange): void {
  appender.appendVarchar(stored.signature)
  appender.appendInteger(stored.slot)
  appender.appendVarchar(stored.exchange)
  appender.appendVarchar(stored.endpoint)
  appender.appendBigInt(BigInt(stored.at))
  appender.appendVarchar(stored.label)
  appender.appendVarchar(stored.weight)
  appender.appendBlob(stored.request)
  const outcomes: { -readonly [Key in keyof StoredOutcomes]: StoredOutcomes[Key] } = {}
  for (const role of storedRoles) {
    const answer = stored.answers[role]
    if (answer?.bytes === undefined || answer.bytes === null) appender.appendNull()
    else appender.appendBlob(answer.bytes)
    if (answer !== undefined) {
      outcomes[role] = { failure: answer.failure, latency: answer.latency }
    }
  }
  appender.appendVarchar(JSON.stringify(outcomes))
  appender.appendVarchar(JSON.stringify(stored.comparison))
}

async function remove(
  connection: DuckDBConnection,
  table: string,
  key: string,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return
  const statement = `delete from ${table} where ${key} in (select unnest($1))`
  await connection.run(statement, [listValue(keys)], [LIST(VARCHAR)])
}

async function append<T>(
  connection: DuckDBConnection,
  table: string,
  rows: Iterable<T>,
  write: (appender: DuckDBAppender, row: T) => void,
): Promise<void> {
  const appender = await connection.createAppender(table)
  try {
    for (const row of rows) {
      write(appender, row)
      appender.endRow()
    }
  } finally {
    appender.closeSync()
  }
}
