// The first line of a gor record: `TYPE ID TIMESTAMP LATENCY`, and fields of our own behind them.
// GoReplay ignores fields that it does not know, so its users can read what we write.
import type { ConnectionId, ExchangeId, Message, MessageKind, Micros } from '../../model/message.ts'

/** What ends a record: `LF 🐵🙈🙉 LF`. */
export const gorSeparator: Buffer = Buffer.from('\n🐵🙈🙉\n')

/** A record without its payload. */
export interface GorMeta extends Omit<Message, 'payload'> {
  /** Payload bytes; null when the writer did not say, as GoReplay does not. */
  readonly payloadBytes: number | null
}

/** The line with its line feed; every character of it is one byte. */
export function formatGorMeta(message: Message): string {
  const { kind, id, connection, sequence } = message
  const at = formatNanos(message.at)
  const duration = formatNanos(message.duration)
  let own = `len=${message.payload.length} conn=${connection} seq=${sequence}`
  if (message.pipelined === true) own += ' pipe=1'
  if (message.raw === true) own += ' raw=1'
  // A target's name may hold blanks.
  if (message.target !== undefined) own += ` target=${encodeURIComponent(message.target)}`
  return `${gorTypes[kind]} ${id} ${at} ${duration} ${own}\n`
}

/**
 * Reads a line without its line feed, one character per byte; null when it is none. `origin`, if
 * not empty, keeps the connections of one writer apart from another's where no `conn=` does.
 */
export function parseGorMeta(line: string, origin: string): GorMeta | null {
  const fields = line.split(' ')
  const kind = kindsByType.get(fields[0]!)
  const id = fields[1]
  const at = parseNanos(fields[2] ?? '')
  if (kind === undefined || !id || at === null) return null
  const own = parseOwnFields(fields)
  if (own === null) return null
  return {
    kind,
    id: id as ExchangeId,
    connection: own.connection ?? inferConnection(id, origin),
    sequence: own.sequence,
    at,
    duration: Math.max(0, parseNanos(fields[3] ?? '') ?? 0),
    payloadBytes: own.payloadBytes,
    ...own.marks,
  }
}

/** GoReplay has no 4, and its outputs pass over what they do not know. */
export const gorTypes: Readonly<Record<MessageKind, string>> = {
  request: '1',
  response: '2',
  replayed: '3',
  closed: '4',
}

const kindsByType: ReadonlyMap<string, MessageKind> = new Map([
  ['1', 'request'],
  ['2', 'response'],
  ['3', 'replayed'],
  ['4', 'closed'],
])

interface OwnFields {
  readonly payloadBytes: number | null
  readonly connection: ConnectionId | null
  readonly sequence: number
  readonly marks: Pick<Message, 'pipelined' | 'raw' | 'target'>
}

/** Null when the length cannot be trusted: guessing it would tear the next records. */
function parseOwnFields(fields: readonly string[]): OwnFields | null {
  let payloadBytes: number | null = null
  let connection: ConnectionId | null = null
  let sequence = 0
  let marks: OwnFields['marks'] = {}
  for (let index = 4; index < fields.length; index++) {
    const field = fields[index]!
    if (field.startsWith('len=')) {
      payloadBytes = parseCount(field.slice(4))
      if (payloadBytes === null) return null
    } else if (field.startsWith('conn=') && field.length > 5) {
      connection = field.slice(5) as ConnectionId
    } else if (field.startsWith('seq=')) {
      sequence = parseCount(field.slice(4)) ?? 0
    } else if (field === 'pipe=1') marks = { ...marks, pipelined: true }
    else if (field === 'raw=1') marks = { ...marks, raw: true }
    else if (field.startsWith('target=')) marks = { ...marks, target: readTarget(field.slice(7)) }
  }
  return { payloadBytes, connection, sequence, marks }
}

/** As written, where it was not encoded well. */
function readTarget(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** GoReplay's ids are client port, server port and client address, then a TCP number. */
function inferConnection(id: string, origin: string): ConnectionId {
  const connection = /^[\da-f]{24}$/.test(id) ? id.slice(0, 16) : id
  return (origin === '' ? connection : `${origin}/${connection}`) as ConnectionId
}

function parseCount(text: string): number | null {
  if (!/^\d{1,16}$/.test(text)) return null
  const count = Number(text)
  return Number.isSafeInteger(count) ? count : null
}

/** As text, because nanoseconds since 1970 are beyond the whole numbers of a double. */
export function formatNanos(micros: Micros): string {
  return micros === 0 ? '0' : `${micros}000`
}

function parseNanos(text: string): Micros | null {
  const match = /^(-?\d*?)\d{1,3}$/.exec(text)
  if (match === null) return null
  // Less than a microsecond leaves nothing, or a sign alone.
  const micros = Number(match[1]) || 0
  return Number.isSafeInteger(micros) ? micros : null
}
