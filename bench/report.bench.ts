// How long the report of a run of a million exchanges takes, and how large its folder grows while
// it is written: 500 endpoints, ten places each, examples of every group.
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createTemporaryFolder } from '../scripts/temporary-folder.ts'
import type { ExchangeId } from '../src/model/message.ts'
import type { EndpointTally, PathTally, RunTally } from '../src/model/run-tally.ts'
import { openRunWriter } from '../src/store/io/run-writer.ts'
import { createRunInfo, createStoredExchange, runStart } from '../test/support/run-folders.ts'
import { createSampleRun } from '../test/support/sample-run.ts'

const exchanges = 1_000_000
const endpointCount = 500
const pathsOfEach = 10
const examplesOfEach = 40
/** Commits in which every endpoint has changed, as in a run of so many seconds. */
const commits = 30
const secondsMax = 5

using temporary = createTemporaryFolder('report')
const folder = join(temporary.path, 'run')
const tally = createTally()
const { endpoints, ...summary } = tally

const startedAt = performance.now()
const writer = await openRunWriter(folder, createRunInfo(), { onTrouble: console.error })
for (let commit = 0; commit < commits; commit++) {
  writer.putEndpoints(summary, endpoints)
  putExamples(commit)
  await writer.flush()
}
const folderMegabytes = sizeOf(folder)
await writer.close()
const seconds = (performance.now() - startedAt) / 1_000
console.log(
  `${exchanges} exchanges, ${endpointCount} endpoints, ${endpointCount * pathsOfEach} places`,
)
console.log(
  `written in ${commits} commits, each of all endpoints: ${seconds.toFixed(1)} s; folder ` +
    `${folderMegabytes.toFixed(0)} MB, ${sizeOf(folder).toFixed(0)} MB when closed; memory ` +
    `${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB`,
)
for (const format of ['html', 'json', 'junit', 'markdown']) {
  const output = join(temporary.path, `report.${format}`)
  const took = time('report', folder, '--format', format, '-o', output)
  const size = (statSync(output).size / 1e6).toFixed(1)
  report(`report as ${format}, ${size} MB`, took)
}
report('verdict', time('verdict', folder))

function report(what: string, took: number): void {
  const met = took < secondsMax
  console.log(`${what}: ${took.toFixed(2)} s (target < ${secondsMax} s: ${met ? 'met' : 'MISSED'})`)
  if (!met) process.exitCode = 1
}

/** Seconds of the whole command, from its start to its end. */
function time(...args: readonly string[]): number {
  const before = performance.now()
  const program = join(import.meta.dirname, '../src/cli/main.ts')
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' })
  if (status !== 0 && status !== 1 && status !== 3) throw new Error(stderr)
  return (performance.now() - before) / 1_000
}

/** Each endpoint has counts of the size that a long run leaves. */
function createTally(): RunTally {
  const sample = createSampleRun(2_000).tally
  const each = exchanges / endpointCount
  const full = Array.from({ length: endpointCount }, (_, index): EndpointTally => {
    const source = sample.endpoints[index % sample.endpoints.length]!
    const endpoint = `GET /service-${index}/orders/{id}`
    const [path] = source.paths.length > 0 ? source.paths : sample.endpoints[0]!.paths
    const paths = Array.from({ length: pathsOfEach }, (_, place) => fill(path!, index, place))
    return { ...source, endpoint, exchanges: each, paths }
  })
  return { ...sample, exchanges, modes: { 'baseline-twice': exchanges }, endpoints: full }
}

function fill(path: PathTally, index: number, place: number): PathTally {
  const list = <T>(length: number, make: (at: number) => T) =>
    Array.from({ length }, (_, at) => make(at))
  return {
    ...path,
    path: `$.items[*].field${place}`,
    pairs: list(12, (at) => ({
      from: `value ${at}`,
      to: `other ${at}`,
      fromClass: 'text',
      toClass: 'text',
      count: 50 - at,
    })),
    features: Object.fromEntries(list(64, (at) => [`query.parameter${at}=value${at}`, 20 + at])),
    sessions: list(256, (at) => (at * 7_919).toString(16).padStart(8, '0')),
    examples: list(10, (at) => `e${index * examplesOfEach + ((place * 4 + at) % examplesOfEach)}`),
    drifts: list(10, (at) => ({
      target: `/service-${index}/orders/${at}`,
      at: `$.items[id=${at}].field${place}`,
      production: 'here',
      staging: 'there',
      count: 3,
    })),
  }
}

function putExamples(commit: number): void {
  const perCommit = Math.ceil((endpointCount * examplesOfEach) / commits)
  for (let at = 0; at < perCommit; at++) {
    const number = commit * perCommit + at
    const endpoint = `GET /service-${Math.floor(number / examplesOfEach)}/orders/{id}`
    const slot = number % examplesOfEach
    const exchange = `e${number}` as ExchangeId
    writer.putExchange(
      createStoredExchange({
        signature: endpoint,
        slot,
        exchange,
        endpoint,
        at: runStart + number,
      }),
    )
  }
}

function sizeOf(path: string): number {
  return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0) / 1e6
}
