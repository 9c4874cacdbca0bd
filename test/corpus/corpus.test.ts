// Captures that nobody of this project made: the requests found in each, and the responses with the
// requests that they answer, against those that tshark and Zeek find. Every difference stands in
// differences.md, with its reason.
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { describeBody, type Findings, readFindings } from './trace-findings.ts'
import { readZeekLogs } from './zeek-logs.ts'

const root = process.env.REHEARSAL_CORPORA ?? join(import.meta.dirname, '../../../shared/corpora')
const differencesPath = join(import.meta.dirname, 'differences.md')

type OracleFindings = Omit<Findings, 'transactions'>

interface Trace extends OracleFindings {
  /** Below the corpora's folder. */
  readonly path: string
}

for (const [what, heading, kind] of [
  ['the requests of every trace', 'Requests', 'requests'],
  ['the responses of every trace, each with its request,', 'Responses', 'exchanges'],
  ['the WebSocket frames of every trace', 'WebSocket frames', 'frames'],
] as const) {
  test(`${what} are those of the oracle, but for the differences listed`, async (t) => {
    if (!existsSync(root)) {
      t.diagnostic(`no corpora at ${root}: nothing was compared`)
      return
    }
    const actual = new Map<string, string>()
    for (const trace of readTraces()) {
      const found = await findIn(trace.path)
      const difference = describeDifference(trace[kind], found[kind])
      if (difference !== '') actual.set(trace.path, difference)
    }
    assert.deepEqual(Object.fromEntries(actual), Object.fromEntries(readDifferences(heading)))
  })
}

test('the requests of every trace and their status are those of Zeek, but for the differences listed', async (t) => {
  if (!existsSync(root)) {
    t.diagnostic(`no corpora at ${root}: nothing was compared`)
    return
  }
  const actual = new Map<string, string>()
  const logs = readZeekLogs(join(root, 'zeek'))
  assert.ok(logs.length > 50)
  for (const log of logs) {
    const { transactions } = await findIn(`zeek/pcaps/${log.trace}`)
    const difference = describeDifference(log.lines, transactions.map(log.describe))
    if (difference !== '') actual.set(log.test, difference)
  }
  assert.deepEqual(Object.fromEntries(actual), Object.fromEntries(readDifferences('Zeek')))
})

const known = new Map<string, Promise<Findings>>()

/** Reads each trace once, however many tests look at it. */
function findIn(path: string): Promise<Findings> {
  const findings = known.get(path) ?? readFindings(join(root, path))
  known.set(path, findings)
  return findings
}

function readTraces(): readonly Trace[] {
  const oracles = globSync('oracle/**/*.txt', { cwd: root }).sort()
  return oracles.map((oracle) => {
    const lines = readFileSync(join(root, oracle), 'utf8').split('\n')
    const path = oracle.replace(/^oracle\//, '').replace(/\.txt$/, '')
    return { path, ...readOracle(lines) }
  })
}

/** `METHOD TARGET LENGTH SHA1` of requests, `METHOD TARGET > STATUS LENGTH SHA1` of exchanges. */
function readOracle(lines: readonly string[]): OracleFindings {
  const requests: string[] = []
  const exchanges: string[] = []
  const frames: string[] = []
  const asked = new Map<string, string>()
  for (const line of lines) {
    const webSocket = /^WS +stream=\d+ frame=\d+ (op=.*)$/.exec(line)
    if (webSocket !== null) frames.push(webSocket[1]!)
    const request =
      /^REQ +stream=\d+ frame=(\d+) HTTP\/1\.\d (\S+) (.*?)(?= [a-z_0-9]+=|$)(.*)$/.exec(line)
    if (request !== null) {
      const [, frame, method, target, fields] = request
      requests.push(`${method} ${target} ${readBody(fields!)}`)
      asked.set(frame!, `${method} ${target}`)
    }
    const response = /^RSP +stream=\d+ frame=\d+ HTTP\/1\.\d (\d+).*? for=(\w+)(.*)$/.exec(line)
    if (response === null || /^1(?!01)/.test(response[1]!) || !asked.has(response[2]!)) continue
    const [, status, frame, fields] = response
    exchanges.push(`${asked.get(frame!)} > ${status} ${readBody(fields!)}`)
  }
  return { requests, exchanges, frames }
}

function readBody(fields: string): string {
  const body = / body=(\d+) sha1=([0-9a-f]+)/.exec(fields)
  return body === null ? emptyBody : `${body[1]} ${body[2]}`
}

const emptyBody = describeBody(Buffer.alloc(0))

/** What only the oracle has (-) and what only we have (+), most of it; empty where they agree. */
function describeDifference(expected: readonly string[], found: readonly string[]): string {
  const missing = subtract(expected, found)
  const extra = subtract(found, expected)
  const parts = [...missing.map((line) => `- ${line}`), ...extra.map((line) => `+ ${line}`)]
  const shown = parts.slice(0, shownMax).map((part) => part.slice(0, shownCharactersMax))
  if (parts.length > shownMax) shown.push(`and ${parts.length - shownMax} more`)
  return shown.join('; ').replaceAll('|', '\\|')
}

const shownMax = 4
const shownCharactersMax = 100

/** The lines without as many of the same in `others`; in order. */
function subtract(lines: readonly string[], others: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const other of others) counts.set(other, (counts.get(other) ?? 0) + 1)
  return lines.filter((line) => {
    const left = counts.get(line) ?? 0
    if (left > 0) counts.set(line, left - 1)
    return left === 0
  })
}

/** Rows of the table under that heading: trace, what differs, reason. */
function readDifferences(heading: string): Map<string, string> {
  const sections = readFileSync(differencesPath, 'utf8').split(/^## /m)
  const section = sections.find((text) => text.startsWith(`${heading}\n`)) ?? ''
  const rows = section.matchAll(/^\| `([^`]+)` \| `` (.*?) `` \| .+ \|$/gm)
  return new Map([...rows].map((row) => [row[1]!, row[2]!]))
}
