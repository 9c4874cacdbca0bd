// One client connection with random exchanges, as packets at the server's end of the cable: what
// each segment acknowledges is what its sender had received by then.
import type { Micros } from '../../src/model/message.ts'
import { tcpFlags } from '../../src/model/segment.ts'
import { buildTcpPacket } from './packets.ts'

export interface ExchangePlan {
  /** Requests that are sent together, before any answer is read; each is an exchange's form. */
  readonly bursts: readonly (readonly ExchangeForm[])[]
  /**
   * waiting: a burst begins when all before is answered, and is sent before an answer to it comes;
   * eager: answers to its first requests may come while it is sent; sliding: sends when it likes.
   */
  readonly client: 'waiting' | 'eager' | 'sliding'
  /** Each message is a segment of its own; otherwise they are cut anywhere. */
  readonly whole?: boolean
  /** Chooses what happens next, and how segments are cut. */
  readonly choices: readonly number[]
}

export interface ExchangeForm {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly requestBytes: number
  readonly responseBytes: number
  readonly response: 'length' | 'chunked' | '304' | '204' | 'interim'
}

export interface ExchangePacket {
  readonly at: Micros
  readonly bytes: Buffer
  readonly side: 'client' | 'server'
}

export interface ExchangeTrace {
  readonly packets: readonly ExchangePacket[]
  readonly requests: readonly string[]
  /** What the capture has to give, interim responses left out. */
  readonly responses: readonly string[]
}

export function composeRequest({ method, requestBytes }: ExchangeForm, id: number): string {
  const body = method === 'POST' ? 'q'.repeat(requestBytes) : ''
  const padding = method === 'POST' ? '' : `X-Padding: ${'p'.repeat(requestBytes)}\r\n`
  const length = method === 'POST' ? `Content-Length: ${body.length}\r\n` : ''
  return `${method} /${id} HTTP/1.1\r\nHost: shop\r\n${padding}${length}\r\n${body}`
}

/** What the server sends, and how much of it comes before the final response. */
export function composeResponse(
  { method, responseBytes, response }: ExchangeForm,
  id: number,
): readonly [interim: string, final: string] {
  const name = `X-Id: ${id}\r\n`
  const interim = response === 'interim' ? 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n' : ''
  const body = method === 'HEAD' ? '' : 'a'.repeat(responseBytes)
  switch (response) {
    case '304':
      return ['', `HTTP/1.1 304 Not Modified\r\n${name}Content-Length: 77\r\n\r\n`]
    case '204':
      return ['', `HTTP/1.1 204 No Content\r\n${name}\r\n`]
    case 'chunked': {
      const chunks = method === 'HEAD' ? '' : `${chunk(body)}0\r\n\r\n`
      return ['', `HTTP/1.1 200 OK\r\n${name}Transfer-Encoding: chunked\r\n\r\n${chunks}`]
    }
    default:
      return [interim, `HTTP/1.1 200 OK\r\n${name}Content-Length: ${responseBytes}\r\n\r\n${body}`]
  }
}

function chunk(body: string): string {
  return body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`
}

interface InFlight {
  readonly end: number
  readonly bytes: Buffer
}

const packetInterval: Micros = 1_000
const segmentBytesMax = 160

/** Runs client, server and cable to the end, and gives what passed by the server. */
export function traceExchanges(plan: ExchangePlan): ExchangeTrace {
  const forms = plan.bursts.flat()
  const requests = forms.map((form, id) => composeRequest(form, id))
  const responses = forms.map((form, id) => composeResponse(form, id))
  const burstEnds = ends(plan.bursts.map((burst) => burst.length))
  const requestEnds = ends(requests.map((text) => text.length))
  const responseEnds = ends(responses.map(([interim, final]) => interim.length + final.length))
  const clientBytes = Buffer.from(requests.join(''))
  const serverBytes = Buffer.from(responses.map((parts) => parts.join('')).join(''))
  const packets: ExchangePacket[] = []
  const up: InFlight[] = []
  const down: InFlight[] = []
  const progress = { sent: 0, atServer: 0, answered: 0, atClient: 0, burst: 0 }
  let choice = 0
  const choose = (count: number) => (plan.choices[choice++ % plan.choices.length] ?? 0) % count
  const nextEnd = (ends: readonly number[], at: number) => ends.find((end) => end > at) ?? at
  const sizeAt = (ends: readonly number[], at: number) =>
    plan.whole ? nextEnd(ends, at) - at : 1 + choose(segmentBytesMax)
  const capture = (side: ExchangePacket['side'], bytes: Buffer) =>
    packets.push({ at: packets.length * packetInterval, bytes, side })
  const answerable = () => {
    const whole = requestEnds.filter((end) => end <= progress.atServer).length
    return whole === 0 ? 0 : responseEnds[whole - 1]!
  }
  const sendable = () => {
    if (plan.client === 'sliding') return clientBytes.length
    const burst = burstEnds[progress.burst] ?? forms.length
    const isAnswered = progress.atClient === (responseEnds[burst - 1] ?? 0)
    if (isAnswered && progress.burst < burstEnds.length - 1) progress.burst += 1
    return requestEnds[burstEnds[progress.burst]! - 1]!
  }
  const mayRead = () => plan.client !== 'waiting' || progress.sent === sendable()
  const steps = {
    send: () => {
      const size = Math.min(sendable() - progress.sent, sizeAt(requestEnds, progress.sent))
      const part = { client: progress.sent, server: progress.atClient }
      const payload = clientBytes.subarray(progress.sent, progress.sent + size)
      progress.sent += size
      up.push({ end: progress.sent, bytes: buildSegment('client', part, payload) })
    },
    reachServer: () => {
      const { end, bytes } = up.shift()!
      progress.atServer = end
      capture('client', bytes)
    },
    answer: () => {
      const size = Math.min(
        answerable() - progress.answered,
        sizeAt(responseEnds, progress.answered),
      )
      const part = { client: progress.atServer, server: progress.answered }
      const payload = serverBytes.subarray(progress.answered, progress.answered + size)
      progress.answered += size
      const bytes = buildSegment('server', part, payload)
      down.push({ end: progress.answered, bytes })
      capture('server', bytes)
    },
    reachClient: () => {
      progress.atClient = down.shift()!.end
    },
  }
  for (;;) {
    const possible: (keyof typeof steps)[] = []
    if (progress.sent < sendable()) possible.push('send')
    if (up.length > 0) possible.push('reachServer')
    if (progress.answered < answerable()) possible.push('answer')
    if (down.length > 0 && mayRead()) possible.push('reachClient')
    if (possible.length === 0) break
    steps[possible[choose(possible.length)]!]()
  }
  return { packets, requests, responses: responses.map(([, final]) => final) }
}

/** How far the parts of these lengths reach, one after the other. */
function ends(lengths: readonly number[]): readonly number[] {
  let end = 0
  return lengths.map((length) => (end += length))
}

const client = '10.0.0.1:4711'
const server = '10.0.0.2:80'
// Both wrap on their way.
const clientStart = 0xffff_ff00
const serverStart = 0x7fff_ff80

/** SYN, SYN and ACK. */
export function openingPackets(): readonly Buffer[] {
  const [sequence, ack] = [clientStart - 1, serverStart - 1]
  return [
    buildTcpPacket({ source: client, destination: server, sequence, flags: tcpFlags.syn }),
    buildTcpPacket({
      source: server,
      destination: client,
      sequence: ack,
      ack: clientStart,
      flags: tcpFlags.syn | tcpFlags.ack,
    }),
  ]
}

function buildSegment(
  side: ExchangePacket['side'],
  at: { readonly client: number; readonly server: number },
  payload: Uint8Array,
): Buffer {
  const [clientAt, serverAt] = [clientStart + at.client, serverStart + at.server]
  const flags = tcpFlags.ack | tcpFlags.psh
  return side === 'client'
    ? buildTcpPacket({
        source: client,
        destination: server,
        sequence: clientAt,
        ack: serverAt,
        flags,
        payload,
      })
    : buildTcpPacket({
        source: server,
        destination: client,
        sequence: serverAt,
        ack: clientAt,
        flags,
        payload,
      })
}
