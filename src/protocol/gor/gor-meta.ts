// The first line of a gor record: `TYPE ID TIMESTAMP LATENCY`, and fields of our own behind them.
// GoReplay ignores fields that it does not know, so its users can read what we write.
import type {
  ConnectionId,
  ExchangeId,
  Message,
  MessageKind,
  Micros,
  MutableMessage,
} from '../../model/message.ts'

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
  const meta = {
    kind,
    id: id as ExchangeId,
    connection: own.connection ?? inferConnection(id, origin),
    sequence: own.sequence,
    at,
    duration: Math.max(0, parseNanos(fields[3] ?? '') ?? 0),
    payloadBytes: own.payloadBytes,
  }
  return own.marks === noMarks ? meta : { ...meta, ...own.marks }
}

/** The message whose record this is; field by field, which is several times as fast as a spread. */
export function createMessage(meta: GorMeta, payload: Uint8Array): Message {
  const { kind, id, connection, sequence, at, duration } = meta
  const message: MutableMessage = { kind, id, connection, sequence, at, duration, payload }
  if (meta.pipelined !== undefined) message.pipelined = meta.pipelined
  if (meta.raw !== undefined) message.raw = meta.raw
  if (meta.target !== undefined) message.target = meta.target
  return message
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

/** As most have. */
const noMarks: OwnFields['marks'] = {}

/** Null when the length cannot be trusted: guessing it would tear the next records. */
function parseOwnFields(fields: readonly string[]): OwnFields | null {
  let payloadBytes: number | null = null
  let connection: ConnectionId | null = null
  let sequence = 0
  let marks = noMarks
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
  if (text === '' || text.length > 16) return null
  let count = 0
  for (let index = 0; index < text.length; index++) {
    const digit = digitAt(text, index)
    if (digit === -1) return null
    count = count * 10 + digit
  }
  return Number.isSafeInteger(count) ? count : null
}

/** As text, because nanoseconds since 1970 are beyond the whole numbers of a double. */
export function formatNanos(micros: Micros): string {
  return micros === 0 ? '0' : `${micros}000`
}

function parseNanos(text: string): Micros | null {
  const isNegative = text.startsWith('-')
  const start = isNegative ? 1 : 0
  if (text.length === start) return null
  let micros = 0
  for (let index = start; index < text.length; index++) {
    const digit = digitAt(text, index)
    if (digit === -1) return null
    // The last three are less than a microsecond.
    if (index < text.length - 3) micros = micros * 10 + digit
  }
  if (!Number.isSafeInteger(micros)) return null
  return isNegative ? 0 - micros : micros
}

/** -1 where there is none. A record has four numbers, and patterns for them show in a profile. */
function digitAt(text: string, index: number): number {
  const digit = text.charCodeAt(index) - 48
  return digit >= 0 && digit <= 9 ? digit : -1
}
