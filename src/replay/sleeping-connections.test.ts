import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import type { ConnectionId } from '../model/message.ts'
import { RequestQueue } from './request-queue.ts'
import { planWakes, SleepingConnections } from './sleeping-connections.ts'
import { createTargetConnection } from './target-connection.ts'

/** Sends what is due at these times; tells how far off its time each was, and the wake-ups. */
async function play(dues: readonly number[], pause?: number) {
  const plan = planWakes(pause)
  const queue = new RequestQueue(plan.earlyMax)
  let now = 0
  const sleepers: { readonly until: number; readonly wake: () => void }[] = []
  const sleep = (duration: number) =>
    new Promise<void>((wake) => void sleepers.push({ until: now + duration, wake }))
  const offs: number[] = []
  const sleeping = new SleepingConnections(
    { now: () => now, sleep, random: () => 0.5 },
    plan,
    ({ queue: [entry] }) => void offs.push(now - entry!.due),
  )
  for (const [index, due] of dues.entries()) {
    const connection = createTargetConnection(`${index}` as ConnectionId)
    connection.queue.push(queue.append(createRequest({}), 0, due))
    sleeping.wakeAt(connection, connection.queue.first()!.sendFrom)
  }
  let wakeUps = 0
  while (offs.length < dues.length) {
    sleepers.sort((a, b) => a.until - b.until)
    const next = sleepers.shift()!
    now = next.until
    next.wake()
    wakeUps += 1
    await Promise.resolve()
  }
  return { offs, wakeUps }
}

const evenly = Array.from({ length: 1_000 }, (_, index) => 10_000 + index * 100)

test('one wake-up serves all that is due within three milliseconds, and none is 2 ms off', async () => {
  const { offs, wakeUps } = await play(evenly)
  assert.ok(wakeUps <= 60, `${wakeUps}`)
  assert.ok(offs.every((off) => Math.abs(off) <= 1_850))
})

test('a shorter pause is more exact, and takes more wake-ups', async () => {
  const { offs, wakeUps } = await play(evenly, 1_000)
  assert.ok(wakeUps >= 90, `${wakeUps}`)
  assert.ok(offs.every((off) => Math.abs(off) <= 1_000))
})

test('a request alone is sent a quarter of a millisecond behind when it is due', async () => {
  assert.deepEqual((await play([50_000])).offs, [250])
})

test('once closed, nothing is woken', async () => {
  let woken = 0
  const wakes: (() => void)[] = []
  const sleep = () => new Promise<void>((wake) => void wakes.push(wake))
  const world = { now: () => 0, sleep, random: () => 0.5 }
  const sleeping = new SleepingConnections(world, planWakes(), () => void woken++)
  sleeping.wakeAt(createTargetConnection('c' as ConnectionId), 0)
  sleeping.close()
  for (const wake of wakes) wake()
  await Promise.resolve()
  sleeping.wake(1_000_000)
  assert.equal(woken, 0)
})
