// Many messages in one ArrayBuffer, which crosses from one thread to another without a copy.
import type {
  ConnectionId,
  ExchangeId,
  Message,
  MessageKind,
  Micros,
  MutableMessage,
} from '../../model/message.ts'

/**
 * A batch is a count of messages in its first eight bytes, then the messages; all at multiples of
 * eight, in the byte order of the machine that both threads run on. A message is:
 *
 *     0  payload bytes (u32)    8  at (f64)          24  connection (16 characters)
 *     4  sequence (u32)        16  duration (f64)    40  kind (u32), 44  flags, 48  payload
 */
const batchHeadBytes = 8
const messageHeadBytes = 48
const kinds: readonly MessageKind[] = ['request', 'response', 'replayed', 'closed']

/** What is true of a message, as bits that are set. */
export const batchFlags = { pipelined: 1, raw: 2 } as const

/** Characters of a connection's name in a batch; one byte each. */
const connectionLength = 16

/** The name of a connection as a batch holds it, so that it is put into bytes once. */
export type BatchConnection = Uint32Array & { readonly [batchConnection]: true }

declare const batchConnection: unique symbol

/** Of a name of 16 characters of one byte. */
export function encodeConnection(name: string): BatchConnection {
  const bytes = new Uint8Array(connectionLength)
  Buffer.from(bytes.buffer).write(name, 'latin1')
  return new Uint32Array(bytes.buffer) as BatchConnection
}

/** Fresh memory for a batch is a little more than the last one used, within these. */
const startBytesMin = 4 * 1024
const startBytesMax = 1024 * 1024

/** Collects messages, copying each payload once; its owner bounds it by `bytes` and `take`. */
export class MessageBatchWriter {
  #memory = new ArrayBuffer(0)
  #bytes = Buffer.from(this.#memory)
  #words = new Uint32Array(this.#memory)
  #doubles = new Float64Array(this.#memory)
  #used = batchHeadBytes
  #count = 0
  #startBytes = startBytesMin

  /** `sequence` is below 2³²; `flags` are those of `batchFlags` that hold. */
  add(
    kind: MessageKind,
    connection: BatchConnection,
    sequence: number,
    at: Micros,
    duration: Micros,
    payload: Uint8Array,
    flags = 0,
  ): void {
    const start = this.#used
    const end = start + messageHeadBytes + payload.length
    if (end > this.#memory.byteLength) this.#grow(end)
    const word = start / 4
    this.#words[word] = payload.length
    this.#words[word + 1] = sequence
    this.#doubles[start / 8 + 1] = at
    this.#doubles[start / 8 + 2] = duration
    for (let index = 0; index < 4; index++) this.#words[word + 6 + index] = connection[index]!
    this.#words[word + 10] = kinds.indexOf(kind)
    this.#words[word + 11] = flags
    this.#bytes.set(payload, start + messageHeadBytes)
    this.#used = aligned(end)
    this.#count += 1
  }

  /** How much the batch holds so far. */
  bytes(): number {
    return this.#used
  }

  count(): number {
    return this.#count
  }

  /** The batch, to be transferred; null when it holds no message. The next one begins empty. */
  take(): ArrayBuffer | null {
    if (this.#count === 0) return null
    this.#words[0] = this.#count
    const batch = this.#memory
    this.#startBytes = Math.min(startBytesMax, Math.max(startBytesMin, aligned(this.#used * 1.25)))
    this.#use(new ArrayBuffer(0))
    this.#used = batchHeadBytes
    this.#count = 0
    return batch
  }

  #grow(bytesNeeded: number): void {
    const previous = this.#bytes
    const doubled = Math.max(this.#startBytes, previous.length * 2)
    this.#use(new ArrayBuffer(aligned(Math.max(bytesNeeded, doubled))))
    this.#bytes.set(previous.subarray(0, Math.min(this.#used, previous.length)))
  }

  #use(memory: ArrayBuffer): void {
    this.#memory = memory
    this.#bytes = Buffer.from(memory)
    this.#words = new Uint32Array(memory)
    this.#doubles = new Float64Array(memory)
  }
}

/** Connections that a reader knows by name; one more takes the place of another. */
const knownMax = 2 ** 12

/** The four words of a connection's name, the name itself, and the id that was last made of it. */
interface KnownConnection {
  readonly first: number
  readonly second: number
  readonly third: number
  readonly fourth: number
  readonly connection: ConnectionId
  sequence: number
  id: ExchangeId
}

/**
 * Reads what a `MessageBatchWriter` made. A response has the very strings of its request, so that
 * tables keyed by them have hashed them already: half of what a response costs otherwise.
 */
export class MessageBatchReader {
  readonly #known: (KnownConnection | undefined)[] = new Array(knownMax).fill(undefined)

  /** The messages of a batch; their payloads are views of it. */
  read(batch: ArrayBuffer): Message[] {
    const bytes = Buffer.from(batch)
    const words = new Uint32Array(batch)
    const doubles = new Float64Array(batch)
    const messages: Message[] = []
    let start = batchHeadBytes
    for (let remaining = words[0]!; remaining > 0; remaining--) {
      const word = start / 4
      const payloadStart = start + messageHeadBytes
      const payloadEnd = payloadStart + words[word]!
      const sequence = words[word + 1]!
      const known = this.#connection(bytes, words, start + 24)
      if (known.sequence !== sequence) {
        known.sequence = sequence
        known.id = `${known.connection}${formatSequence(sequence)}` as ExchangeId
      }
      const flags = words[word + 11]!
      const message: MutableMessage = {
        kind: kinds[words[word + 10]!]!,
        id: known.id,
        connection: known.connection,
        sequence,
        at: doubles[start / 8 + 1]!,
        duration: doubles[start / 8 + 2]!,
        payload: bytes.subarray(payloadStart, payloadEnd),
      }
      if (flags & batchFlags.pipelined) message.pipelined = true
      if (flags & batchFlags.raw) message.raw = true
      messages.push(message)
      start = aligned(payloadEnd)
    }
    return messages
  }

  #connection(bytes: Buffer, words: Uint32Array, start: number): KnownConnection {
    const word = start / 4
    const first = words[word]!
    const second = words[word + 1]!
    const third = words[word + 2]!
    const fourth = words[word + 3]!
    const place = placeOf(third, fourth)
    const known = this.#known[place]
    if (
      known !== undefined &&
      known.fourth === fourth &&
      known.third === third &&
      known.second === second &&
      known.first === first
    )
      return known
    const connection = bytes.toString('latin1', start, start + connectionLength)
    const id = `${connection}${formatSequence(0)}` as ExchangeId
    const read = {
      first,
      second,
      third,
      fourth,
      connection: connection as ConnectionId,
      sequence: 0,
      id,
    }
    this.#known[place] = read
    return read
  }
}

/** By the half of a name in which connections of one capture differ. */
function placeOf(third: number, fourth: number): number {
  return Math.imul(Math.imul(third, 0x85ebca6b) ^ fourth, 0x9e3779b1) >>> (32 - 12)
}

/** Eight hexadecimal digits, which with the connection make an id as long as GoReplay's. */
function formatSequence(sequence: number): string {
  return sequence.toString(16).padStart(8, '0')
}

function aligned(bytes: number): number {
  return (bytes + 7) & ~7
}
