import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../../test/support/messages.ts'
import type { Message } from '../../model/message.ts'
import type { Outcome } from '../../model/outcome.ts'
import {
  ExchangeJoiner,
  type ExchangeJoinerOptions,
  type JoinedExchange,
} from './exchange-joiner.ts'

function createJoiner(options: Partial<ExchangeJoinerOptions> = {}): ExchangeJoiner {
  return new ExchangeJoiner({
    roles: new Map([
      ['http://c', 'candidate'],
      ['http://b', 'baseline'],
      ['http://b again', 'baseline2'],
    ]),
    isAskedTwice: () => false,
    hasProduction: true,
    waitMax: 10,
    waitingBytesMax: 1e6,
    ...options,
  })
}

function request(sequence: number): Message {
  return createRequest({ sequence })
}

function respond(sequence: number): Message {
  return createRequest({ kind: 'response', sequence, payload: 'HTTP/1.1 200 OK\r\n\r\n' })
}

function answer(sequence: number, target: string): Outcome {
  const response: Message = { ...respond(sequence), kind: 'replayed', target }
  return { kind: 'answered', request: request(sequence), response }
}

function failure(sequence: number, target: string): Outcome {
  return { kind: 'failed', request: request(sequence), target, reason: 'timeout' }
}

function describe(exchanges: readonly JoinedExchange[]): readonly string[] {
  return exchanges.map(({ request: { sequence }, answers }) => {
    const roles = Object.entries(answers).map(([role, { kind }]) => `${role} ${kind}`)
    return `${sequence}: ${roles.sort().join(', ')}`
  })
}

test('an exchange is given when all that were asked have answered, in whatever order', () => {
  const joiner = createJoiner()
  joiner.captured([request(0), request(1)], 0)
  joiner.outcome(answer(1, 'http://c'))
  joiner.captured([respond(1)], 1)
  joiner.outcome(answer(0, 'http://b'))
  assert.deepEqual(joiner.take(2), [])
  joiner.outcome(failure(1, 'http://b'))
  assert.deepEqual(describe(joiner.take(2)), [
    '1: baseline failed, candidate answered, production answered',
  ])
})

test('a second answer of the baseline is waited for where it was asked for', () => {
  const joiner = createJoiner({ isAskedTwice: ({ sequence }) => sequence === 1 })
  joiner.captured([request(0), respond(0), request(1), respond(1)], 0)
  for (const sequence of [0, 1]) {
    joiner.outcome(answer(sequence, 'http://c'))
    joiner.outcome(answer(sequence, 'http://b'))
  }
  assert.equal(joiner.take(1).length, 1)
  joiner.outcome(answer(1, 'http://b again'))
  assert.equal(joiner.take(1).length, 1)
  assert.ok(joiner.isEmpty())
})

test('production is waited for once an answer of it was seen', () => {
  const joiner = createJoiner({ hasProduction: false })
  joiner.captured([request(0), request(1)], 0)
  const answerBoth = (sequence: number) => {
    joiner.outcome(answer(sequence, 'http://c'))
    joiner.outcome(answer(sequence, 'http://b'))
  }
  answerBoth(0)
  assert.deepEqual(describe(joiner.take(1)), ['0: baseline answered, candidate answered'])
  joiner.captured([respond(9)], 1)
  answerBoth(1)
  assert.deepEqual(joiner.take(2), [])
})

test('an exchange that has waited long enough is given with what is there', () => {
  const joiner = createJoiner()
  joiner.captured([request(0)], 0)
  joiner.outcome(answer(0, 'http://c'))
  assert.deepEqual(joiner.take(9), [])
  assert.deepEqual(describe(joiner.take(10)), ['0: candidate answered'])
  assert.equal(joiner.counts().incomplete, 1)
})

test('what waits at the end is given', () => {
  const joiner = createJoiner()
  joiner.captured([request(0)], 0)
  assert.deepEqual(describe(joiner.finish()), ['0: '])
})

test('copies, other outputs and answers that nobody asked for are passed over', () => {
  const joiner = createJoiner()
  joiner.captured([{ ...request(0), copy: 1 }, { ...request(1), raw: true }, respond(7)], 0)
  joiner.outcome(answer(0, 'http://elsewhere'))
  joiner.outcome(answer(9, 'http://c'))
  assert.ok(joiner.isEmpty())
})

test('how a target got the request is kept beside its answer', () => {
  const joiner = createJoiner({ hasProduction: false })
  joiner.captured([request(0)], 0)
  const sent = { ...request(0), payload: Buffer.from('GET /other HTTP/1.1\r\n\r\n') }
  joiner.sent('http://c', sent)
  joiner.outcome(answer(0, 'http://c'))
  joiner.outcome(answer(0, 'http://b'))
  assert.equal(joiner.take(1)[0]?.sent?.candidate, sent)
})

test('beyond the ceiling the oldest exchange is given up, and counted', () => {
  const joiner = createJoiner({ waitingBytesMax: 2_000 })
  joiner.captured(
    Array.from({ length: 10 }, (_, sequence) => request(sequence)),
    0,
  )
  const kept = joiner.finish()
  assert.equal(kept.length + joiner.counts().shed, 10)
  assert.ok(kept.length <= 4)
  assert.equal(kept.at(-1)?.request.sequence, 9)
})
