import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { startExitTimer } from './exit-timer.ts'

const hourMillis = 3_600_000
const timerMillisMax = 2 ** 31 - 1

test('a run ends after the time that is named, also after weeks, unless that is called off', () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    for (const hours of [1, 720, 9_999]) {
      let ended = 0
      startExitTimer(hours * hourMillis * 1_000, () => void ended++)
      const calledOff = startExitTimer(hours * hourMillis * 1_000, () => assert.fail())
      let left = hours * hourMillis - 1
      // What is set within a tick of the mock begins at the end of that.
      for (; left >= timerMillisMax; left -= timerMillisMax) mock.timers.tick(timerMillisMax)
      mock.timers.tick(left)
      assert.equal(ended, 0, `${hours} h`)
      calledOff()
      mock.timers.tick(1)
      assert.equal(ended, 1)
    }
  } finally {
    mock.timers.reset()
  }
})
