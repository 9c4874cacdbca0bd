import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { createTraffic, plan } from '../../test/support/capacity.ts'
import { listenLocally } from '../../test/support/local-server.ts'
import { createTrialLog } from '../capacity/trial-log.ts'
import { createThreadedGenerator, type ThreadedGenerator } from './capacity-generator.ts'
import { realWorld } from './real-world.ts'

const perSecond = 200
const each = 5
const traffic = createTraffic({ count: 4 * perSecond, perSecond, each })
const lanes = 2

interface Listening extends AsyncDisposable {
  readonly target: string
  /** By session and copy: the connections that it came over. */
  readonly sockets: ReadonlyMap<string, ReadonlySet<Socket>>
}

async function listen(isAnswering = true): Promise<Listening> {
  const sockets = new Map<string, Set<Socket>>()
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const session = Math.floor(Number(request.url!.split('/').at(-1)) / each)
    const name = `${session} ${request.headers['x-rehearsal-copy']}`
    const known = sockets.get(name) ?? new Set()
    sockets.set(name, known.add(request.socket))
    if (isAnswering) response.end('{"ok":true}')
  })
  const { port, ...listening } = await listenLocally(server)
  return { target: `http://127.0.0.1:${port}`, sockets, ...listening }
}

function createGenerator(target: string): ThreadedGenerator {
  const parts = { traffic, lanes, flags: {}, timeout: 60_000_000, connectionsMax: 4_000 }
  return createThreadedGenerator({ ...parts, target })
}

function order(load = plan(traffic, 2, { duration: 1_000_000, warmup: 200_000 })) {
  const log = createTrialLog(load.count, lanes)
  return { plan: load, log, startsAt: realWorld.now() + 300_000 }
}

test('threads share the sessions out, none is split, and all write into one log', async () => {
  await using server = await listen()
  const generator = createGenerator(server.target)
  try {
    const trial = order()
    const stop = new AbortController()
    const looked: number[] = []
    const playing = generator.play(trial, stop.signal, ({ event }) => void looked.push(event))
    const { state, lateness, vitals } = trial.log
    while (state.includes(0)) await new Promise((resolve) => setImmediate(resolve))
    stop.abort()
    await playing
    assert.ok(state.every((status) => status === 200))
    assert.ok([...server.sockets.values()].every((used) => used.size === 1))
    const asked = trial.plan.request.map((request) => traffic.client[request]! % lanes)
    assert.deepEqual([...new Set(asked)].sort(), [0, 1])
    const measured = trial.plan.offset.filter((offset) => offset > trial.plan.warmup + 100_000)
    assert.ok(lateness.reduce((sum, count) => sum + count, 0) >= measured.length)
    assert.ok(vitals[0]! > 0 && vitals[2]! > 0)
    assert.equal(
      looked.length,
      trial.plan.looked.reduce((sum, one) => sum + one, 0),
    )
  } finally {
    await generator.close()
  }
})

test('a stop reaches every thread, whatever it waits for', async () => {
  await using server = await listen(false)
  const generator = createGenerator(server.target)
  try {
    const trial = order(plan(traffic, 2, { duration: 60_000_000 }))
    const stop = new AbortController()
    const playing = generator.play(trial, stop.signal, () => {})
    while (server.sockets.size < 10) await new Promise((resolve) => setImmediate(resolve))
    stop.abort()
    await playing
    assert.ok(trial.log.state.every((state) => state === 0))
  } finally {
    await generator.close()
  }
})

test('a thread that dies ends the trial, and every later one, with one line', async () => {
  const generator = createGenerator('no address')
  try {
    const play = () => generator.play(order(), new AbortController().signal, () => {})
    await assert.rejects(play(), { code: 'worker-died' })
    await assert.rejects(play(), /a thread that sends has ended \(.+\)/)
  } finally {
    await generator.close()
  }
})
