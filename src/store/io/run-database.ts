// The file `run.duckdb` in a run's folder: opened, checked for its version and brought up to ours.
import { existsSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api'
import { makeFolder } from '../../base/make-folder.ts'
import { OperatorError } from '../../model/operator-error.ts'
import { migrationSteps, runMigrations, runTablesVersion } from '../run-tables.ts'

/** What may be handed in instead, to test a program of another version. */
export interface RunTables {
  readonly version: number
  readonly migrations: ReadonlyMap<number, readonly string[]>
}

export const currentTables: RunTables = { version: runTablesVersion, migrations: runMigrations }

/** An open database, with a connection to write and one that reads what is committed. */
export class RunDatabase {
  readonly #folder: string
  readonly #mode: Mode
  readonly #memoryMax: string
  #instance: DuckDBInstance
  #writing: DuckDBConnection
  #reading: DuckDBConnection

  private constructor(folder: string, mode: Mode, memoryMax: string, opened: Opened) {
    this.#folder = folder
    this.#mode = mode
    this.#memoryMax = memoryMax
    this.#instance = opened.instance
    this.#writing = opened.writing
    this.#reading = opened.reading
  }

  /** Fails with an operator error where it cannot be opened. */
  static async open(
    folder: string,
    mode: Mode,
    memoryMax: string = usualMemoryMax,
  ): Promise<RunDatabase> {
    return new RunDatabase(folder, mode, memoryMax, await open(folder, mode, memoryMax))
  }

  get writing(): DuckDBConnection {
    return this.#writing
  }

  get reading(): DuckDBConnection {
    return this.#reading
  }

  /** After an error that the database does not survive: from what is on disk. */
  async reopen(): Promise<void> {
    this.close()
    const { instance, writing, reading } = await open(this.#folder, this.#mode, this.#memoryMax)
    this.#instance = instance
    this.#writing = writing
    this.#reading = reading
  }

  close(): void {
    this.#writing.closeSync()
    this.#reading.closeSync()
    this.#instance.closeSync()
  }
}

type Mode = 'READ_WRITE' | 'READ_ONLY'

interface Opened {
  readonly instance: DuckDBInstance
  readonly writing: DuckDBConnection
  readonly reading: DuckDBConnection
}

export const databaseName = 'run.duckdb'

// One thread: the cores belong to capture, replay and comparison. What does not fit the memory is
// put into a file beside the database. Nothing is ever fetched from the network.
const settings = {
  threads: '1',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
}

const usualMemoryMax = '256MB'

/** Opens the run's database to write, and makes it where there is none; `info` is for a new one. */
export async function openDatabase(
  folder: string,
  info: string,
  tables: RunTables = currentTables,
): Promise<RunDatabase> {
  try {
    await makeFolder(folder, { mkdir, stat })
  } catch (error) {
    throw new OperatorError(
      'bad-run-folder',
      `${folder} cannot be made: ${(error as Error).message}`,
      'name a folder that can be written to',
    )
  }
  const database = await RunDatabase.open(folder, 'READ_WRITE')
  try {
    const version = await readVersion(database.writing)
    if (version === 0) await create(database.writing, info, tables)
    else await bringUp(database.writing, folder, version, tables)
    return database
  } catch (error) {
    database.close()
    throw error instanceof OperatorError ? error : explainOpening(folder, (error as Error).message)
  }
}

/** Opens a run to read; an older one is brought up to this version first. */
export async function openDatabaseToRead(
  folder: string,
  tables: RunTables = currentTables,
  memoryMax: string = usualMemoryMax,
): Promise<RunDatabase> {
  if (!existsSync(join(folder, databaseName))) {
    throw new OperatorError(
      'no-run',
      `there is no run in ${folder}`,
      'name the folder that was given to --compare',
    )
  }
  const database = await RunDatabase.open(folder, 'READ_ONLY', memoryMax)
  const version = await readVersion(database.writing).catch((error: Error) => {
    database.close()
    throw explainOpening(folder, error.message)
  })
  if (version === tables.version) return database
  database.close()
  if (version === 0) {
    throw new OperatorError('no-run', `there is nothing in ${folder} yet`, 'run --compare first')
  }
  const writable = await RunDatabase.open(folder, 'READ_WRITE')
  try {
    await bringUp(writable.writing, folder, version, tables)
    return writable
  } catch (error) {
    writable.close()
    throw error instanceof OperatorError ? error : explainOpening(folder, (error as Error).message)
  }
}

async function open(folder: string, mode: Mode, memoryMax: string): Promise<Opened> {
  try {
    const path = join(folder, databaseName)
    const instance = await DuckDBInstance.create(path, {
      ...{ ...settings, memory_limit: memoryMax, access_mode: mode },
    })
    return { instance, writing: await instance.connect(), reading: await instance.connect() }
  } catch (error) {
    throw explainOpening(folder, (error as Error).message)
  }
}

function explainOpening(folder: string, message: string): OperatorError {
  const holder = /Conflicting lock is held in (.+?) \(PID (\d+)\)/.exec(message)
  if (holder !== null) {
    return new OperatorError(
      'run-in-use',
      `${folder} is open in process ${holder[2]} (${holder[1]})`,
      'wait until that run ends, or look at it in its own console',
    )
  }
  return new OperatorError(
    'bad-run',
    `${folder} cannot be opened: ${message.split('\n')[0]}`,
    'see that it is a run folder, that you may read and write it, and that its disk has room',
  )
}

/** 0 where there are no tables yet. */
async function readVersion(connection: DuckDBConnection): Promise<number> {
  const [table] = await readRows(
    connection,
    "select table_name from duckdb_tables() where table_name = 'run'",
  )
  if (table === undefined) return 0
  const [row] = await readRows(connection, 'select version from run')
  return row === undefined ? 0 : Number(row.version)
}

async function create(
  connection: DuckDBConnection,
  info: string,
  { version, migrations }: RunTables,
): Promise<void> {
  await inTransaction(connection, async () => {
    for (const step of migrationSteps(0, 1, migrations)) await connection.run(step)
    await connection.run('insert into run (version, info) values (1, $1)', [info])
    for (const step of migrationSteps(1, version, migrations)) await connection.run(step)
  })
}

async function bringUp(
  connection: DuckDBConnection,
  folder: string,
  version: number,
  tables: RunTables,
): Promise<void> {
  if (version > tables.version) {
    throw new OperatorError(
      'newer-run',
      `${folder} was written by a newer Rehearsal (version ${version} of its tables; this one ` +
        `reads up to ${tables.version})`,
      'read it with that Rehearsal or a newer one',
    )
  }
  await inTransaction(connection, async () => {
    for (const step of migrationSteps(version, tables.version, tables.migrations)) {
      await connection.run(step)
    }
  })
}

/** All of it is on disk when it resolves, or, when it throws, none of it. */
export async function inTransaction(
  connection: DuckDBConnection,
  work: () => Promise<void>,
): Promise<void> {
  await connection.run('begin')
  try {
    await work()
    await connection.run('commit')
  } catch (error) {
    // Where the commit itself failed, there is nothing to undo any more.
    await connection.run('rollback').catch(() => {})
    throw error
  }
}

export type Row = Readonly<Record<string, DuckDBValue>>

export async function readRows(
  connection: DuckDBConnection,
  statement: string,
  values: Parameters<DuckDBConnection['runAndReadAll']>[1] = [],
  types?: Parameters<DuckDBConnection['runAndReadAll']>[2],
): Promise<readonly Row[]> {
  const reader = await connection.runAndReadAll(statement, values, types)
  return reader.getRowObjects()
}
