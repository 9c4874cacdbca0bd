// Access logs of nginx and Apache in the combined format as requests: what a log does not hold,
// bodies, most headers and answers, is not made up.
import { BoundedMap } from '../base/bounded-map.ts'
import { Tally } from '../base/tally.ts'
import type { ConnectionId, ExchangeId, Message, Micros } from '../model/message.ts'

export interface AccessLogOptions {
  /** The Host of the requests; null: as the log tells it, or `localhost`. */
  readonly host: string | null
  /** Eight hex digits of its own for its connections. */
  readonly instance: string
}

interface Entry {
  readonly host: string
  readonly client: string
  readonly method: string
  readonly target: string
  readonly referer: string
  readonly agent: string
}

interface Client {
  readonly connection: ConnectionId
  sequence: number
  at: Micros
}

/** A longer line is none of a log. */
const lineBytesMax = 64 * 1024
/** Requests of one second that are spread over it together. */
const secondMax = 100_000
/** Clients beyond are told apart anew. */
const clientsMax = 65_536
/** A client that was silent for longer has opened another connection. */
const silenceMax: Micros = 60_000_000

const quoted = '"((?:[^"\\\\]|\\\\.)*)"'

/** Apache's `vhost_combined`: the host, and perhaps its port, before the address of the client. */
const virtualHost =
  '(?:([\\w.-]+(?::\\d+)?) (?=(?:\\d+(?:\\.\\d+){3}|[\\da-fA-F]*:[\\da-fA-F:.]+) ))?'

/** host, client, user, time, request, status, bytes; and then the referer and the agent. */
const combined = new RegExp(
  `^${virtualHost}(\\S+) \\S+ [^[]*\\[([^\\]]+)\\] ${quoted} \\S+ \\S+(?: ${quoted} ${quoted})?`,
)

/** Takes bytes in pieces of any size, and gives the requests of a second when it is over. */
export class AccessLog {
  readonly #options: AccessLogOptions
  readonly #clients = new BoundedMap<string, Client>(clientsMax)
  readonly #leftOut = new Tally()
  /** The part of a line that came before the last push. */
  #rest = ''
  #second = 0
  #entries: Entry[] = []
  #connections = 0

  constructor(options: AccessLogOptions) {
    this.#options = options
  }

  push(bytes: Uint8Array): readonly Message[] {
    const text = this.#rest + Buffer.from(bytes).toString('latin1')
    const lines = text.split('\n')
    this.#rest = lines.pop()!.slice(0, lineBytesMax + 1)
    return lines.flatMap((line) => this.#readLine(line))
  }

  finish(): readonly Message[] {
    const last = this.#readLine(this.#rest)
    this.#rest = ''
    return [...last, ...this.#takeSecond()]
  }

  /** Lines that are no request that could be sent again, by why. */
  leftOut(): ReadonlyMap<string, number> {
    return this.#leftOut.counts()
  }

  #readLine(text: string): readonly Message[] {
    const line = text.trimEnd()
    if (line === '') return []
    const match = line.length > lineBytesMax ? null : combined.exec(line)
    const second = match === null ? null : parseLogTime(match[3]!)
    if (match === null || second === null) return this.#leave('lines of no combined log')
    // What has blanks in it was no request that can be sent again.
    const [, method, target = ''] =
      /^(\S*)(?: (.*?))?(?: HTTP\/[\d.]+)?$/s.exec(readEscapes(match[4]!)) ?? []
    if (method !== 'GET' && method !== 'HEAD') return this.#leave('lines of other methods')
    if (!/^\/[\x21-\xff]*$/.test(target)) return this.#leave('lines without a path')
    const over = second === this.#second && this.#entries.length < secondMax
    const messages = over ? [] : this.#takeSecond()
    this.#second = second
    const [referer, agent] = [match[5], match[6]].map((value) => readValue(value))
    const host = this.#options.host ?? match[1]?.replace(/:(?:80|443)$/, '') ?? 'localhost'
    const client = match[2]!
    this.#entries.push({ host, client, method, target, referer: referer!, agent: agent! })
    return messages
  }

  #leave(what: string): readonly Message[] {
    this.#leftOut.add(what)
    return []
  }

  /** The log tells seconds: its requests are spread over theirs, in order. */
  #takeSecond(): readonly Message[] {
    const entries = this.#entries
    this.#entries = []
    return entries.map((entry, index) =>
      this.#createRequest(entry, this.#second + Math.floor((index * 1e6) / entries.length)),
    )
  }

  #createRequest(entry: Entry, at: Micros): Message {
    const { host, method, target, referer, agent } = entry
    const fields = [
      ['Host', host],
      ['User-Agent', agent],
      ['Referer', referer],
    ].map(([name, value]) => (value === '' ? '' : `${name}: ${value}\r\n`))
    const payload = Buffer.from(`${method} ${target} HTTP/1.1\r\n${fields.join('')}\r\n`, 'latin1')
    const client = this.#findClient(entry, at)
    const { connection } = client
    const sequence = client.sequence++
    const id = `${connection}${sequence.toString(16).padStart(8, '0')}` as ExchangeId
    return { kind: 'request', id, connection, sequence, at, duration: 0, payload }
  }

  #findClient({ host, client, agent }: Entry, at: Micros): Client {
    const key = `${host} ${client} ${agent}`
    const known = this.#clients.get(key)
    if (known !== undefined && at - known.at <= silenceMax) {
      known.at = at
      return known
    }
    const number = (this.#connections++).toString(16).padStart(8, '0')
    const connection = `${this.#options.instance}${number}` as ConnectionId
    const created = { connection, sequence: 0, at }
    this.#clients.set(key, created)
    return created
  }
}

const months = 'JanFebMarAprMayJunJulAugSepOctNovDec'

/** Reads `10/Oct/2000:13:55:36 -0700`; null where it is none. */
function parseLogTime(text: string): Micros | null {
  const match = /^(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/.exec(text)
  if (match === null) return null
  const [, day, name, year, time, hours, minutes] = match
  const month = String(months.indexOf(name!) / 3 + 1).padStart(2, '0')
  const millis = Date.parse(`${year}-${month}-${day}T${time}${hours}:${minutes}`)
  return Number.isNaN(millis) ? null : millis * 1_000
}

/** `-` stands for nothing; controls cannot be sent. */
function readValue(text: string | undefined): string {
  const value = readEscapes(text ?? '-').replace(/[^\x20-\x7e\x80-\xff]/g, '')
  return value === '-' ? '' : value
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', v: '\v' }

/** nginx writes `\xHH`, Apache `\"` and `\n` as well. */
function readEscapes(text: string): string {
  return text.replace(/\\(?:x([\da-fA-F]{2})|(.))/g, (_, code?: string, character?: string) =>
    code === undefined
      ? (escapes[character!] ?? character!)
      : String.fromCharCode(Number.parseInt(code, 16)),
  )
}
