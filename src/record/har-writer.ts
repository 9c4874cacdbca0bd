// Messages as an HTTP archive (HAR 1.2): exchange by exchange, with bodies as their readers see
// them, so that browsers' developer tools and other programs open it.
import { Tally } from '../base/tally.ts'
import type { ExchangeId, Message, Micros } from '../model/message.ts'
import { decodeContent, parseCodings } from '../protocol/http1/content-coding.ts'
import type { EditableMessage } from '../protocol/http1/editable-message.ts'
import { type EditableRequest, readEditableRequest } from '../protocol/http1/editable-request.ts'
import { readEditableResponse } from '../protocol/http1/editable-response.ts'
import type { Named } from './har-entry.ts'
import { formatInstant } from './instant.ts'

/** Requests that wait for their response; beyond, the oldest are written without one. */
const waitingMax = 65_536
const waitingBytesMax = 256 * 1024 * 1024
/** A body that unfolds to more is left out. */
const bodyBytesMax = 64 * 1024 * 1024

/** Takes messages in the order of their time. */
export class HarWriter {
  readonly #version: string
  /** In the order they came. */
  readonly #waiting = new Set<Message>()
  /** Of one id, as GoReplay gives pipelined requests, the first is answered first. */
  readonly #byId = new Map<ExchangeId, Message[]>()
  readonly #leftOut = new Tally()
  #waitingBytes = 0
  #isFirst = true

  /** `version` of the program, which the archive names. */
  constructor(version: string) {
    this.#version = version
  }

  begin(): Uint8Array {
    const creator = JSON.stringify({ name: 'rehearsal', version: this.#version })
    return Buffer.from(`{"log":{"version":"1.2","creator":${creator},"entries":[`)
  }

  push(batch: readonly Message[]): Uint8Array {
    return Buffer.from(batch.map((message) => this.#take(message)).join(''))
  }

  /** Writes the requests that no response came to. */
  finish(): Uint8Array {
    const entries = [...this.#waiting].map((request) => this.#giveUp(request))
    return Buffer.from(`${entries.join('')}\n]}}\n`)
  }

  /** Messages that have no place in the file, by what they are. */
  leftOut(): ReadonlyMap<string, number> {
    return this.#leftOut.counts()
  }

  #take(message: Message): string {
    if (message.kind === 'closed') return ''
    if (message.raw === true) return this.#leave('messages of other protocols')
    if (message.kind === 'replayed') return this.#leave('answers of targets')
    if (message.kind === 'request') return this.#wait(message)
    const request = this.#byId.get(message.id)?.[0]
    if (request === undefined) return this.#leave('responses without a request')
    this.#forget(request)
    return this.#write(request, message)
  }

  #leave(what: string): string {
    this.#leftOut.add(what)
    return ''
  }

  #wait(request: Message): string {
    let entries = ''
    const same = this.#byId.get(request.id)
    if (same === undefined) this.#byId.set(request.id, [request])
    else same.push(request)
    this.#waiting.add(request)
    this.#waitingBytes += request.payload.length
    for (const oldest of this.#waiting) {
      if (this.#waiting.size <= waitingMax && this.#waitingBytes <= waitingBytesMax) break
      entries += this.#giveUp(oldest)
    }
    return entries
  }

  #giveUp(request: Message): string {
    this.#forget(request)
    return this.#write(request, null)
  }

  /** The oldest of its id. */
  #forget(request: Message): void {
    this.#waiting.delete(request)
    const same = this.#byId.get(request.id)!
    same.shift()
    if (same.length === 0) this.#byId.delete(request.id)
    this.#waitingBytes -= request.payload.length
  }

  #write(message: Message, answer: Message | null): string {
    const request = readEditableRequest(message.payload)
    if (request === null) return this.#leave('requests that are no HTTP')
    const described = describeRequest(request, message.payload)
    if (described === null) return this.#leave('requests without a path or a readable body')
    const response = answer === null ? noResponse : describeResponse(answer.payload)
    if (response === null) this.#leave('responses with an unreadable body')
    const timings = readTimings(message, answer)
    const entry = {
      startedDateTime: formatInstant(message.at),
      time: timings.send + timings.wait + timings.receive,
      connection: message.connection,
      request: described,
      response: response ?? noResponse,
      cache: {},
      timings,
    }
    const separator = this.#isFirst ? '\n' : ',\n'
    this.#isFirst = false
    return separator + JSON.stringify(entry)
  }
}

const noResponse = {
  status: 0,
  statusText: '',
  httpVersion: '',
  cookies: [],
  headers: [],
  content: { size: 0, mimeType: '' },
  redirectURL: '',
  headersSize: -1,
  bodySize: -1,
}

function readTimings(request: Message, response: Message | null) {
  const millis = (micros: Micros) => Math.max(0, micros) / 1_000
  const sent = request.at + request.duration
  return {
    send: millis(request.duration),
    wait: response === null ? 0 : millis(response.at - sent),
    receive: response === null ? 0 : millis(response.duration),
  }
}

function describeRequest(request: EditableRequest, payload: Uint8Array) {
  const target = request.target()
  const isAbsolute = /^https?:\/\//i.test(target)
  if (!isAbsolute && !target.startsWith('/')) return null
  const body = readBody(request)
  if (body === null) return null
  const url = isAbsolute ? target : `http://${request.field('host') ?? 'unknown'}${target}`
  const mimeType = request.field('content-type') ?? ''
  const text = isText(body) ? { text: String(body) } : undefined
  const content = text ?? { text: body.toString('base64'), _encoding: 'base64' }
  return {
    method: request.method(),
    url,
    httpVersion: /HTTP\/1\.\d/.exec(firstLine(payload))?.[0] ?? 'HTTP/1.1',
    cookies: [],
    headers: readHeaders(request),
    queryString: readQuery(target),
    ...(body.length === 0 ? {} : { postData: { mimeType, ...content } }),
    headersSize: -1,
    bodySize: body.length,
  }
}

function describeResponse(payload: Uint8Array) {
  const response = readEditableResponse(payload)
  const body = response === null ? null : readBody(response)
  if (response === null || body === null) return null
  const [, httpVersion = 'HTTP/1.1', statusText = ''] =
    /^(HTTP\/1\.\d) \d+ ?(.*)$/.exec(firstLine(payload)) ?? []
  const content = isText(body)
    ? { text: String(body) }
    : { text: body.toString('base64'), encoding: 'base64' }
  return {
    status: response.status(),
    statusText,
    httpVersion,
    cookies: [],
    headers: readHeaders(response),
    content: { size: body.length, mimeType: response.field('content-type') ?? '', ...content },
    redirectURL: response.field('location') ?? '',
    headersSize: -1,
    bodySize: body.length,
  }
}

/** Without chunks and codings it has; null where they cannot be undone. */
function readBody(message: EditableMessage): Buffer | null {
  const body = message.body()
  if (body === null) return null
  const codings = parseCodings(message.fieldValues('content-encoding').join(','))
  const data = body.length === 0 ? body : decodeContent(body, codings, bodyBytesMax)
  return data === null ? null : Buffer.from(data.buffer, data.byteOffset, data.length)
}

function readHeaders(message: EditableMessage): readonly Named[] {
  return message.fields().map(([name, value]) => ({ name, value }))
}

function readQuery(target: string): readonly Named[] {
  const mark = target.indexOf('?')
  if (mark < 0) return []
  return [...new URLSearchParams(target.slice(mark))].map(([name, value]) => ({ name, value }))
}

function firstLine(payload: Uint8Array): string {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length)
  return bytes.toString('latin1', 0, bytes.indexOf('\n')).trimEnd()
}

/** Whether it is read back from a text as it was. */
function isText(body: Buffer): boolean {
  return Buffer.from(String(body)).equals(body)
}
