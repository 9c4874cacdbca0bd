// How quick the console is on a run of full size: 10,000 endpoints, and a million exchanges that
// were compared and kept. --browser also counts what is drawn.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTemporaryFolder } from '../scripts/temporary-folder.ts'
import type { ExchangeId } from '../src/model/message.ts'
import type { EndpointTally, RunTally } from '../src/model/run-tally.ts'
import { openRunWriter } from '../src/store/io/run-writer.ts'
import { launchBrowser, openPage, startConsole } from '../test/support/console-browser.ts'
import { createRunInfo, createStoredExchange, runStart } from '../test/support/run-folders.ts'
import { createSampleRun } from '../test/support/sample-run.ts'

const exchanges = 1_000_000
const endpointCount = 10_000
const examplesOfEach = 100
const answerMillisMax = 500
const ruleMillisMax = 5_000
/** Resident, behind all of that. */
const megabytesMax = 750
const rowsMax = 2_000
/** In how many commits examples are written. */
const commits = 200

using temporary = createTemporaryFolder('console')
const folder = join(temporary.path, 'large')
await write(folder)
await using served = await startConsole(['console', folder, '--console', '127.0.0.1:0'])
const api = `${served.url}api/runs/large`
const last = endpointCount * examplesOfEach - 10

const first = performance.now()
await ask('')
await ask('api/runs/large/overview')
report('the run is opened and judged, and the first page answered', since(first), ruleMillisMax)
await measure('list of runs', 'api/runs')
await measure('overview', `${api}/overview`)
await measure('endpoints, the gravest', `${api}/endpoints?sort=state&descending=true&limit=100`)
await measure('endpoints, deep in the list', `${api}/endpoints?sort=p99&offset=9900&limit=100`)
await measure('endpoints, filtered', `${api}/endpoints?filter=service-99&limit=100`)
await measure('endpoint', `${api}/endpoint?name=${encodeURIComponent(nameOf(5_000))}`)
await measure('causes', `${api}/causes`)
await measure('exchanges, the first', `${api}/exchanges?limit=100`)
await measure('exchanges, deep in the list', `${api}/exchanges?limit=100&offset=${last}`)
const query = `endpoint=${encodeURIComponent(nameOf(7_777))}&limit=20`
await measure('exchanges of an endpoint', `${api}/exchanges?${query}`)
await measure('exchange', `${api}/exchange?id=e${last}`)
await measure('rules', `${api}/rules`)
const rule = { action: 'accept', endpoint: '*', path: '$.total', reason: 'new tax' }
await measure('a rule more, judged again', `${api}/rules`, { kind: 'add', rule })
await measure('the rule undone, judged again', `${api}/rules`, { kind: 'undo' })
reportMemory(memoryOf(served.pid))
if (process.argv.includes('--browser')) await countRows()

async function measure(what: string, path: string, change: unknown = null): Promise<void> {
  const before = performance.now()
  const bytes = await ask(path.replace(served.url, ''), change)
  const kilobytes = (bytes / 1_000).toFixed(0)
  report(
    `${what}, ${kilobytes} kB`,
    since(before),
    change === null ? answerMillisMax : ruleMillisMax,
  )
}

async function ask(path: string, change: unknown = null): Promise<number> {
  const origin = new URL(served.url).origin
  const headers = { 'content-type': 'application/json', origin, 'sec-fetch-site': 'same-origin' }
  const posted = { method: 'POST', headers, body: JSON.stringify(change) }
  const response = await fetch(`${served.url}${path}`, change === null ? {} : posted)
  const bytes = (await response.arrayBuffer()).byteLength
  if (!response.ok) throw new Error(`${path} is answered with ${response.status}`)
  return bytes
}

function report(what: string, millis: number, max: number): void {
  const met = millis <= max
  console.log(`${what}: ${millis.toFixed(0)} ms (target ≤ ${max} ms: ${met ? 'met' : 'MISSED'})`)
  if (!met) process.exitCode = 1
}

function reportMemory(megabytes: number): void {
  const met = megabytes <= megabytesMax
  const target = `target ≤ ${megabytesMax} MB: ${met ? 'met' : 'MISSED'}`
  console.log(`memory of the console: ${megabytes} MB (${target})`)
  if (!met) process.exitCode = 1
}

function since(before: number): number {
  return performance.now() - before
}

async function countRows(): Promise<void> {
  const browser = await launchBrowser()
  const { page } = await openPage(browser, served.url)
  const pages = [
    ['now', '.gates li'],
    ['causes', '.cause'],
    ['endpoints?sort=endpoint&down=false', '.rows .bar'],
  ] as const
  for (const [hash, proof] of pages) {
    const before = performance.now()
    await page.goto(`${served.url}#/large/${hash}`)
    await page.waitForSelector(proof)
    const took = since(before)
    const rows = await page.locator('main :is(tr, li, article)').count()
    const nodes = await page.locator('main *').count()
    const met = rows <= rowsMax
    console.log(
      `${hash.split('?')[0]} in a browser: ${took.toFixed(0)} ms, ${nodes} nodes, ${rows} rows ` +
        `(target ≤ ${rowsMax}: ${met ? 'met' : 'MISSED'})`,
    )
    if (!met) process.exitCode = 1
  }
  await browser.close()
}

function nameOf(index: number): string {
  return `GET /service-${index}/orders/{id}`
}

async function write(path: string): Promise<void> {
  const before = performance.now()
  const { endpoints, ...summary } = createTally()
  await using writer = await openRunWriter(path, createRunInfo(), { onTrouble: console.error })
  writer.putEndpoints(summary, endpoints)
  const perCommit = (endpointCount * examplesOfEach) / commits
  for (let number = 0; number < endpointCount * examplesOfEach; number++) {
    const endpoint = nameOf(Math.floor(number / examplesOfEach))
    writer.putExchange(
      createStoredExchange({
        ...{ signature: endpoint, slot: number % examplesOfEach, endpoint },
        ...{ exchange: `e${number}` as ExchangeId, at: runStart + number },
      }),
    )
    if (number % perCommit === perCommit - 1) await writer.flush()
  }
  console.log(
    `${exchanges} exchanges, ${endpointCount} endpoints, ${endpointCount * examplesOfEach} ` +
      `examples; written in ${(since(before) / 1_000).toFixed(1)} s`,
  )
}

/** Of four kinds of endpoints, each with what a long run counts at it. */
function createTally(): RunTally {
  const sample = createSampleRun().tally
  const each = exchanges / endpointCount
  const endpoints = Array.from({ length: endpointCount }, (_, index): EndpointTally => {
    const source = sample.endpoints[index % sample.endpoints.length]!
    return { ...source, endpoint: nameOf(index), exchanges: each }
  })
  return { ...sample, exchanges, modes: { 'baseline-twice': exchanges }, endpoints }
}

function memoryOf(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(kilobytes) / 1_000)
}
