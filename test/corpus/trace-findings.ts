// What our capture finds in a trace, in the words of the oracles.
import { createHash } from 'node:crypto'
import { defaultCaptureSettings } from '../../src/app/packet-pipeline.ts'
import { readPcapMessages } from '../../src/cli/pcap-source.ts'

export interface Findings {
  /** `METHOD TARGET LENGTH SHA1` of the body. */
  readonly requests: readonly string[]
  /** `METHOD TARGET > STATUS LENGTH SHA1`. */
  readonly exchanges: readonly string[]
  /** Of WebSocket, behind an upgrade. */
  readonly frames: readonly string[]
  /** Every request, with the status of its response or null. */
  readonly transactions: readonly Transaction[]
}

export interface Transaction {
  readonly method: string
  readonly target: string
  readonly status: string | null
}

const sha1Digits = 12

/** `LENGTH SHA1` of a body. */
export function describeBody(body: Uint8Array): string {
  const digest = createHash('sha1').update(body).digest('hex').slice(0, sha1Digits)
  return `${body.length} ${digest}`
}

/** Reads the trace with both directions, on whatever ports HTTP is spoken. */
export async function readFindings(path: string): Promise<Findings> {
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
  const asked = new Map<string, MutableTransaction>()
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
      const described = describeBody(body)
      if (kind === 'request') {
        const [method = '', target = ''] = words
        requests.push(`${method} ${target} ${described}`)
        asked.set(id, { method, target, status: null })
        continue
      }
      const transaction = asked.get(id)!
      const [, status = ''] = words
      transaction.status = status
      exchanges.push(`${transaction.method} ${transaction.target} > ${status} ${described}`)
    }
  }
  const frames = [...raws.values()].flatMap(readFrames)
  return { requests, exchanges, frames, transactions: [...asked.values()] }
}

type MutableTransaction = { -readonly [Key in keyof Transaction]: Transaction[Key] }

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
