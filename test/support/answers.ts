// Answers and exchanges for tests of the comparison.
import { CanonicalAnswer } from '../../src/compare/canonical-answer.ts'
import type { AnsweredExchange, ByRole, Role, RoleAnswer } from '../../src/model/comparison.ts'
import type { ConnectionId, ExchangeId, Message } from '../../src/model/message.ts'

export type Headers = Readonly<Record<string, string | readonly string[]>>

export interface AnswerParts {
  readonly status?: number
  readonly headers?: Headers
  /** What is no string or bytes goes as JSON. */
  readonly body?: unknown
  /** Microseconds since the epoch. */
  readonly at?: number
}

export const noon: number = Date.UTC(2026, 0, 2, 12) * 1_000

/** A response as on the wire, with a Content-Length, and JSON where no type is given. */
export function responseBytes({ status = 200, headers = {}, body = '' }: AnswerParts): Buffer {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array
  const bytes = Buffer.from(isRaw ? body : JSON.stringify(body))
  const all: Headers = {
    ...(isRaw ? {} : { 'Content-Type': 'application/json' }),
    ...(headers['Transfer-Encoding'] === undefined ? { 'Content-Length': `${bytes.length}` } : {}),
    ...headers,
  }
  const lines = Object.entries(all).flatMap(([name, value]) =>
    [value].flat().map((text) => `${name}: ${text}\r\n`),
  )
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} x\r\n${lines.join('')}\r\n`), bytes])
}

export function canonicalAnswer(
  parts: AnswerParts,
  bodyBytesMax: number = 1 << 20,
): CanonicalAnswer {
  return new CanonicalAnswer(responseBytes(parts), 'GET', bodyBytesMax)
}

export function messageOf(kind: Message['kind'], payload: Uint8Array, at: number): Message {
  const [id, connection] = ['e1' as ExchangeId, 'c1' as ConnectionId]
  return { kind, id, connection, sequence: 0, at, duration: 0, payload }
}

export function requestOf(line: string, body: string = ''): Message {
  const text = `${line} HTTP/1.1\r\nHost: shop.example\r\n\r\n${body}`
  return messageOf('request', Buffer.from(text), noon)
}

/** Answers by role; a string is why there is none. */
export function exchangeOf(
  line: string,
  answers: ByRole<AnswerParts | string>,
  more: Partial<AnsweredExchange> = {},
): AnsweredExchange {
  const entries = Object.entries(answers).map(([role, parts]): [Role, RoleAnswer] => {
    if (typeof parts === 'string') return [role as Role, { kind: 'failed', reason: parts }]
    const response = messageOf('response', responseBytes(parts), parts.at ?? noon)
    return [role as Role, { kind: 'answered', response }]
  })
  const endpoint = line.replace(/\/\d+/g, '/{id}')
  return {
    request: requestOf(line),
    answers: Object.fromEntries(entries),
    session: 's1',
    endpoint,
    ...more,
  }
}
