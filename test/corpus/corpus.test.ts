// Captures that nobody of this project made: the requests found in each, against those that tshark
// finds. Every difference stands in differences.md, with its reason.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { defaultCaptureSettings } from '../../src/app/packet-pipeline.ts'
import { readPcapMessages } from '../../src/cli/pcap-source.ts'

const root = process.env.REHEARSAL_CORPORA ?? join(import.meta.dirname, '../../../shared/corpora')
const differencesPath = join(import.meta.dirname, 'differences.md')

interface Trace {
  /** Below the corpora's folder. */
  readonly path: string
  readonly expected: readonly string[]
}

test('the requests of every trace are those of the oracle, but for the differences listed', async (t) => {
  if (!existsSync(root)) {
    t.diagnostic(`no corpora at ${root}: nothing was compared`)
    return
  }
  const actual = new Map<string, string>()
  for (const { path, expected } of readTraces()) {
    const requests = await readRequests(join(root, path))
    const difference = describeDifference(expected, requests)
    if (difference !== '') actual.set(path, difference)
  }
  assert.deepEqual(Object.fromEntries(actual), Object.fromEntries(readDifferences()))
})

function readTraces(): readonly Trace[] {
  const oracles = globSync('oracle/**/*.txt', { cwd: root }).sort()
  return oracles.map((oracle) => {
    const lines = readFileSync(join(root, oracle), 'utf8').split('\n')
    const expected = lines.map(readOracleLine).filter((line) => line !== null)
    return { path: oracle.replace(/^oracle\//, '').replace(/\.txt$/, ''), expected }
  })
}

/** `METHOD TARGET LENGTH SHA1` of an HTTP/1 request; null of any other line. */
function readOracleLine(line: string): string | null {
  const form = /^REQ +stream=\d+ frame=\d+ HTTP\/1\.\d (\S+) (.*?)(?= [a-z_0-9]+=|$)(.*)$/
  const match = form.exec(line)
  if (match === null) return null
  const body = / body=(\d+) sha1=([0-9a-f]+)/.exec(match[3]!)
  return `${match[1]} ${match[2]} ${body === null ? emptyBody : `${body[1]} ${body[2]}`}`
}

const sha1Digits = 12
const emptyBody = `0 ${sha1(Buffer.alloc(0))}`

function sha1(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex').slice(0, sha1Digits)
}

async function readRequests(path: string): Promise<readonly string[]> {
  const limits = { headBytesMax: 262_144, messageBytesMax: 5 << 20 }
  const intake = {
    isCaptured: () => true,
    findServices: true,
    settings: { ...defaultCaptureSettings, responses: true },
    limits,
    vlanIds: [],
    acceptsFrame: null,
  }
  const options = { paths: [path], intake, bufferedBytesMax: 64 << 20 }
  const requests: string[] = []
  for await (const batch of readPcapMessages(options, { dropped: () => {} })) {
    for (const { kind, payload } of batch) {
      if (kind === 'request') requests.push(describeRequest(Buffer.from(payload)))
    }
  }
  return requests
}

function describeRequest(payload: Buffer): string {
  // Lines may end in a line feed alone.
  const blank = /^(?:\r?\n)*[^\n]+\n(?:[^\r\n][^\n]*\n)*\r?\n/.exec(payload.toString('latin1'))
  const headEnd = blank === null ? payload.length : blank[0].length
  const head = payload.toString('latin1', 0, headEnd)
  const [method, target] = head.trim().split(/\r?\n/)[0]!.split(' ')
  const raw = payload.subarray(headEnd)
  const body = /^transfer-encoding:.*chunked/im.test(head) ? joinChunks(raw) : raw
  return `${method} ${target} ${body.length} ${sha1(body)}`
}

function joinChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = []
  for (let at = 0; at < body.length; ) {
    const start = body.indexOf('\r\n', at) + 2
    const length = Number.parseInt(body.toString('latin1', at, start), 16)
    if (!(length > 0)) break
    chunks.push(body.subarray(start, start + length))
    at = start + length + 2
  }
  return Buffer.concat(chunks)
}

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

/** Rows of the table: trace, what differs, reason. */
function readDifferences(): Map<string, string> {
  const rows = readFileSync(differencesPath, 'utf8').matchAll(
    /^\| `([^`]+)` \| `` (.*?) `` \| .+ \|$/gm,
  )
  return new Map([...rows].map((row) => [row[1]!, row[2]!]))
}
