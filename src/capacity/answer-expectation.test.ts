import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog, createTraffic, plan } from '../../test/support/capacity.ts'
import { AnswerExpectation } from './answer-expectation.ts'
import type { RecordedTraffic } from './recorded-traffic.ts'
import { answerChanges } from './trial-log.ts'

const traffic = createTraffic({ count: 1_000, perSecond: 100 })
const load = plan(traffic, 1)
const well = createLog(load, () => ({ latency: 1 }))

/** As `well`, but every tenth answer is of another status or shape. */
function createOdd(parts: {
  readonly status?: number
  readonly shape?: number
  readonly change?: number
}) {
  const log = createLog(load, () => ({ latency: 1 }))
  for (let event = 0; event < load.count; event += 10) {
    log.state[event] = parts.status ?? 200
    log.shape[event] = parts.shape ?? 7
    log.change[event] = parts.change ?? answerChanges.unknown
  }
  return log
}

function createRecorded(): RecordedTraffic {
  const recorded = createTraffic({ count: 1_000, perSecond: 100 })
  recorded.status.fill(200)
  recorded.shape.fill(7)
  return recorded
}

test('before anything is known no answer differs', () => {
  assert.equal(new AnswerExpectation(traffic).differing(load, well, 0), null)
})

const differing: readonly (readonly [string, Parameters<typeof createOdd>[0], number])[] = [
  ['status', { status: 429 }, 0.1],
  ['shape', { shape: 8 }, 0.1],
]
for (const [what, parts, share] of differing) {
  test(`answers of another ${what} than the recorded ones differ`, () => {
    const expectation = new AnswerExpectation(createRecorded())
    assert.equal(expectation.differing(load, createOdd(parts), 0), share)
    assert.equal(expectation.differing(load, well, 0), 0)
  })

  test(`without recorded answers those of another ${what} than at 1 × differ`, () => {
    const expectation = new AnswerExpectation(traffic)
    expectation.learn(load, well)
    assert.equal(expectation.differing(load, createOdd(parts), 0), share)
    assert.equal(expectation.differing(load, well, 0), 0)
  })
}

test('answers that say something else than at 1 × differ', () => {
  const expectation = new AnswerExpectation(createRecorded())
  const changed = createOdd({ change: answerChanges.changed })
  assert.equal(expectation.differing(load, changed, 0), 0.1)
  assert.equal(expectation.differing(load, createOdd({ change: answerChanges.same }), 0), 0)
})

test('what changes at 1 × too is excused, and nothing else', () => {
  const expectation = new AnswerExpectation(createRecorded())
  const changed = createOdd({ change: answerChanges.changed })
  assert.equal(expectation.excuse(load, createOdd({ change: answerChanges.same })), false)
  assert.equal(expectation.excuse(load, changed), true)
  assert.equal(expectation.excuse(load, changed), false)
  assert.equal(expectation.differing(load, changed, 0), 0)
  const odd = createOdd({ change: answerChanges.changed, shape: 8 })
  assert.equal(expectation.differing(load, odd, 0), 0.1)
})

test('what differs at 1 × already is usual', () => {
  const expectation = new AnswerExpectation(traffic)
  expectation.learn(load, createOdd({ status: 404, shape: 9 }))
  assert.equal(expectation.differing(load, createOdd({ status: 404, shape: 9 }), 0), 0)
})

test('a shape that was not looked at says nothing', () => {
  const expectation = new AnswerExpectation(createRecorded())
  assert.equal(expectation.differing(load, createOdd({ shape: 0 }), 0), 0)
})

test('an endpoint with very many shapes at 1 × has no unusual ones', () => {
  const expectation = new AnswerExpectation(traffic)
  const varied = createLog(load, () => ({ latency: 1 }))
  varied.shape.forEach((_, event) => {
    varied.shape[event] = event + 1
  })
  expectation.learn(load, varied)
  assert.equal(expectation.differing(load, createOdd({ shape: 1e6 }), 0), 0)
})
