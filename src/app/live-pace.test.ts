import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import type { Message } from '../model/message.ts'
import { LivePace, paceLive } from './live-pace.ts'

const second = 1_000_000

test('what arrives in one batch is due at the distances it was captured at', () => {
  const pace = new LivePace(20_000)
  const dues = [0, 3_000, 9_000].map((at) => pace.due(at, 10_000)).slice(1)
  assert.deepEqual(dues, [3_000 + 7_000 + 20_000, 9_000 + 1_000 + 20_000])
  // The last of a batch has waited least: from then on it is the measure.
  assert.equal(pace.due(12_000, 20_000) - pace.due(15_000, 20_000), -3_000)
})

test('nothing is due later than its delay, whatever the clock of the other host says', () => {
  for (const skew of [-3_600 * second, 0, 3_600 * second]) {
    const pace = new LivePace(20_000)
    for (let now = 0; now < 90 * second; now += 500_000) {
      const due = pace.due(now - 5_000 + skew, now)
      assert.equal(due, now + 20_000)
    }
  }
})

test('a clock that is set is followed within a minute', () => {
  const pace = new LivePace(20_000)
  let due = 0
  for (let now = 0; now < 200 * second; now += second) {
    const set = now > 100 * second ? 5 * second : 0
    due = pace.due(now - set, now) - now
    if (now < 100 * second) assert.equal(due, 20_000)
  }
  assert.equal(due, 20_000)
})

test('requests get their time, and nothing else does', async () => {
  const batches = [[createRequest({ at: 5 }), createRequest({ at: 6, kind: 'closed' })]]
  const source = (async function* () {
    yield* batches
  })()
  const paced: Message[] = []
  for await (const batch of paceLive(source, { now: () => 10 }, 100)) paced.push(...batch)
  assert.deepEqual(
    paced.map(({ due }) => due),
    [110, undefined],
  )
})
