import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { createTemporaryFolder } from '../../scripts/temporary-folder.ts'
import type { LedgerSnapshot } from '../../src/model/ledger-snapshot.ts'
import type { ExchangeId } from '../../src/model/message.ts'
import type { RunReader, RunWriter } from '../../src/model/run-store.ts'
import type { EndpointTally, RunTally } from '../../src/model/run-tally.ts'
import { currentTables } from '../../src/store/io/run-database.ts'
import { openRunReader } from '../../src/store/io/run-reader.ts'
import { openRunWriter, type RunWriterOptions } from '../../src/store/io/run-writer.ts'
import {
  createAnswer,
  createPoint,
  createRunInfo,
  createStoredExchange,
  runStart,
} from '../support/run-folders.ts'

const summary: Omit<RunTally, 'endpoints'> = {
  version: 1,
  exchanges: 3,
  firstAt: runStart,
  lastAt: runStart + 5,
  modes: { baseline: 3 },
  orphans: 0,
  omitted: 0,
}

function createTally(endpoint: string, exchanges: number): EndpointTally {
  return {
    endpoint,
    exchanges,
    modes: { baseline: exchanges },
    labels: { same: exchanges },
    statuses: {},
    failures: {
      compared: exchanges,
      candidateOnly: 0,
      baselineOnly: 0,
      both: 0,
      baseline2Only: 0,
      baseline1Only: 0,
    },
    latency: {
      byRole: {},
      candidate: [],
      control: [],
    },
    sizes: { byRole: {}, candidate: [], control: [] },
    features: {},
    paths: [],
  }
}

const quiet: RunWriterOptions = { onTrouble: (text) => assert.fail(text) }

const ledger: LedgerSnapshot = {
  at: '2026-11-30T00:53:20.000Z',
  captured: 4,
  sources: [],
  outputs: [],
}

async function fill(writer: RunWriter): Promise<void> {
  writer.putEndpoints(summary, [createTally('GET /a', 1), createTally("GET /it's", 2)])
  writer.putExchange(createStoredExchange({ slot: 0, exchange: 'e1' as ExchangeId }))
  writer.putExchange(
    createStoredExchange({
      slot: 1,
      exchange: 'e2' as ExchangeId,
      at: runStart + 1,
      weight: 'fail',
      label: 'changed',
      answers: {
        baseline: createAnswer('{}'),
        candidate: { bytes: null, failure: 'timeout', latency: 5_000_000 },
      },
    }),
  )
  writer.putSeries(createPoint({ at: runStart + 1_000_000, p99: null }))
  writer.putSeries(createPoint())
  writer.putLedger(ledger, 0.25)
  assert.equal(await writer.flush(), true)
}

async function check(reader: RunReader): Promise<void> {
  const tally = await reader.tally()
  assert.deepEqual(
    tally.endpoints.map(({ endpoint }) => endpoint),
    ["GET /it's", 'GET /a'],
  )
  assert.deepEqual({ ...tally, endpoints: [] }, { ...summary, endpoints: [] })
  const page = await reader.findExchanges({ endpoint: 'GET /orders/{id}', limit: 1 })
  assert.equal(page.total, 2)
  assert.deepEqual(
    page.entries.map(({ exchange, slot, label, at }) => ({ exchange, slot, label, at })),
    [{ exchange: 'e2', slot: 1, label: 'changed', at: runStart + 1 }],
  )
  const [{ asked, statuses } = { asked: '', statuses: {} }] = page.entries
  assert.deepEqual(
    [asked, statuses],
    ['GET /orders/7?currency=JPY', { baseline: 200, candidate: null }],
  )
  const next = await reader.findExchanges({ offset: 1, limit: 5 })
  assert.deepEqual(
    next.entries.map(({ exchange }) => exchange),
    ['e1'],
  )
  assert.equal((await reader.findExchanges({ label: 'drift', limit: 5 })).total, 0)
  const [second, first] = await reader.exchanges(['e2', 'nowhere', 'e1'])
  assert.deepEqual(first, createStoredExchange({ slot: 0, exchange: 'e1' as ExchangeId }))
  assert.deepEqual(Object.keys(second!.answers), ['baseline', 'candidate'])
  assert.deepEqual(second?.answers.candidate, {
    bytes: null,
    failure: 'timeout',
    latency: 5_000_000,
  })
  assert.deepEqual(await reader.series(), [
    createPoint(),
    createPoint({ at: runStart + 1_000_000, p99: null }),
  ])
  assert.equal((await reader.series(runStart + 1)).length, 1)
  assert.deepEqual(await reader.ledger(), ledger)
  assert.equal(await reader.lostShare(), 0.25)
  assert.equal((await reader.series(runStart, runStart + 1)).length, 1)
}

test('what is put is read in the same process while it is written, and by another later', async () => {
  using folder = createTemporaryFolder('store')
  const writer = await openRunWriter(folder.path, createRunInfo(), quiet)
  await fill(writer)
  await check(writer.reader)
  assert.equal((await writer.reader.info()).endedAt, null)
  assert.equal(await writer.reader.verdict(), null)
  await writer.close()
  await using reader = await openRunReader(folder.path)
  await check(reader)
  assert.ok((await reader.info()).endedAt! > 0)
})

test('what is put again replaces what was there, and a run that goes on keeps its start', async () => {
  using folder = createTemporaryFolder('store')
  const first = await openRunWriter(folder.path, createRunInfo(), quiet)
  await fill(first)
  await first.close()
  const info = createRunInfo({ startedAt: runStart + 9, program: '0.2.0' })
  await using writer = await openRunWriter(folder.path, info, quiet)
  for (let exchanges = 5; exchanges < 8; exchanges++) {
    writer.putEndpoints({ ...summary, exchanges: 9 }, [createTally('GET /a', exchanges)])
    writer.putExchange(createStoredExchange({ slot: 1, exchange: `n${exchanges}` as ExchangeId }))
    await writer.flush()
  }
  const tally = await writer.reader.tally()
  assert.deepEqual(
    tally.endpoints.map(({ endpoint, exchanges }) => [endpoint, exchanges]),
    [
      ['GET /a', 7],
      ["GET /it's", 2],
    ],
  )
  const { entries } = await writer.reader.findExchanges({ limit: 10 })
  assert.deepEqual(entries.map(({ exchange }) => exchange).sort(), ['e1', 'n7'])
  const known = await writer.reader.info()
  assert.deepEqual([known.startedAt, known.program], [runStart, '0.2.0'])
})

test('without room on the disk it says so once, keeps what is put, and goes on later', async () => {
  using folder = createTemporaryFolder('store')
  const said: string[] = []
  let free = 0
  const options = {
    onTrouble: (text: string) => said.push(text.replace(folder.path, 'run')),
    freeBytes: async () => free,
  }
  await using writer = await openRunWriter(folder.path, createRunInfo(), options)
  writer.putExchange(createStoredExchange())
  assert.equal(await writer.flush(), false)
  assert.equal(await writer.flush(), false)
  assert.equal((await writer.reader.findExchanges({ limit: 1 })).total, 0)
  free = 1e12
  assert.equal(await writer.flush(), true)
  assert.equal((await writer.reader.findExchanges({ limit: 1 })).total, 1)
  assert.deepEqual(writer.losses(), { exchanges: 0, points: 0, failedCommits: 2 })
  assert.deepEqual(said, [
    'run cannot be written (0 MiB of disk are free, and at least 32 are needed); ' +
      'it goes on as soon as it can be',
    'run is written again',
  ])
})

test('a folder without a run, and one that is no folder, are operator errors', async () => {
  using folder = createTemporaryFolder('store')
  await assert.rejects(openRunReader(folder.path), { code: 'no-run' })
  assert.equal(existsSync(join(folder.path, 'run.duckdb')), false)
  const file = join(folder.path, 'file')
  writeFileSync(file, '')
  await assert.rejects(openRunWriter(file, createRunInfo(), quiet), { code: 'bad-run-folder' })
  writeFileSync(join(folder.path, 'run.duckdb'), 'no database')
  await assert.rejects(openRunReader(folder.path), { code: 'bad-run' })
})

const newer = {
  version: 2,
  migrations: new Map([
    ...currentTables.migrations,
    [2, ["alter table series add column note varchar default 'none'"]],
  ]),
}

test('a newer program brings an older run up, and the older one then refuses it', async () => {
  using folder = createTemporaryFolder('store')
  const writer = await openRunWriter(folder.path, createRunInfo(), quiet)
  await fill(writer)
  await writer.close()
  for (let round = 0; round < 2; round++) {
    await using reader = await openRunReader(folder.path, { tables: newer })
    const [point] = await reader.series()
    assert.deepEqual(point, createPoint())
  }
  const refusal = { code: 'newer-run', message: /was written by a newer Rehearsal \(version 2 of/ }
  await assert.rejects(openRunReader(folder.path), refusal)
  await assert.rejects(openRunWriter(folder.path, createRunInfo(), quiet), refusal)
})

const fixture = join(import.meta.dirname, '../golden/run-version-1.duckdb.zst')

test('a run of version 1 as it was written then is read', async () => {
  using folder = createTemporaryFolder('store')
  const path = join(folder.path, 'run.duckdb')
  if (process.env.UPDATE_RUN_FIXTURE === '1') {
    const writer = await openRunWriter(folder.path, createRunInfo(), quiet)
    await fill(writer)
    await writer.close()
    writeFileSync(fixture, zstdCompressSync(readFileSync(path)))
  }
  writeFileSync(path, zstdDecompressSync(readFileSync(fixture)))
  await using reader = await openRunReader(folder.path)
  await check(reader)
})

test('what is damaged, or of no version that there was, is told by its folder', async () => {
  const damages = [
    ["update endpoints set tally = '{}'", (reader: RunReader) => reader.tally()],
    ['drop table endpoints', (reader: RunReader) => reader.tally()],
    ["update run set info = 'nothing'", (reader: RunReader) => reader.info()],
  ] as const
  for (const [damage, read] of damages) {
    using folder = createTemporaryFolder('store')
    await damageRun(folder.path, damage)
    await using reader = await openRunReader(folder.path)
    const told = (error: Error) => error.message.startsWith(`${folder.path} cannot be read: `)
    await assert.rejects(read(reader), (error: Error & { code: string }) => {
      return told(error) && error.code === 'bad-run' && !error.message.includes('\n')
    })
  }
  for (const damage of ['update run set version = -1', 'alter table run drop column version']) {
    using folder = createTemporaryFolder('store')
    await damageRun(folder.path, damage)
    await assert.rejects(openRunReader(folder.path), { code: 'bad-run' })
  }
})

async function damageRun(folder: string, statement: string): Promise<void> {
  const writer = await openRunWriter(folder, createRunInfo(), quiet)
  await fill(writer)
  await writer.close()
  const instance = await DuckDBInstance.create(join(folder, 'run.duckdb'))
  const connection = await instance.connect()
  await connection.run(statement)
  connection.closeSync()
  instance.closeSync()
}
