// Reads a run from its database.
import { DuckDBBlobValue, type DuckDBConnection, LIST, listValue, VARCHAR } from '@duckdb/node-api'
import type { Label, Role, Weight } from '../../model/comparison.ts'
import type { ExchangeId } from '../../model/message.ts'
import { OperatorError } from '../../model/operator-error.ts'
import type {
  ExchangeEntry,
  ExchangePage,
  ExchangeQuery,
  ListedExchange,
  RunInfo,
  RunReader,
  SeriesPoint,
  StoredAnswer,
  StoredExchange,
  StoredLedger,
} from '../../model/run-store.ts'
import type { EndpointTally, RunTally } from '../../model/run-tally.ts'
import type { RunVerdict } from '../../model/verdict.ts'
import { readStoredComparison, readStoredEndpoint } from '../stored-shapes.ts'
import { readAsked, readStoredStatus } from '../stored-starts.ts'
import { openDatabaseToRead, type Row, type RunTables, readRows } from './run-database.ts'

export interface RunReaderOptions {
  readonly tables?: RunTables
  /** Of the database, as `96MB`; for whoever reads little at a time. */
  readonly memoryMax?: string
}

/**
 * Opens the run in a folder. Fails with an operator error where there is none, where another
 * process has it open, and where a newer program wrote it. Within the process that writes a run use
 * the writer's `reader`, in the same thread: one file must not be opened twice by one process.
 */
export async function openRunReader(
  folder: string,
  { tables, memoryMax }: RunReaderOptions = {},
): Promise<RunReader> {
  const database = await openDatabaseToRead(folder, tables, memoryMax)
  const reader = createRunReader(
    () => database.reading,
    () => database.close(),
  )
  return explainDamage(folder, reader)
}

/** What is stored was written by us: where it cannot be read, the file is not as it was written. */
function explainDamage(folder: string, reader: RunReader): RunReader {
  const explain = async <T>(reading: Promise<T>): Promise<T> => {
    try {
      return await reading
    } catch (error) {
      const [why = ''] = (error as Error).message.split('\n')
      const hint = /^out of memory/i.test(why)
        ? 'try where there is more, or on a disk with room beside the run'
        : 'it is damaged, or of a version that was never released: compare anew, elsewhere'
      throw new OperatorError('bad-run', `${folder} cannot be read: ${why}`, hint)
    }
  }
  return {
    info: () => explain(reader.info()),
    tally: () => explain(reader.tally()),
    ledger: () => explain(reader.ledger()),
    lostShare: () => explain(reader.lostShare()),
    verdict: () => explain(reader.verdict()),
    exchanges: (ids) => explain(reader.exchanges(ids)),
    findExchanges: (query) => explain(reader.findExchanges(query)),
    series: (from, to) => explain(reader.series(from, to)),
    close: () => reader.close(),
    [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose](),
  }
}

export const storedRoles: readonly Role[] = ['production', 'baseline', 'baseline2', 'candidate']

/** The database may have to be opened anew, so that the connection is asked for each time. */
type Connection = () => DuckDBConnection

/** `end` is called once, when the reader is closed. */
export function createRunReader(connection: Connection, end: () => void): RunReader {
  let ended = false
  const close = async () => {
    if (!ended) end()
    ended = true
  }
  return {
    info: async () => (await readField<RunInfo>(connection, 'info'))!,
    tally: () => readTally(connection),
    ledger: async () => (await readField<StoredLedger>(connection, 'ledger'))?.ledger ?? null,
    lostShare: async () => (await readField<StoredLedger>(connection, 'ledger'))?.lostShare ?? 0,
    verdict: () => readField<RunVerdict>(connection, 'verdict'),
    exchanges: (ids) => readExchanges(connection, ids),
    findExchanges: (query) => findExchanges(connection, query),
    series: async (from, to) => {
      const rows = await readRows(
        connection(),
        `select * from series where micros >= ${Math.trunc(from ?? 0)}
         ${to === undefined ? '' : `and micros < ${Math.trunc(to)}`} order by micros, role`,
      )
      return rows.map(toPoint)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function readField<T>(
  connection: Connection,
  name: 'info' | 'summary' | 'ledger' | 'verdict',
): Promise<T | null> {
  const [row] = await readRows(connection(), `select ${name} from run`)
  const text = row?.[name]
  return typeof text === 'string' ? (JSON.parse(text) as T) : null
}

/** Endpoints that are read at once. Nobody writes meanwhile: who has a run open has it alone. */
const tallyRows = 256

async function readTally(connection: Connection): Promise<RunTally> {
  const summary = await readField<Omit<RunTally, 'endpoints'>>(connection, 'summary')
  const endpoints: EndpointTally[] = []
  // Piece by piece: their texts are larger than what is made of them.
  const [last] = await readRows(connection(), 'select max(rowid) as last from endpoints')
  for (let from = 0; from <= Number(last?.last ?? -1); from += tallyRows) {
    const rows = await readRows(
      connection(),
      `select tally from endpoints where rowid between ${from} and ${from + tallyRows - 1}`,
    )
    for (const { tally } of rows) endpoints.push(readStoredEndpoint(String(tally)))
  }
  // Sorted here, as a database would need room for all their texts.
  endpoints.sort((a, b) => b.exchanges - a.exchanges || (a.endpoint < b.endpoint ? -1 : 1))
  return { ...(summary ?? emptySummary), endpoints }
}

const emptySummary: Omit<RunTally, 'endpoints'> = {
  version: 1,
  exchanges: 0,
  firstAt: null,
  lastAt: null,
  modes: {},
  orphans: 0,
  omitted: 0,
}

async function readExchanges(
  connection: Connection,
  ids: readonly string[],
): Promise<readonly StoredExchange[]> {
  const rows = await readRows(
    connection(),
    'select * from exchanges where exchange in (select unnest($1))',
    [listValue(ids)],
    [LIST(VARCHAR)],
  )
  const found = new Map(rows.map((row) => [String(row.exchange), row]))
  return ids.flatMap((id) => {
    const row = found.get(id)
    return row === undefined ? [] : [toExchange(row)]
  })
}

async function findExchanges(
  connection: Connection,
  { endpoint, signature, label, offset = 0, limit }: ExchangeQuery,
): Promise<ExchangePage> {
  const values = [endpoint ?? null, signature ?? null, label ?? null]
  const types = [VARCHAR, VARCHAR, VARCHAR]
  const where = `where ($1 is null or endpoint = $1) and ($2 is null or signature = $2)
    and ($3 is null or label = $3)`
  const [count] = await readRows(
    connection(),
    `select count(*) as total from exchanges ${where}`,
    values,
    types,
  )
  // Bytes are read of the page alone, and not of all that is sorted for it.
  const rows = await readRows(
    connection(),
    `select rowid as place, signature, slot, exchange, endpoint, micros, label, weight
     from exchanges ${where}
     order by list_position(['fail', 'check', 'warn', 'advice', 'none'], weight), micros desc,
       exchange
     limit ${Math.min(1_000, Math.max(0, Math.trunc(limit)))} offset ${Math.trunc(offset)}`,
    values,
    types,
  )
  const starts = await readStarts(
    connection,
    rows.map(({ place }) => Number(place)),
  )
  const entries = rows.map((row) => ({ ...toEntry(row), ...starts.get(Number(row.place))! }))
  return { total: Number(count!.total), entries }
}

/** Longer start lines are cut. */
const startBytesMax = 400

type Started = Pick<ListedExchange, 'asked' | 'statuses'>

/** Of rows by their place: how request and answers begin. */
async function readStarts(
  connection: Connection,
  places: readonly number[],
): Promise<ReadonlyMap<number, Started>> {
  if (places.length === 0) return new Map()
  const answers = storedRoles.map((role) => `${role}[1:${startBytesMax}] as ${role}`)
  const rows = await readRows(
    connection(),
    `select rowid as place, request[1:${startBytesMax}] as request, outcomes, ${answers.join(', ')}
     from exchanges where rowid in (${places.join(', ')})`,
  )
  return new Map(rows.map((row) => [Number(row.place), toStarted(row)]))
}

function toStarted(row: Row): Started {
  const outcomes = JSON.parse(String(row.outcomes)) as StoredOutcomes
  const asked = storedRoles.filter((role) => outcomes[role] !== undefined)
  return {
    asked: readAsked(toBytes(row.request) ?? new Uint8Array()),
    statuses: Object.fromEntries(asked.map((role) => [role, readStoredStatus(toBytes(row[role]))])),
  }
}

function toEntry(row: Row): ExchangeEntry {
  return {
    signature: String(row.signature),
    slot: Number(row.slot),
    exchange: String(row.exchange) as ExchangeId,
    endpoint: String(row.endpoint),
    at: Number(row.micros),
    label: String(row.label) as Label,
    weight: String(row.weight) as Weight,
  }
}

/** What is in the column `outcomes`, by role: all of an answer but its bytes. */
export type StoredOutcomes = Readonly<Partial<Record<Role, Omit<StoredAnswer, 'bytes'>>>>

function toExchange(row: Row): StoredExchange {
  const outcomes = JSON.parse(String(row.outcomes)) as StoredOutcomes
  const answers = storedRoles.flatMap((role) => {
    const outcome = outcomes[role]
    return outcome === undefined ? [] : [[role, { bytes: toBytes(row[role]), ...outcome }]]
  })
  return {
    ...toEntry(row),
    request: toBytes(row.request) ?? new Uint8Array(),
    answers: Object.fromEntries(answers),
    comparison: readStoredComparison(String(row.comparison)),
  }
}

function toBytes(value: Row[string] | undefined): Uint8Array | null {
  return value instanceof DuckDBBlobValue ? new Uint8Array(value.bytes) : null
}

function toPoint(row: Row): SeriesPoint {
  const micros = (name: string) => {
    const value = row[name] ?? null
    return value === null ? null : Number(value)
  }
  return {
    at: Number(row.micros),
    seconds: Number(row.seconds),
    role: String(row.role) as Role,
    requests: Number(row.requests),
    errors: Number(row.errors),
    p50: micros('p50'),
    p95: micros('p95'),
    p99: micros('p99'),
  }
}
