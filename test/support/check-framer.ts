// Messages for tests of the HTTP/1 framer, and the one check that most of them are.
import assert from 'node:assert/strict'
import { MemoryBudget } from '../../src/base/memory-budget.ts'
import type { FramedEvent } from '../../src/protocol/http1/framed-event.ts'
import { MessageFramer } from '../../src/protocol/http1/message-framer.ts'
import { checkFeeds } from './check-feeds.ts'

export const get: string = 'GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n'
export const post: string = 'POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello'
export const chunkedHead: string = 'POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n'
export const upgrade: string =
  'GET /ws HTTP/1.1\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n'
export const tunnel: string = 'CONNECT x:443 HTTP/1.1\r\n\r\n'
export const ok: string = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
export const bare: string = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n'

export interface Setting {
  readonly side?: 'request' | 'response'
  readonly headBytesMax?: number
  readonly messageBytesMax?: number
  readonly budgetBytes?: number
  readonly synchronized?: boolean
  readonly keep?: boolean
  /** Methods of the requests, for a response side. */
  readonly methods?: readonly string[]
}

/** Losses after which the next message has to be looked for, which depends on the pushes. */
const stops = new Set([
  'truncated',
  'not-http',
  'bad-start-line',
  'bad-header',
  'conflicting-length',
  'bad-chunk',
  'head-too-long',
])

export function createFramer(setting: Setting): { framer: MessageFramer; budget: MemoryBudget } {
  const { headBytesMax = 65_536, messageBytesMax = 1_000_000, budgetBytes = 10_000_000 } = setting
  const budget = new MemoryBudget(budgetBytes)
  const framer = new MessageFramer({
    side: setting.side ?? 'request',
    limits: { headBytesMax, messageBytesMax },
    budget,
    synchronized: setting.synchronized ?? true,
    keep: setting.keep ?? true,
  })
  for (const method of setting.methods ?? []) framer.expectResponseTo(method)
  return { framer, budget }
}

export function octetsOf(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

export function describe(event: FramedEvent): string {
  if (event.kind === 'message') return Buffer.from(event.payload).toString('latin1')
  return event.kind === 'lost' ? `lost: ${event.reason}` : event.kind
}

/** What came of the pieces, up to a loss after which the outcome may depend on the pieces. */
export function frame(pieces: readonly Uint8Array[], setting: Setting): string[] {
  const { framer, budget } = createFramer(setting)
  const outcome: string[] = []
  for (const piece of pieces) {
    outcome.push(...framer.push(piece, 0).map(describe))
    // A payload that was stored must not be a view of what was pushed.
    piece.fill(0xee)
  }
  outcome.push(...framer.finish(0).map(describe))
  assert.equal(budget.used(), 0, 'all memory is given back')
  const stop = outcome.findIndex((text) => stops.has(text.replace('lost: ', '')))
  if (stop < 0 || outcome[stop + 1] === 'opaque') return outcome
  return outcome.slice(0, stop + 1)
}

/** Asserts that the text gives the messages, losses and opaque marks, however it is cut. */
export function check(text: string, expected: readonly string[], setting: Setting = {}): void {
  checkFeeds(octetsOf(text), (pieces) => frame(pieces, setting), [...expected])
}

export function checkResponse(
  text: string,
  expected: readonly string[],
  ...methods: string[]
): void {
  check(text, expected, { side: 'response', methods })
}

export function headOf(
  text: string,
  setting: Setting = {},
): Extract<FramedEvent, { kind: 'message' }> {
  const { framer } = createFramer(setting)
  const event = framer.push(octetsOf(text), 0)[0]
  assert(event?.kind === 'message')
  return event
}
