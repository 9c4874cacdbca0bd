// The replay to a target in a simulated world: time, pipelining, early ends of connections, slow
// targets and upgrades, by seed. A failure names its seed: SEED=… npm run sim.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { copy } from '../src/app/copy.ts'
import { createFileSource } from '../src/app/file-source.ts'
import { Ledger } from '../src/app/ledger.ts'
import { BatchChannel } from '../src/base/batch-channel.ts'
import type { OutputAccount } from '../src/model/ledger.ts'
import type { OutputSnapshot } from '../src/model/ledger-snapshot.ts'
import type { Message, Source } from '../src/model/message.ts'
import { createHttpOutput } from '../src/replay/http-output.ts'
import { parseTargetUrl } from '../src/replay/target-url.ts'
import { createRequest } from '../test/support/messages.ts'
import { SimNetwork } from './network.ts'
import { noFaults, SimTarget, type TargetFaults } from './target.ts'
import { SimWorld } from './world.ts'

const seconds = 1_000_000

interface Result {
  readonly target: SimTarget
  readonly output: OutputSnapshot
  /** How late each request was sent that was due at a time. */
  readonly lates: readonly number[]
}

/** Replays what `open` gives to a target with these faults, to the end. */
async function replay(
  world: SimWorld,
  faults: TargetFaults,
  open: (stop: AbortSignal) => Source<Message>,
  options: { readonly connectionsMax?: number; readonly wakeLateMax?: number } = {},
): Promise<Result> {
  const { connectionsMax = 100, wakeLateMax = 0 } = options
  const network = new SimNetwork(world, { delayMax: 200, pieceBytesMax: 900, windowBytes: 4_096 })
  const endpoint = { host: 'candidate', port: 5000, secure: false }
  const target = new SimTarget({ world, network, endpoint, faults })
  target.start()
  const ledger = new Ledger()
  const account = ledger.openOutput('http')
  const lates: number[] = []
  const late = {
    now: () => world.now(),
    random: world.random,
    sleep: (duration: number) => world.sleep(duration + world.pick(0, wakeLateMax)),
  }
  const output = createHttpOutput({
    name: 'http',
    target: parseTargetUrl('http://candidate:5000'),
    edit: { host: 'candidate:5000', pathPrefix: '', mark: null },
    world: late,
    dial: network.dial,
    account: hearLates(account, lates),
    timeout: 5 * seconds,
    connectionsMax,
    queueBytesMax: 1 << 24,
  })
  const stop = new AbortController()
  const source = ledger.openSource('in')
  const input = { name: 'in', messages: open(stop.signal), account: source, limiter: null }
  await world.run(
    copy({
      world: late,
      inputs: [{ ...input, stop: () => stop.abort() }],
      outputs: [{ output, account, limiter: null }],
      shape: null,
      split: false,
      stop: stop.signal,
      drainMax: 10 * seconds,
    }),
  )
  return { target, output: ledger.snapshot(world.now()).outputs[0]!, lates }
}

/** The account, where lateness is also kept in the order it came. */
function hearLates(account: OutputAccount, lates: number[]): OutputAccount {
  return {
    amplified: (count) => account.amplified(count),
    accepted: (count) => account.accepted(count),
    delivered: (count) => account.delivered(count),
    answered: (status, latency, sinceDue) => account.answered(status, latency, sinceDue),
    unanswered: (reason, count) => account.unanswered(reason, count),
    dropped: (reason, count) => account.dropped(reason, count),
    connected: () => account.connected(),
    redirected: () => account.redirected(),
    scheduled: (late, own) => {
      lates.push(late)
      account.scheduled(late, own)
    },
  }
}

interface Client {
  readonly messages: readonly Message[]
  /** Whether its connection ended with an upgrade. */
  readonly upgraded: boolean
}

/** Clients with keep-alive, pipelining, upgrades and an end each, on a channel, in time. */
function scheduleClients(world: SimWorld, channel: BatchChannel<Message>): readonly Client[] {
  let end = 0
  const clients = Array.from({ length: world.pick(1, 15) }, (_, connection): Client => {
    const upgraded = world.chance(0.4)
    let at = world.pick(0, 1_000_000)
    let sequence = 0
    const messages: Message[] = []
    const add = (parts: { readonly payload: string; readonly raw?: true; pipelined?: true }) => {
      const message = createRequest({ connection, sequence: sequence++, ...parts })
      messages.push(message)
      world.after(at, () => channel.push([{ ...message, due: world.now() + 30_000 }]))
    }
    for (let count = world.pick(1, 20); count > 0; count--) {
      const pipelined = sequence > 0 && world.chance(0.4)
      at += world.pick(0, pipelined ? 300 : 200_000)
      const method = world.chance(0.3) ? 'HEAD' : 'GET'
      const payload = `${method} /${connection}/${sequence} HTTP/1.1\r\nHost: p\r\n\r\n`
      add(pipelined ? { payload, pipelined } : { payload })
    }
    if (upgraded) {
      const fields = 'Host: p\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
      add({ payload: `GET /${connection}/${sequence} HTTP/1.1\r\n${fields}` })
      for (let count = world.pick(1, 6); count > 0; count--) {
        at += world.pick(0, 100_000)
        add({ payload: `[${connection}:${sequence}:${'f'.repeat(world.pick(0, 500))}]`, raw: true })
      }
    }
    at += world.pick(0, 50_000)
    world.after(at, () => channel.push([createRequest({ connection, sequence, kind: 'closed' })]))
    end = Math.max(end, at)
    return { messages, upgraded }
  })
  world.after(end + 15 * seconds, () => channel.end())
  return clients
}

/** The client and the number of each request on each connection of the target. */
function requestsByWire(target: SimTarget): readonly (readonly string[])[] {
  return target.accepted.map((_, wire) =>
    target.received
      .filter((request) => request.wire === wire)
      .map(({ payload }) => /^\w+ \/(\S+) /.exec(payload)![1]!),
  )
}

function assertAccounted({ output }: Result): void {
  const unanswered = Object.values(output.unanswered).reduce((sum, count) => sum + count, 0)
  assert.deepEqual([output.pending, output.delivered], [0, output.answered + unanswered])
}

/** A request that the client did not pipeline comes when all before it are answered. */
function assertWaited({ target }: Result, clients: readonly Client[]): void {
  const pipelined = new Set(
    clients.flatMap(({ messages }) =>
      messages.filter((message) => message.pipelined).map((m) => Buffer.from(m.payload).toString()),
    ),
  )
  for (const { payload, ahead } of target.received) {
    const original = payload.replace('candidate:5000', 'p')
    if (ahead > 0) assert.ok(pipelined.has(original), `${payload} did not wait`)
  }
}

const seedCount = Number(process.env.SEEDS ?? 40)
const only = process.env.SEED
const seeds =
  only === undefined ? Array.from({ length: seedCount }, (_, seed) => seed) : [Number(only)]

async function eachSeed(check: (seed: number) => Promise<void>): Promise<void> {
  for (const seed of seeds) {
    await check(seed).catch((error: unknown) => {
      throw new Error(`SEED=${seed} npm run sim`, { cause: error })
    })
  }
}

test('the target sees the connections that production saw, each with its requests', async () => {
  let pipelined = 0
  await eachSeed(async (seed) => {
    const world = new SimWorld(seed)
    const channel = new BatchChannel<Message>()
    const clients = scheduleClients(world, channel)
    const result = await replay(world, noFaults, () => channel)
    assertAccounted(result)
    assertWaited(result, clients)
    const { target, output } = result
    const captured = clients.map(({ messages }) =>
      messages
        .filter(({ raw }) => raw !== true)
        .map((m) => `${Number(`0x${m.connection.slice(8)}`)}/${m.sequence}`),
    )
    assert.deepEqual([...requestsByWire(target)].sort(), captured.sort())
    assert.equal(output.connections, clients.length)
    assert.ok(target.accepted.every(({ closed }) => closed))
    const frames = clients.map(({ messages }) =>
      messages
        .filter(({ raw }) => raw === true)
        .map((m) => Buffer.from(m.payload).toString())
        .join(''),
    )
    assert.deepEqual(target.accepted.map(({ raw }) => raw).sort(), frames.sort())
    pipelined += target.received.filter(({ ahead }) => ahead > 0).length
  })
  assert.ok(pipelined > seeds.length || only !== undefined, `${pipelined}`)
})

test('whatever the target does to pipelines and upgrades, every message has one fate', async () => {
  await eachSeed(async (seed) => {
    const chance = new SimWorld(seed + 1_000_000)
    const share = () => (chance.chance(0.5) ? 0 : chance.random() * 0.3)
    const faults = {
      closeAfterAnswer: share(),
      closeWithoutAnswer: share(),
      neverAnswer: share() / 5,
      garbage: share(),
      refuseUpgrade: chance.random(),
      thinkMax: chance.pick(1, seconds / 2),
    }
    const world = new SimWorld(seed)
    const channel = new BatchChannel<Message>()
    const clients = scheduleClients(world, channel)
    const connectionsMax = chance.pick(1, 10)
    const result = await replay(world, faults, () => channel, { connectionsMax })
    assertAccounted(result)
    assertWaited(result, clients)
    for (const requests of requestsByWire(result.target)) {
      const numbers = requests.map((request) => Number(request.split('/')[1]))
      assert.deepEqual(
        numbers,
        [...numbers].sort((a, b) => a - b),
      )
      assert.ok(new Set(requests.map((request) => request.split('/')[0])).size <= 1)
    }
    for (const { raw } of result.target.accepted) {
      const numbers = [...raw.matchAll(/\[\d+:(\d+):/g)].map((match) => Number(match[1]))
      assert.deepEqual(
        numbers,
        [...numbers].sort((a, b) => a - b),
      )
    }
  })
})

test('over ten minutes the last request is no later than the first, by more than 5 ms', async () => {
  const world = new SimWorld(7)
  const messages = Array.from({ length: 12_000 }, (_, index) =>
    createRequest({ connection: index % 40, sequence: Math.floor(index / 40), at: index * 50_000 }),
  )
  const read = async function* () {
    for (let from = 0; from < messages.length; from += 100) yield messages.slice(from, from + 100)
  }
  const { lates, output } = await replay(
    world,
    noFaults,
    (stopped) => {
      const pace = { kind: 'recorded', speed: 1, waitMax: null } as const
      return createFileSource({ world, read, repeat: false, stopped, pace })
    },
    { wakeLateMax: 1_500 },
  )
  assert.equal(output.answered, 12_000)
  assert.ok(lates.at(-1)! - lates[0]! <= 5_000, `${lates.at(-1)}`)
  assert.ok(Math.max(...lates) <= 3_000, `${Math.max(...lates)}`)
})

test('a target that is slow for one client delays no other, and tells how late that one is', async () => {
  const world = new SimWorld(3)
  const clients = 200
  const messages = Array.from({ length: clients * 10 }, (_, index) =>
    createRequest({
      connection: index % clients,
      sequence: Math.floor(index / clients),
      at: index * 2_500,
    }),
  )
  const read = async function* () {
    yield messages
  }
  const faults = { ...noFaults, thinkMax: 1_000, neverAnswer: 0.01 }
  const { lates, output } = await replay(world, faults, (stopped) => {
    const pace = { kind: 'recorded', speed: 1, waitMax: null } as const
    return createFileSource({ world, read, repeat: false, stopped, pace })
  })
  const late = lates.filter((micros) => micros > 3_000).length
  assert.ok(late > 0 && late < 250, `${late}`)
  assert.ok(output.unanswered.timeout! > 0)
  assert.ok(output.latencyFromDue!.max > output.latency!.max)
})
