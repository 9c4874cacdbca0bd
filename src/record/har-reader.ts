// HTTP archives (HAR 1.2), as browsers and proxies save them, as messages. A HAR holds what was
// sent in parts and bodies without codings: the messages are put together anew, as HTTP/1.1.
import { Tally } from '../base/tally.ts'
import type { ConnectionId, ExchangeId, Message, MessageKind, Micros } from '../model/message.ts'
import { type Entry, type Named, readEntries } from './har-entry.ts'
import { parseInstant } from './instant.ts'

export interface HarMessages {
  /** By time. */
  readonly messages: readonly Message[]
  /** What could not be made a message, by what it is. */
  readonly leftOut: ReadonlyMap<string, number>
}

/** Null where the text is no HAR; `instance` is eight hex digits of its own for its connections. */
export function readHar(text: string, instance: string): HarMessages | null {
  const entries = readEntries(parseJson(text))
  if (entries === null) return null
  const reading = new HarReading(instance)
  for (const entry of entries) reading.read(entry)
  const messages = reading.messages.sort((a, b) => a.at - b.at)
  return { messages, leftOut: reading.leftOut.counts() }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

interface HarConnection {
  readonly id: ConnectionId
  sequence: number
}

class HarReading {
  readonly messages: Message[] = []
  readonly leftOut = new Tally()
  readonly #instance: string
  readonly #connections = new Map<string, HarConnection>()
  #count = 0

  constructor(instance: string) {
    this.#instance = instance
  }

  read(entry: Entry | null): void {
    if (entry === null) {
      this.leftOut.add(unreadable)
      return
    }
    const startedAt = parseInstant(entry.startedDateTime)
    const request = startedAt === null ? unreadable : createRequest(entry)
    if (typeof request === 'string') this.leftOut.add(request)
    else this.#add(entry, startedAt!, request)
  }

  #add(entry: Entry, startedAt: Micros, request: Uint8Array): void {
    const timings = entry.timings ?? {}
    const span = (millis: number | undefined) => Math.round(Math.max(0, millis ?? 0) * 1_000)
    const at = startedAt + span(timings.blocked) + span(timings.dns) + span(timings.connect)
    const connection = this.#findConnection(entry)
    const add = (kind: MessageKind, when: Micros, duration: Micros, payload: Uint8Array) => {
      const { id: name, sequence } = connection
      const id = `${name}${sequence.toString(16).padStart(8, '0')}` as ExchangeId
      this.messages.push({ kind, id, connection: name, sequence, at: when, duration, payload })
    }
    add('request', at, span(timings.send), request)
    const response = createResponse(entry)
    if (typeof response === 'string') this.leftOut.add(response)
    else if (response !== null) {
      const answeredAt = at + span(timings.send) + span(timings.wait)
      add('response', answeredAt, span(timings.receive), response)
    }
    connection.sequence += 1
  }

  /** Requests of HTTP/2 and 3 did not wait for each other: each has a connection of its own. */
  #findConnection(entry: Entry): HarConnection {
    const isShared = entry.connection !== undefined && /^http\/1/i.test(entry.request.httpVersion)
    const key = isShared ? `${origin(entry.request.url)} ${entry.connection}` : null
    const known = key === null ? undefined : this.#connections.get(key)
    if (known !== undefined) return known
    const id = `${this.#instance}${(this.#count++).toString(16).padStart(8, '0')}`
    const connection = { id: id as ConnectionId, sequence: 0 }
    if (key !== null) this.#connections.set(key, connection)
    return connection
  }
}

const unreadable = 'entries that cannot be read'

function origin(url: string): string {
  return /^\w+:\/\/[^/?#]*/.exec(url)?.[0] ?? ''
}

/** The request, or why there is none. */
function createRequest({ request }: Entry): Uint8Array | string {
  const [, authority, rest] = /^https?:\/\/([^/?#]*)([^#]*)/i.exec(request.url) ?? []
  if (authority === undefined || rest === undefined) return 'requests of other protocols'
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(request.method)) return unreadable
  const target = encodeTarget(rest.startsWith('/') ? rest : `/${rest}`)
  const body = readRequestBody(request)
  if (body === null) return 'requests whose body the archive does not hold'
  const fields = request.headers.filter(isField)
  const host = request.headers.find(({ name }) => name === ':authority')?.value ?? authority
  const hasHost = fields.some(({ name }) => /^host$/i.test(name))
  const named = hasHost ? fields : [{ name: 'Host', value: host.replace(/^.*@/, '') }, ...fields]
  const framed = frame(named, body.length, body.length > 0)
  return assemble(`${request.method} ${target} ${version(request.httpVersion)}`, framed, body)
}

/** The response, null where none came, or why there is none. */
function createResponse({ request, response }: Entry): Uint8Array | string | null {
  const { status, statusText, content } = response
  if (!(status >= 100 && status <= 999)) return null
  const isEmpty = request.method === 'HEAD' || status < 200 || status === 204 || status === 304
  const body = isEmpty ? Buffer.alloc(0) : readContent(content.text, content.encoding)
  if (body === null && (content.size ?? 0) > 0) {
    return 'responses whose body the archive does not hold'
  }
  const fields = response.headers.filter(isField)
  const data = body ?? Buffer.alloc(0)
  const framed = isEmpty ? fields : frame(fields, data.length, true)
  const line = `${version(response.httpVersion)} ${status} ${toLine(statusText)}`
  return assemble(line, framed, data)
}

function readRequestBody({ postData, bodySize = 0 }: Entry['request']): Buffer | null {
  if (postData === undefined || postData === null) return bodySize > 0 ? null : Buffer.alloc(0)
  const { text, params, mimeType = '', _encoding, encoding } = postData
  if (text !== undefined && text !== '') return readContent(text, _encoding ?? encoding)
  if (params === undefined || params.length === 0) return bodySize > 0 ? null : Buffer.alloc(0)
  if (!/^application\/x-www-form-urlencoded\b/i.test(mimeType)) return null
  const pairs = params.map(({ name, value }): [string, string] => [name, value ?? ''])
  return Buffer.from(String(new URLSearchParams(pairs)))
}

function readContent(text: string | undefined, encoding: string | undefined): Buffer | null {
  if (text === undefined) return null
  return Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8')
}

/** Names of HTTP/2's own begin with a colon. */
function isField({ name }: Named): boolean {
  return /^[!#$%&'*+.^_`|~\w-]+$/.test(name)
}

const undoneCodings = /^(gzip|x-gzip|deflate|br|zstd|identity|[\s,])*$/i

/** As the body is now: without chunks and codings, its length in its old place. */
function frame(fields: readonly Named[], length: number, needsLength: boolean): readonly Named[] {
  let hasLength = false
  const framed = fields.flatMap((field) => {
    if (/^(transfer-encoding|trailer)$/i.test(field.name)) return []
    if (/^content-encoding$/i.test(field.name) && undoneCodings.test(field.value)) return []
    if (!/^content-length$/i.test(field.name)) return [field]
    if (hasLength) return []
    hasLength = true
    return [{ name: field.name, value: String(length) }]
  })
  if (!hasLength && needsLength) framed.push({ name: 'Content-Length', value: String(length) })
  return framed
}

function assemble(line: string, fields: readonly Named[], body: Uint8Array): Uint8Array {
  const lines = fields.map(({ name, value }) => `${name}: ${toLine(value)}\r\n`).join('')
  return Buffer.concat([Buffer.from(`${line}\r\n${lines}\r\n`, 'latin1'), body])
}

function version(httpVersion: string): string {
  return /^http\/1\.0$/i.test(httpVersion) ? 'HTTP/1.0' : 'HTTP/1.1'
}

/** One line of octets; what latin1 lacks is written in UTF-8. */
function toLine(text: string): string {
  const line = text.replace(/[\r\n\0]+/g, ' ').trim()
  return /^[\0-\xff]*$/.test(line) ? line : Buffer.from(line).toString('latin1')
}

function encodeTarget(target: string): string {
  return target.replace(/[^\x21-\x7e]/gu, (character) =>
    Buffer.from(character).toString('hex').replace(/../g, '%$&').toUpperCase(),
  )
}
