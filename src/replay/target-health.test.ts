import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TargetHealth } from './target-health.ts'

const createHealth = () => new TargetHealth(() => 0.5)

test('a target that was never refused may be dialled at any time', () => {
  const health = createHealth()
  assert.deepEqual([health.mayDial(0), health.mayDial(0), health.isDown()], [true, true, false])
})

test('after a failure one probe at a time is allowed, and not before the pause is over', () => {
  const health = createHealth()
  health.failed(0)
  assert.equal(health.mayDial(99_999), false)
  assert.equal(health.mayDial(100_000), true)
  assert.equal(health.mayDial(100_000), false)
})

test('each failed probe doubles the pause, up to two seconds', () => {
  const health = createHealth()
  let now = 0
  const pauses = Array.from({ length: 7 }, () => {
    health.failed(now)
    const failedAt = now
    while (!health.mayDial(now)) now += 1_000
    return (now - failedAt) / 1_000
  })
  assert.deepEqual(pauses, [100, 200, 400, 800, 1600, 2000, 2000])
})

test('dials that fail together count as one failure', () => {
  const health = createHealth()
  for (let dial = 0; dial < 50; dial++) health.failed(dial)
  assert.equal(health.mayDial(100_000), true)
})

test('a connection that comes about ends the pause for all', () => {
  const health = createHealth()
  health.failed(0)
  health.connected()
  assert.deepEqual([health.isDown(), health.mayDial(1), health.mayDial(1)], [false, true, true])
})
