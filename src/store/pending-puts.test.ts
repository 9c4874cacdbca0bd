import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createAnswer,
  createPoint,
  createRunInfo,
  createStoredExchange,
} from '../../test/support/run-folders.ts'
import { PendingPuts } from './pending-puts.ts'

const mebibyte = 1024 * 1024

function createLarge(slot: number, bytes: number) {
  const answer = createAnswer('', { bytes: new Uint8Array(bytes) })
  return createStoredExchange({ slot, answers: { candidate: answer } })
}

test('what is taken is taken once', () => {
  const pending = new PendingPuts()
  assert.equal(pending.take(), null)
  pending.putInfo(createRunInfo())
  assert.equal(pending.take()?.info?.program, '0.1.0')
  assert.equal(pending.take(), null)
})

test('an exchange takes the place of that in its slot, and its memory', () => {
  const pending = new PendingPuts()
  for (let round = 0; round < 10; round++) pending.putExchange(createLarge(0, 40 * mebibyte))
  assert.equal(pending.take()?.exchanges.size, 1)
  assert.deepEqual(pending.lost(), { exchanges: 0, points: 0 })
})

test('what finds no room is lost and counted', () => {
  const pending = new PendingPuts()
  for (let slot = 0; slot < 5; slot++) pending.putExchange(createLarge(slot, 20 * mebibyte))
  for (let point = 0; point < 20_007; point++) pending.putPoint(createPoint())
  assert.deepEqual(pending.lost(), { exchanges: 2, points: 7 })
  assert.equal(pending.take()?.exchanges.size, 3)
  pending.putExchange(createLarge(0, 60 * mebibyte))
  assert.equal(pending.lost().exchanges, 2)
})

test('what is given back waits again, but for what was put anew', () => {
  const pending = new PendingPuts()
  pending.putInfo(createRunInfo())
  pending.putExchange(createStoredExchange({ slot: 0, label: 'drift' }))
  pending.putExchange(createStoredExchange({ slot: 1 }))
  pending.putPoint(createPoint({ at: 1 }))
  const taken = pending.take()!
  pending.putInfo(createRunInfo({ program: '0.2.0' }))
  pending.putExchange(createStoredExchange({ slot: 0, label: 'changed' }))
  pending.putPoint(createPoint({ at: 2 }))
  pending.giveBack(taken)
  const again = pending.take()!
  assert.equal(again.info?.program, '0.2.0')
  assert.deepEqual(
    [...again.exchanges.values()].map(({ slot, label }) => [slot, label]),
    [
      [0, 'changed'],
      [1, 'same'],
    ],
  )
  assert.deepEqual(
    again.points.map(({ at }) => at),
    [1, 2],
  )
})
