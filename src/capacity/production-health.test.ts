import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import type { Message } from '../model/message.ts'
import { ProductionHealth } from './production-health.ts'

const seconds = 1_000_000

/** A request each 10 ms from `from` on, answered after `latency` with `status`; null: never. */
function exchanges(
  from: number,
  answer: { readonly latency: number; readonly status?: number } | null,
  perSecond = 100,
): Message[] {
  return Array.from({ length: perSecond * 3 }, (_, index) => {
    const at = from + Math.round((index * seconds) / perSecond)
    const request = createRequest({ connection: at, at })
    if (answer === null) return [request]
    const payload = `HTTP/1.1 ${answer.status ?? 200} X\r\n\r\n`
    const response = createRequest({ kind: 'response', at: at + answer.latency, payload })
    return [request, { ...response, id: request.id }]
  })
    .flat()
    .sort((one, other) => one.at - other.at)
}

const statusOf = (payload: Uint8Array) => Number(Buffer.from(payload).toString().slice(9, 12))

/** What is said after three seconds of 20 ms each, and three of `answer`. */
function judge(
  answer: Parameters<typeof exchanges>[1],
  parts: { readonly perSecond?: number; readonly later?: number; readonly usual?: number } = {},
): string | null {
  const { perSecond = 100, later = 0, usual = 200 } = parts
  const health = new ProductionHealth()
  health.observe(exchanges(0, { latency: 20_000, status: usual }, 100), statusOf)
  assert.equal(health.trouble(3 * seconds), null)
  health.settle(3 * seconds)
  health.observe(exchanges(10 * seconds, answer, perSecond), statusOf)
  return health.trouble(13 * seconds + later)
}

const cases: readonly (readonly [string, ReturnType<typeof judge>, RegExp | null])[] = [
  ['as before', judge({ latency: 21_000 }), null],
  ['a little slower', judge({ latency: 60_000 }), null],
  ['much slower', judge({ latency: 90_000 }), /^its p95 went from 20 to 90 ms$/],
  ['failing', judge({ latency: 20_000, status: 503 }), /^its errors went from 0\.0% to 100\.0%$/],
  ['failing as ever', judge({ latency: 20_000, status: 503 }, { usual: 503 }), null],
  ['silent', judge(null, { later: seconds }), /^its p95 went from 20 to \d+ ms$/],
  ['seen too little', judge({ latency: 90_000 }, { perSecond: 5 }), null],
  ['no longer asked', judge({ latency: 90_000 }, { later: 20 * seconds }), null],
]
for (const [what, said, expected] of cases) {
  test(`production that is ${what} is ${expected === null ? 'well' : 'in trouble'}`, () => {
    if (expected === null) assert.equal(said, null)
    else assert.match(said ?? '', expected)
  })
}

test('what never was answered in time is no trouble', () => {
  const health = new ProductionHealth()
  const polls = (from: number) => [
    ...exchanges(from, { latency: 20_000 }),
    ...exchanges(from + 1, null, 20),
  ]
  const sorted = (messages: Message[]) => messages.sort((one, other) => one.at - other.at)
  health.observe(sorted(polls(0)), statusOf)
  health.settle(3 * seconds)
  health.observe(sorted(polls(10 * seconds)), statusOf)
  assert.equal(health.trouble(13 * seconds), null)
})

test('requests without an answer are remembered only so far', () => {
  const health = new ProductionHealth()
  health.settle(0)
  const many = Array.from({ length: 12_000 }, (_, index) =>
    createRequest({ connection: index, at: 10 * seconds }),
  )
  health.observe(many, statusOf)
  assert.match(health.trouble(13 * seconds)!, /p95/)
  assert.equal(health.trouble(30 * seconds), null)
})
