// Finished runs for the console, each in its folder: opened when it is looked at.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { type ComparedParts, createConsoleRun } from '../app/console-run.ts'
import type { AskedRole } from '../app/exchange-view.ts'
import { reaskExchange } from '../app/reask-exchange.ts'
import type { GateOptions } from '../compare/judge/gates.ts'
import { judgeRun } from '../compare/judge/judge-run.ts'
import type { ByRole, RoleAnswer } from '../model/comparison.ts'
import type { ConsoleRun, ConsoleRuns, RunSummary, StressViews } from '../model/console.ts'
import type { Message } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import type { RunInfo, RunReader } from '../model/run-store.ts'
import { openCauses } from '../report/open-causes.ts'
import { databaseName } from '../store/io/run-database.ts'
import { openRunReader } from '../store/io/run-reader.ts'
import { realWorld } from './real-world.ts'
import { openRules, readToday, rulesIn } from './run-rules.ts'

export interface RunFoldersOptions {
  /** Runs, and folders of runs. */
  readonly folders: readonly string[]
  /** Instead of `rules.yaml` in each run's folder. */
  readonly rules: string | null
  readonly gates: GateOptions
  readonly ask: (url: string, request: Message) => Promise<RoleAnswer>
  readonly redact: RunRedaction
  readonly readCapacity: (folder: string) => StressViews
  readonly say: (text: string) => void
}

/** Open at once; beyond, the one that was asked for least lately is closed. */
const openRunsMax = 8
/** Of each: a page is read at a time. */
const memoryMax = '96MB'
/** Whoever still reads from a run that is closed has so long. */
const closeDelayMillis = 30_000

/** What is hidden of answers to a request that is put again. */
export interface ReaskRedaction {
  readonly redact: (message: Message) => Message
  /** A secret is masked as it was when the run was stored. */
  readonly sameKey: boolean
}

/** As the run was stored, as far as that is known. */
export type RunRedaction = (info: RunInfo) => ReaskRedaction

interface OpenRun {
  readonly run: ConsoleRun
  readonly reader: RunReader
}

/**
 * Fails with an operator error where there is no run in one of the folders, and where none of them
 * can be opened; of several, those that cannot be are said, and listed as such.
 */
export async function openRunFolders(
  options: RunFoldersOptions,
): Promise<ConsoleRuns & AsyncDisposable> {
  const folders = nameFolders(options.folders.flatMap(findRuns))
  const open = new Map<string, OpenRun>()
  const summaries = new Map<string, RunSummary>()
  // A run is opened once at a time: a database must not be opened twice in one process.
  let opening: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = opening.then(work)
    opening = done.catch(() => {})
    return done
  }
  const get = async (id: string): Promise<ConsoleRun | null> => {
    const folder = folders.get(id)
    if (folder === undefined) return null
    const held = open.get(id)
    const opened = held ?? (await openRun(id, folder, options))
    open.delete(id)
    open.set(id, opened)
    if (open.size > openRunsMax) closeOldest(open)
    return opened.run
  }
  const list = async () => {
    for (const [id, folder] of folders) {
      const held = open.get(id)
      if (held !== undefined) summaries.set(id, await summariseOpen(held.run))
      else if (!summaries.has(id)) summaries.set(id, await summarise(id, folder, options))
    }
    return [...summaries.values()].sort((a, b) => b.info.startedAt - a.info.startedAt)
  }
  const [only, ...others] = folders.keys()
  if (others.length > 0) await refuseUnreadable([...folders.values()], options.say)
  // Judged at once, as it will be asked for; what cannot be is told as rehearsal verdict tells it.
  else if (only !== undefined) await (await inTurn(() => get(only)))?.overview()
  return {
    list: () => inTurn(list),
    get: (id) => (open.has(id) ? get(id) : inTurn(() => get(id))),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...open.values()].map(({ reader }) => reader.close()))
    },
  }
}

/** Looked at before the console is there; further ones are when the list of runs is asked for. */
const checkedRunsMax = 100

/** Says which of several runs cannot be opened; fails where that is none of them. */
async function refuseUnreadable(
  folders: readonly string[],
  say: RunFoldersOptions['say'],
): Promise<void> {
  let bad = 0
  for (const folder of folders.slice(0, checkedRunsMax)) {
    try {
      await using reader = await openRunReader(folder, { memoryMax })
      await reader.info()
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error
      bad += 1
      say(`rehearsal: ${error.message}; ${error.hint}`)
    }
  }
  if (bad < folders.length) return
  throw new OperatorError('no-run', 'none of these runs can be opened', 'name one that can')
}

function closeOldest(open: Map<string, OpenRun>): void {
  for (const [id, { reader }] of open) {
    open.delete(id)
    setTimeout(() => void reader.close(), closeDelayMillis).unref()
    return
  }
}

async function openRun(id: string, folder: string, options: RunFoldersOptions): Promise<OpenRun> {
  const reader = await openRunReader(folder, { memoryMax })
  const [info, lostShare] = [await reader.info(), await reader.lostShare()]
  const rules = await openRules(options.rules ?? rulesIn(folder))
  const { gates, redact, ask } = options
  const { targets } = info
  const reask = createReask({ targets, ...redact(info), ask })
  const compared: ComparedParts = {
    reader,
    tally: () => reader.tally(),
    judging: async () => ({ gates, lostShare }),
    today: readToday,
    rules,
    reask,
  }
  const run = createConsoleRun({
    id,
    name: nameOf(folder),
    info: async () => info,
    live: false,
    now: realWorld.now,
    ledger: () => reader.ledger(),
    series: (from) => reader.series(from),
    compared,
    capacity: async () => options.readCapacity(folder),
  })
  return { run, reader }
}

/** Null where neither baseline nor candidate is known, so that nobody can be asked. */
export function createReask({
  targets,
  redact,
  sameKey,
  ask,
}: ReaskRedaction & {
  readonly targets: ByRole<string>
  readonly ask: RunFoldersOptions['ask']
}): ComparedParts['reask'] {
  if (targets.candidate === undefined && targets.baseline === undefined) return null
  const askRole = (role: AskedRole, request: Message) => ask(targets[role]!, request)
  return (stored) =>
    reaskExchange(stored, { targets, redact, sameKey, ask: askRole, now: realWorld.now })
}

function findRuns(folder: string): readonly string[] {
  if (existsSync(join(folder, databaseName))) return [folder]
  const runs = listFolders(folder).filter((path) => existsSync(join(path, databaseName)))
  if (runs.length > 0) return runs
  throw new OperatorError(
    'no-run',
    `there is no run in ${folder}`,
    'name the folder that was given to --compare, or one that holds such folders',
  )
}

function listFolders(folder: string): readonly string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
}

export function nameOf(folder: string): string {
  return basename(resolve(folder))
}

/** Ids that can stand in an address, each once. */
function nameFolders(folders: readonly string[]): ReadonlyMap<string, string> {
  const named = new Map<string, string>()
  for (const folder of folders) {
    if ([...named.values()].some((known) => resolve(known) === resolve(folder))) continue
    const plain = nameOf(folder).replace(/[^\w.-]+/g, '-') || 'run'
    let id = plain
    for (let number = 2; named.has(id); number++) id = `${plain}-${number}`
    named.set(id, folder)
  }
  return named
}

/** Of a run that is open: as it is judged under its rules as they are. */
export async function summariseOpen(run: ConsoleRun): Promise<RunSummary> {
  const { id, name, info, live, mode, verdict, exchanges } = await run.overview()
  return {
    ...{ id, name, info, live, mode, exchanges },
    verdict: verdict?.verdict ?? null,
    findings: verdict?.findings ?? {},
    causes: verdict?.causes.map(({ title }) => title) ?? [],
    trouble: null,
    unreadable: (await run.capacity()).unreadable.map(formatUnreadable),
  }
}

function formatUnreadable({ file, why }: StressViews['unreadable'][number]): string {
  return `${file}: ${why}`
}

const noInfo: RunInfo = { startedAt: 0, endedAt: null, program: '', inputs: [], targets: {} }

/** As it is judged under its rules as they are, without opening it for longer than that takes. */
async function summarise(
  id: string,
  folder: string,
  { rules, gates, readCapacity }: RunFoldersOptions,
): Promise<RunSummary> {
  const unreadable = readCapacity(folder).unreadable.map(formatUnreadable)
  const plain = {
    ...{ id, name: nameOf(folder), live: false, mode: null, findings: {}, causes: [], unreadable },
  }
  try {
    await using reader = await openRunReader(folder, { memoryMax })
    const [info, lostShare] = [await reader.info(), await reader.lostShare()]
    const editor = await openRules(rules ?? rulesIn(folder))
    const options = { rules: editor.rules(), today: readToday(), lostShare, gates }
    const judged = judgeRun(await reader.tally(), options)
    const { verdict, exchanges } = judged
    const causes = openCauses(judged)
      .slice(0, 3)
      .map(({ title }) => title)
    return { ...plain, info, verdict, exchanges, causes, trouble: null }
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    const trouble = `${error.message}; ${error.hint}`
    return { ...plain, info: noInfo, verdict: null, exchanges: 0, trouble }
  }
}
