// A recording as a load is made of it: its requests by time, in memory that threads share.
import { hashFraction } from '../base/hash.ts'
import type { Message, Micros } from '../model/message.ts'

/** Of a recorded request, as bits. */
export const requestFlags = {
  pipelined: 1,
  unsafe: 2,
  closes: 4,
  opensSession: 8,
  /** One that opens a session needs its answer. */
  needed: 16,
} as const

/** What is known of a request beside its bytes. */
export interface RequestFacts {
  /** Requests of one session stay together. */
  readonly session: string
  readonly endpoint: string
  /** What it asks for: the same for requests that one cache entry answers. */
  readonly target: string
  /** By RFC 9110, section 9.2.1, it may change something. */
  readonly unsafe: boolean
  /** Status of the recorded answer; 0: not known. */
  readonly status: number
  /** Of the recorded answer's shape; 0: not known. */
  readonly shape: number
  /** The recorded answer, where it is needed. */
  readonly answer?: RecordedAnswer
}

export interface RecordedAnswer {
  readonly payload: Uint8Array
  /** When it had come, from its request on. */
  readonly after: Micros
  /** It hands out the key of a session, as that to a login does. */
  readonly opensSession: boolean
  /** The request before that issued what this one brings, as the token of a form. */
  readonly needs: Message | null
}

/** All arrays are by request, in order of time, and may be shared between threads. */
export interface RecordedTraffic {
  readonly count: number
  /** From the first request. */
  readonly at: Float64Array
  /** Where the payload is in `bytes`. */
  readonly start: Float64Array
  readonly length: Uint32Array
  readonly bytes: Uint8Array
  /** The same of the recorded answer, and when it had come; a length of 0: there is none. */
  readonly answerStart: Float64Array
  readonly answerLength: Uint32Array
  readonly answerAfter: Float64Array
  /** The request that one which opens a session needs the answer of; itself: none. */
  readonly needs: Uint32Array
  readonly connection: Uint32Array
  readonly session: Uint32Array
  /** As `session`, but one for all parts of a long one: they share connections and keys. */
  readonly client: Uint32Array
  readonly endpoint: Uint16Array
  readonly target: Uint32Array
  readonly flags: Uint8Array
  readonly status: Uint16Array
  readonly shape: Uint32Array
  /** From 0 to 1 by session: those with the smallest are part of a load first. */
  readonly rank: Float64Array
  readonly endpoints: readonly string[]
  readonly targets: number
  /** From the first request to the last, and the mean distance of two more. */
  readonly duration: Micros
}

/** A session of more requests counts as several, so that a load can be made of parts of it. */
const sessionRequestsMax = 50

/** Endpoints in all; further ones are counted as the last. */
const endpointsMax = 200

/** `requests` in order of time, with what is known of each; none may be raw. */
export function createRecordedTraffic(
  requests: readonly Message[],
  describe: (request: Message) => RequestFacts,
): RecordedTraffic {
  const count = requests.length
  const facts = requests.map(describe)
  const bytesOf = ({ payload }: Message, index: number) =>
    payload.length + (facts[index]!.answer?.payload.length ?? 0)
  const bytesNeeded = requests.reduce((sum, request, index) => sum + bytesOf(request, index), 0)
  const traffic = allocate(count, bytesNeeded)
  const connections = new Numbering()
  const sessions = new Numbering()
  const clients = new Numbering()
  const targets = new Numbering()
  const endpoints = new Numbering()
  const sizes = new Map<string, number>()
  const partOf = (session: string) => {
    const size = sizes.get(session) ?? 0
    sizes.set(session, size + 1)
    return size < sessionRequestsMax
      ? session
      : `${session} ${Math.floor(size / sessionRequestsMax)}`
  }
  const firstAt = requests[0]?.at ?? 0
  let end = 0
  const keep = (payload: Uint8Array) => {
    traffic.bytes.set(payload, end)
    end += payload.length
    return end - payload.length
  }
  requests.forEach((request, index) => {
    const known = facts[index]!
    const { answer } = known
    traffic.at[index] = request.at - firstAt
    traffic.start[index] = keep(request.payload)
    traffic.length[index] = request.payload.length
    if (answer !== undefined) {
      traffic.answerStart[index] = keep(answer.payload)
      traffic.answerLength[index] = answer.payload.length
      traffic.answerAfter[index] = answer.after
    }
    traffic.connection[index] = connections.of(request.connection)
    traffic.session[index] = sessions.of(partOf(known.session))
    traffic.client[index] = clients.of(known.session)
    traffic.endpoint[index] = Math.min(endpointsMax - 1, endpoints.of(known.endpoint))
    traffic.target[index] = targets.of(known.target)
    traffic.status[index] = known.status
    traffic.shape[index] = known.shape
    traffic.flags[index] =
      (request.pipelined === true ? requestFlags.pipelined : 0) |
      (known.unsafe ? requestFlags.unsafe : 0) |
      (answer?.opensSession === true ? requestFlags.opensSession : 0)
  })
  markClosing(traffic, count)
  markNeeded(traffic, requests, facts)
  const names = sessions.names()
  const rank = share(Float64Array, names.length)
  names.forEach((name, index) => {
    rank[index] = hashFraction(name)
  })
  const span = (requests[count - 1]?.at ?? 0) - firstAt
  const duration = count < 2 ? 1_000_000 : Math.max(1, Math.round((span * count) / (count - 1)))
  return {
    ...traffic,
    ...{ count, rank, duration, targets: targets.names().length },
    endpoints: endpoints.names().slice(0, endpointsMax),
  }
}

/** The last request of each connection. */
function markClosing(
  { flags, connection }: Pick<RecordedTraffic, 'flags' | 'connection'>,
  count: number,
): void {
  const seen = new Set<number>()
  for (let index = count - 1; index >= 0; index--) {
    if (seen.has(connection[index]!)) continue
    seen.add(connection[index]!)
    flags[index] = flags[index]! | requestFlags.closes
  }
}

function markNeeded(
  { flags, needs }: Pick<RecordedTraffic, 'flags' | 'needs'>,
  requests: readonly Message[],
  facts: readonly RequestFacts[],
): void {
  const numbers = new Map(requests.map((request, index) => [request, index]))
  facts.forEach(({ answer }, index) => {
    const needed = answer?.needs == null ? index : (numbers.get(answer.needs) ?? index)
    needs[index] = needed
    if (needed !== index) flags[needed] = flags[needed]! | requestFlags.needed
  })
}

function allocate(count: number, bytes: number) {
  return {
    at: share(Float64Array, count),
    start: share(Float64Array, count),
    length: share(Uint32Array, count),
    bytes: share(Uint8Array, bytes),
    answerStart: share(Float64Array, count),
    answerLength: share(Uint32Array, count),
    answerAfter: share(Float64Array, count),
    needs: share(Uint32Array, count),
    connection: share(Uint32Array, count),
    session: share(Uint32Array, count),
    client: share(Uint32Array, count),
    endpoint: share(Uint16Array, count),
    target: share(Uint32Array, count),
    flags: share(Uint8Array, count),
    status: share(Uint16Array, count),
    shape: share(Uint32Array, count),
  }
}

interface ArrayType<Shared> {
  readonly BYTES_PER_ELEMENT: number
  new (memory: SharedArrayBuffer): Shared
}

/** An array of so many elements in memory that threads share. */
export function share<Shared>(type: ArrayType<Shared>, length: number): Shared {
  return new type(new SharedArrayBuffer(length * type.BYTES_PER_ELEMENT))
}

/** Numbers names in the order in which they come, from 0. */
class Numbering {
  readonly #numbers = new Map<string, number>()

  of(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.#numbers.size)
    return this.#numbers.size - 1
  }

  names(): readonly string[] {
    return [...this.#numbers.keys()]
  }
}
