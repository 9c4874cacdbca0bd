import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTraffic, plan } from '../../test/support/capacity.ts'
import { answerChanges, createTrialLog } from '../capacity/trial-log.ts'
import { AnswerReader } from './answer-reader.ts'

const traffic = createTraffic({ count: 1_000, perSecond: 100 })
const load = plan(traffic, 1)
const at = 1_767_323_045_000_000

function answer(body: string, fields = ''): Uint8Array {
  const type = 'Content-Type: application/json\r\n'
  const head = `HTTP/1.1 200 OK\r\n${type}${fields}Content-Length: ${body.length}\r\n\r\n`
  return Buffer.from(head + body)
}

/** What the log says of an answer to a request that was answered `before` at 1 ×. */
function look(before: string | Uint8Array | null, now: string | Uint8Array) {
  const reader = new AnswerReader(traffic)
  const read = (text: string | Uint8Array, later: number) => {
    const log = createTrialLog(load.count, 1)
    const payload = typeof text === 'string' ? answer(text) : text
    reader.begin()
    reader.look(load, log, { event: 3, at: at + later, payload })
    return { shape: log.shape[3]!, change: log.change[3]! }
  }
  if (before !== null) read(before, 0)
  reader.learn()
  return read(now, 60_000_000)
}

const items = '{"items":[{"id":7,"price":10}],"note":"all of them"}'
const changes: readonly (readonly [string, string | Uint8Array, keyof typeof answerChanges])[] = [
  ['what it said', items, 'same'],
  ['the same in other words', '{"note":"all of them", "items":[{"price":10,"id":7}]}', 'same'],
  ['an empty list', '{"items":[],"note":"all of them"}', 'changed'],
  ['another text', '{"items":[{"id":7,"price":10}],"note":"try again later"}', 'changed'],
  ['another shape', '{"error":"busy"}', 'changed'],
  ['the same at another time', answer(items, 'Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n'), 'same'],
]
for (const [what, now, change] of changes) {
  test(`an answer that says ${what} is told to be ${change}`, () => {
    assert.equal(look(items, now).change, answerChanges[change])
  })
}

test('without an answer at 1 × only the shape is known', () => {
  const { shape, change } = look(null, items)
  assert.ok(shape > 0)
  assert.equal(change, answerChanges.unknown)
})

test('what is too long to be looked at is neither', () => {
  assert.deepEqual(look(items, `["${'x'.repeat(300_000)}"]`), { shape: 0, change: 0 })
})
