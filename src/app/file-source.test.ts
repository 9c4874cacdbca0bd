import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SimWorld } from '../../sim/world.ts'
import { createRequest } from '../../test/support/messages.ts'
import type { Message } from '../model/message.ts'
import { createFileSource, type FileSourceOptions } from './file-source.ts'

interface Delivery {
  readonly message: Message
  /** Since the start. */
  readonly at: number
  /** When it is due, since the first is. */
  readonly due: number
}

const lead = 40_000

/** What a source over `batches` delivers, on a clock that wakes up to `lateMax` late. */
async function run(
  batches: readonly (readonly Message[])[],
  options: Partial<FileSourceOptions> & { readonly stopAfter?: number; readonly lateMax?: number },
): Promise<readonly Delivery[]> {
  const world = new SimWorld(1)
  const { stopAfter, lateMax = 0 } = options
  const stop = new AbortController()
  if (stopAfter !== undefined) world.after(stopAfter, () => stop.abort())
  const startedAt = world.now()
  const late = {
    now: () => world.now(),
    random: world.random,
    sleep: (duration: number) => world.sleep(duration + world.pick(0, lateMax)),
  }
  const delivered: Delivery[] = []
  const source = createFileSource({
    world: late,
    read: async function* () {
      yield* batches
    },
    repeat: false,
    stopped: stop.signal,
    pace: { kind: 'recorded', speed: 1, waitMax: null },
    ...options,
  })
  const deliver = async () => {
    for await (const batch of source) {
      const at = world.now() - startedAt
      const since = startedAt + lead
      delivered.push(...batch.map((message) => ({ message, at, due: (message.due ?? 0) - since })))
    }
  }
  await world.run(deliver())
  return delivered
}

const recordedAt = (...times: number[]) => times.map((at) => createRequest({ at }))

test('over ten minutes no message drifts, and each is handed over before it is due', async () => {
  const interval = 7_919
  const count = Math.floor(600_000_000 / interval)
  const messages = recordedAt(...Array.from({ length: count }, (_, index) => index * interval))
  const batches = Array.from({ length: Math.ceil(count / 256) }, (_, index) =>
    messages.slice(index * 256, index * 256 + 256),
  )
  const delivered = await run(batches, { lateMax: 2_000 })
  assert.equal(delivered.length, count)
  assert.ok(delivered.every(({ message, due }) => due === message.at))
  const ahead = delivered.map(({ due, at }) => due + lead - at)
  assert.ok(ahead.every((early) => early >= 28_000 && early <= lead))
})

test('after a late wake-up everything due goes at once, in order', async () => {
  const world = new SimWorld(1)
  const startedAt = world.now()
  const messages = recordedAt(0, 1_000, 2_000, 3_000, 50_000)
  const sizes: number[] = []
  const source = createFileSource({
    world: {
      now: () => world.now(),
      random: world.random,
      sleep: (duration) => world.sleep(duration + 10_000),
    },
    read: async function* () {
      yield messages
    },
    repeat: false,
    stopped: new AbortController().signal,
    pace: { kind: 'recorded', speed: 1, waitMax: null },
  })
  const read = async () => {
    for await (const batch of source) sizes.push(batch.length)
  }
  await world.run(read())
  assert.deepEqual(sizes, [1, 3, 1])
  assert.equal(world.now() - startedAt, 60_000)
})

test('speed and the longest wait are kept', async () => {
  const pace = { kind: 'recorded', speed: 2, waitMax: 1_000_000 } as const
  const delivered = await run([recordedAt(0, 500_000, 90_000_000)], { pace })
  assert.deepEqual(
    delivered.map(({ due }) => due),
    [0, 250_000, 1_250_000],
  )
})

test('a repeated recording plays until it is stopped', async () => {
  const batches = [recordedAt(0, 400_000)]
  const delivered = await run(batches, { repeat: true, stopAfter: 1_500_000 })
  assert.equal(delivered.length, 7)
  assert.deepEqual(await run([], { repeat: true }), [])
})

test('a stop ends a long silence', async () => {
  const delivered = await run([recordedAt(0, 3_600_000_000)], { stopAfter: 1_000_000 })
  assert.equal(delivered.length, 1)
})

test('as soon as possible is when there is room, in order, whatever the recorded time', async () => {
  let looks = 0
  const ready = () => ++looks % 3 === 0
  const batches = [recordedAt(900_000_000, 1), recordedAt(5)]
  const delivered = await run(batches, { pace: { kind: 'asap', ready } })
  assert.deepEqual(
    delivered.map(({ message, at }) => [message.at, at]),
    [
      [900_000_000, 2_000],
      [1, 2_000],
      [5, 4_000],
    ],
  )
})
