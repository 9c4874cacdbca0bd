// Captures that nobody of this project made: the requests found in each, and the responses with the
// requests that they answer, against those that tshark finds. Every difference stands in
// differences.md, with its reason.
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
  readonly requests: readonly string[]
  readonly exchanges: readonly string[]
  /** Of WebSocket, behind an upgrade. */
  readonly frames: readonly string[]
}

type Findings = Omit<Trace, 'path'>

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
      const found = await readFindings(join(root, trace.path))
      const difference = describeDifference(trace[kind], found[kind])
      if (difference !== '') actual.set(trace.path, difference)
    }
    assert.deepEqual(Object.fromEntries(actual), Object.fromEntries(readDifferences(heading)))
  })
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
function readOracle(lines: readonly string[]): Findings {
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

const sha1Digits = 12
const emptyBody = `0 ${sha1(Buffer.alloc(0))}`

function sha1(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex').slice(0, sha1Digits)
}

async function readFindings(path: string): Promise<Findings> {
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
  const exchanges: string[] = []
  const upgraded = new Set<string>()
  const raws = new Map<string, Buffer>()
  const asked = new Map<string, string>()
  for await (const batch of readPcapMessages(options, { dropped: () => {} })) {
    for (const { kind, id, connection, raw, payload } of batch) {
      if (/^upgrade: *websocket/im.test(Buffer.from(payload).toString('latin1'))) {
        upgraded.add(connection)
      }
      if (raw === true && upgraded.has(connection)) {
        const stream = `${connection} ${kind}`
        raws.set(stream, Buffer.concat([raws.get(stream) ?? Buffer.alloc(0), payload]))
      }
      if (raw === true || kind === 'closed') continue
      const { words, body } = readMessage(Buffer.from(payload))
      const described = `${body.length} ${sha1(body)}`
      if (kind === 'request') {
        requests.push(`${words[0]} ${words[1]} ${described}`)
        asked.set(id, `${words[0]} ${words[1]}`)
      } else exchanges.push(`${asked.get(id)} > ${words[1]} ${described}`)
    }
  }
  return { requests, exchanges, frames: [...raws.values()].flatMap(readFrames) }
}

/** The heads of WebSocket frames (RFC 6455, section 5.2). */
function readFrames(bytes: Buffer): string[] {
  const frames: string[] = []
  for (let at = 0; at + 2 <= bytes.length; ) {
    const [first = 0, second = 0] = bytes.subarray(at)
    const short = second & 0x7f
    const mask = second >> 7
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0
    if (at + 2 + lengthBytes > bytes.length) break
    const length =
      short < 126
        ? short
        : bytes.readUIntBE(at + (short === 126 ? 2 : 4), lengthBytes === 2 ? 2 : 6)
    frames.push(`op=${first & 0x0f} fin=${first >> 7} len=${short} mask=${mask}`)
    at += 2 + lengthBytes + 4 * mask + length
  }
  return frames
}

function readMessage(payload: Buffer): {
  readonly words: readonly string[]
  readonly body: Buffer
} {
  // Lines may end in a line feed alone.
  const blank = /^(?:\r?\n)*[^\n]+\n(?:[^\r\n][^\n]*\n)*\r?\n/.exec(payload.toString('latin1'))
  const headEnd = blank === null ? payload.length : blank[0].length
  const head = payload.toString('latin1', 0, headEnd)
  const raw = payload.subarray(headEnd)
  const body = /^transfer-encoding:.*chunked/im.test(head) ? joinChunks(raw) : raw
  return { words: head.trim().split(/\r?\n/)[0]!.split(' '), body }
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

/** Rows of the table under that heading: trace, what differs, reason. */
function readDifferences(heading: string): Map<string, string> {
  const sections = readFileSync(differencesPath, 'utf8').split(/^## /m)
  const section = sections.find((text) => text.startsWith(`${heading}\n`)) ?? ''
  const rows = section.matchAll(/^\| `([^`]+)` \| `` (.*?) `` \| .+ \|$/gm)
  return new Map([...rows].map((row) => [row[1]!, row[2]!]))
}
