import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Schedule } from './schedule.ts'

/** When messages recorded at these times are due, from 1,000,000 on. */
function checkSchedule(
  options: { readonly speed?: number; readonly waitMax?: number },
  recordedAt: readonly number[],
): number[] {
  const { speed = 1, waitMax = null } = options
  const schedule = new Schedule({ startsAt: 1_000_000, speed, waitMax })
  return recordedAt.map((at) => schedule.due(at))
}

test('messages are due at the distances they were recorded at', () => {
  assert.deepEqual(checkSchedule({}, [500, 700, 10_500]), [1_000_000, 1_000_200, 1_010_000])
})

test('speed divides the distances, without rounding errors that add up', () => {
  const recordedAt = Array.from({ length: 10_000 }, (_, index) => index)
  assert.equal(checkSchedule({ speed: 3 }, recordedAt).at(-1), 1_000_000 + 3_333)
  assert.deepEqual(checkSchedule({ speed: 0.5 }, [0, 100]), [1_000_000, 1_000_200])
})

test('a message from before the first is due at once', () => {
  assert.deepEqual(checkSchedule({}, [500, 400, 600]), [1_000_000, 999_900, 1_000_100])
})

test('a longer silence is cut to what may pass, and the rest keeps its distances', () => {
  const due = checkSchedule({ waitMax: 1_000 }, [0, 500, 90_500, 91_000])
  assert.deepEqual(due, [1_000_000, 1_000_500, 1_001_500, 1_002_000])
  assert.deepEqual(checkSchedule({ waitMax: 1_000, speed: 2 }, [0, 9_000]), [1_000_000, 1_001_000])
})

test('a repeated recording goes on behind its last message', () => {
  const schedule = new Schedule({ startsAt: 0, speed: 1, waitMax: null })
  const round = () => [100, 300].map((at) => schedule.due(at))
  assert.deepEqual(round(), [0, 200])
  schedule.repeat()
  assert.deepEqual(round(), [1_200, 1_400])
})
