// A correlator under test, and the requests and answers that it is given.
import type { Message } from '../../src/model/message.ts'
import { createIssuedReader } from '../../src/shape/correlate-issued.ts'
import { CorrelationReport } from '../../src/shape/correlate-report.ts'
import { Correlator } from '../../src/shape/correlator.ts'
import { createRequest } from './messages.ts'

/** What production and the target answer to the same request. */
export interface Answer {
  readonly production: string | Uint8Array
  readonly target: string | Uint8Array
}

/** A correlator, and what a test does with it: exchanges in the order that clients had them. */
export class CorrelatorBench {
  now = 1_000_000
  readonly report: CorrelationReport = new CorrelationReport((value) => `~${value.length}`)
  readonly correlator: Correlator
  #sequence = 0

  constructor(options: { readonly pairsMax?: number; readonly expiry?: number } = {}) {
    this.correlator = new Correlator({
      now: () => this.now,
      pairsMax: options.pairsMax ?? 1_000,
      expiry: options.expiry ?? 60_000_000,
      report: this.report,
      readProduction: createIssuedReader(),
    })
  }

  request(payload: string | Uint8Array): Message {
    const request = createRequest({ sequence: this.#sequence++, payload })
    this.correlator.expect(request)
    return request
  }

  production({ id }: Message, payload: string | Uint8Array, at = 0): void {
    this.correlator.learnProduction({ ...createRequest({ kind: 'response', payload, at }), id })
  }

  replayed({ id }: Message, payload: string | Uint8Array): void {
    this.correlator.learnReplayed({ ...createRequest({ kind: 'replayed', payload }), id })
  }

  /** What the target is sent, after both answers are in. */
  exchange(payload: string | Uint8Array, answer: Answer): string {
    const request = this.request(payload)
    this.production(request, answer.production)
    const sent = this.correlator.rewrite(request, true)
    this.replayed(request, answer.target)
    return text(sent)
  }

  /** What the target is sent for a request that issues nothing. */
  send(payload: string | Uint8Array): string {
    return this.exchange(payload, { production: ok(''), target: ok('') })
  }
}

/** The payload, and `null` for none. */
export function text(message: Message | null): string {
  return message === null ? 'null' : Buffer.from(message.payload).toString('latin1')
}

export function get(target: string, fields = ''): string {
  return `GET ${target} HTTP/1.1\r\nHost: shop\r\n${fields}\r\n`
}

export function post(target: string, body = '', fields = '', type = 'application/json'): string {
  const length = `Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n`
  return `POST ${target} HTTP/1.1\r\nHost: shop\r\n${fields}${length}\r\n${body}`
}

export function ok(
  body: string,
  fields = '',
  type = 'application/json',
  status = '200 OK',
): string {
  const length = `Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n`
  return `HTTP/1.1 ${status}\r\n${fields}${length}\r\n${body}`
}

export const sid = {
  production: '9f8e7d6c5b4a39281706',
  target: 'aa11bb22cc33dd44ee55ff66',
} as const

/** Sets the cookie `sid`. */
export const login: Answer = {
  production: ok('{}', `Set-Cookie: sid=${sid.production}; HttpOnly\r\n`),
  target: ok('{}', `Set-Cookie: sid=${sid.target}; HttpOnly\r\n`),
}
