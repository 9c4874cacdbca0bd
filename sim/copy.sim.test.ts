// Whole runs of the copy program in a simulated world: two halves with a link between them or one
// process, faults by seed. A failure names its seed: SEED=… npm run sim.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CopyOptions, copy } from '../src/app/copy.ts'
import { Ledger } from '../src/app/ledger.ts'
import { BatchChannel } from '../src/base/batch-channel.ts'
import { createLinkReceiver } from '../src/link/link-receiver.ts'
import { createLinkOutput } from '../src/link/link-sender.ts'
import type { OutputSnapshot } from '../src/model/ledger-snapshot.ts'
import type { Message } from '../src/model/message.ts'
import { createHttpOutput } from '../src/replay/http-output.ts'
import { parseTargetUrl } from '../src/replay/target-url.ts'
import { createRequest } from '../test/support/messages.ts'
import { SimNetwork } from './network.ts'
import { noFaults, SimTarget, type TargetFaults } from './target.ts'
import { SimWorld } from './world.ts'

const seconds = 1_000_000
const targetEndpoint = { host: 'candidate', port: 5000, secure: false }
const linkEndpoint = { host: 'preview', port: 28_020, secure: false }

interface Result {
  readonly sent: readonly Message[]
  readonly target: SimTarget
  /** The output to the target, and, with a link, the output to the link before it. */
  readonly outputs: readonly OutputSnapshot[]
  readonly captured: readonly number[]
}

interface Scenario {
  readonly seed: number
  readonly link: boolean
  readonly faults: TargetFaults
  /** The target is killed and started again while requests come. */
  readonly crashes: number
}

async function run(scenario: Scenario): Promise<Result> {
  const world = new SimWorld(scenario.seed)
  const network = new SimNetwork(world, {
    delayMax: world.pick(100, 5_000),
    pieceBytesMax: world.pick(1, 1_500),
    windowBytes: world.pick(100, 65_536),
  })
  const { faults } = scenario
  const target = new SimTarget({ world, network, endpoint: targetEndpoint, faults })
  target.start()
  scheduleCrashes(world, target, scenario.crashes)
  const sent: Message[] = []
  const traffic = new BatchChannel<Message>()
  const trafficEnds = scheduleTraffic(world, traffic, sent)
  const recorder = new Ledger()
  const replayer = new Ledger()
  const stop = new AbortController()
  const links = scenario.link ? createLink(world, network, recorder) : null
  const runs = [
    copy(
      createReplayRun({
        world,
        network,
        ledger: replayer,
        messages: links?.messages ?? traffic,
        stop,
      }),
    ),
    ...(links === null ? [] : [copy(links.createRun(traffic))]),
  ]
  // The replaying half ends some time after the recording one.
  world.after(trafficEnds + (scenario.link ? 8 * seconds : 0), () => stop.abort())
  await world.run(Promise.all(runs).then(() => {}))
  const ledgers = scenario.link ? [replayer, recorder] : [replayer]
  const snapshots = ledgers.map((ledger) => ledger.snapshot(world.now()))
  return {
    sent,
    target,
    outputs: snapshots.flatMap((snapshot) => snapshot.outputs),
    captured: snapshots.map((snapshot) => snapshot.captured),
  }
}

function createReplayRun(parts: {
  readonly world: SimWorld
  readonly network: SimNetwork
  readonly ledger: Ledger
  readonly messages: BatchChannel<Message>
  readonly stop: AbortController
}): CopyOptions {
  const { world, network, ledger, messages, stop } = parts
  const input = {
    name: 'in',
    messages,
    account: ledger.openSource('in'),
    limiter: null,
    stop: () => messages.end(),
  }
  const account = ledger.openOutput('http')
  const output = createHttpOutput({
    name: 'http',
    target: parseTargetUrl('http://candidate:5000'),
    edit: { host: 'candidate:5000', pathPrefix: '', mark: { name: 'X-Rehearsal', value: '1' } },
    world,
    dial: network.dial,
    account,
    timeout: 5 * seconds,
    connectionsMax: world.pick(1, 20),
    queueBytesMax: 1 << 24,
  })
  const outputs = [{ output, account, limiter: null }]
  return {
    world,
    inputs: [input],
    outputs,
    shape: null,
    split: false,
    stop: stop.signal,
    drainMax: 5 * seconds,
  }
}

function createLink(world: SimWorld, network: SimNetwork, ledger: Ledger) {
  const messages = new BatchChannel<Message>()
  const receiver = createLinkReceiver({
    account: { dropped: () => {} },
    payloadBytesMax: 1 << 20,
    bufferedBytesMax: 1 << 24,
    onMessages: (batch) => messages.push(batch),
  })
  network.listen(linkEndpoint, (wire) => receiver.accept(wire))
  const createRun = (traffic: BatchChannel<Message>): CopyOptions => {
    const account = ledger.openOutput('link')
    const { dial } = network
    const options = { name: 'link', endpoint: linkEndpoint, dial, world, account }
    const output = createLinkOutput({ ...options, queueBytesMax: 1 << 24 })
    const input = {
      name: 'in',
      messages: traffic,
      account: ledger.openSource('in'),
      limiter: null,
      stop: () => traffic.end(),
    }
    const outputs = [{ output, account, limiter: null }]
    const stop = new AbortController().signal
    return {
      world,
      inputs: [input],
      outputs,
      shape: null,
      split: false,
      stop,
      drainMax: 5 * seconds,
    }
  }
  return { messages, createRun }
}

/** Some clients, each with some requests; answers when the last has been sent. */
function scheduleTraffic(world: SimWorld, traffic: BatchChannel<Message>, sent: Message[]): number {
  const clients = world.pick(1, 12)
  let end = 0
  for (let connection = 0; connection < clients; connection++) {
    let at = 0
    for (let sequence = 0; sequence < world.pick(1, 25); sequence++) {
      at += world.pick(1, 300_000)
      const payload = composeRequest(world, connection, sequence)
      world.after(at, () => {
        const message = createRequest({ connection, sequence, payload, at: world.now() })
        sent.push(message)
        traffic.push([message])
      })
    }
    end = Math.max(end, at)
  }
  world.after(end + 1, () => traffic.end())
  return end + 1
}

function composeRequest(world: SimWorld, connection: number, sequence: number): string {
  const path = `/${connection}/${sequence}`
  const head = `Host: production\r\nX-Padding: ${'p'.repeat(world.pick(0, 200))}\r\n`
  const body = 'b'.repeat(world.pick(0, 5_000))
  const forms = [
    `GET ${path} HTTP/1.1\r\n${head}\r\n`,
    `HEAD ${path} HTTP/1.1\r\n${head}\r\n`,
    `POST ${path} HTTP/1.1\r\n${head}Content-Length: ${body.length}\r\n\r\n${body}`,
    `PUT ${path} HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
  ]
  return forms[world.pick(0, forms.length - 1)]!
}

function scheduleCrashes(world: SimWorld, target: SimTarget, crashes: number): void {
  for (let crash = 0; crash < crashes; crash++) {
    const at = world.pick(0, 4 * seconds)
    world.after(at, () => target.crash())
    world.after(at + world.pick(1, 3 * seconds), () => target.start())
  }
}

/** What a target must receive for a captured request. */
function expected(message: Message): string {
  const text = Buffer.from(message.payload).toString('latin1')
  const head = text.slice(0, text.indexOf('\r\n\r\n') + 2)
  const edited = head.replace('Host: production', 'Host: candidate:5000')
  return `${edited}X-Rehearsal: 1\r\n${text.slice(head.length)}`
}

function assertAccounted({ outputs, captured, sent }: Result): void {
  assert.equal(captured.at(-1), sent.length)
  for (const output of outputs) {
    assert.equal(output.pending, 0, `${output.output} still has messages without a fate`)
  }
  const http = outputs[0]!
  const unanswered = Object.values(http.unanswered).reduce((sum, count) => sum + count, 0)
  assert.equal(http.delivered, http.answered + unanswered)
}

/** On each connection of the target, requests of one client only, and in their order. */
function assertOrdered({ target }: Result): void {
  const clients = new Map<number, string>()
  const last = new Map<string, number>()
  for (const { wire, payload } of target.received) {
    const [, client, sequence] = /^\w+ \/(\d+)\/(\d+) /.exec(payload)!
    assert.equal(clients.get(wire) ?? client, client, 'two clients share a connection')
    clients.set(wire, client!)
    const before = last.get(client!) ?? -1
    // A request that is sent again comes twice, and still not before an earlier one.
    assert.ok(Number(sequence) >= before, `${client}: ${sequence} came after ${before}`)
    last.set(client!, Number(sequence))
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

for (const link of [false, true]) {
  const where = link ? 'over a link' : 'in one process'

  test(`without faults every request arrives once, in order, byte for byte, ${where}`, async () => {
    await eachSeed(async (seed) => {
      const result = await run({ seed, link, faults: noFaults, crashes: 0 })
      assertAccounted(result)
      assertOrdered(result)
      const received = result.target.received.map(({ payload }) => payload).sort()
      assert.deepEqual(received, result.sent.map(expected).sort())
      assert.equal(result.outputs[0]!.answered, result.sent.length)
    })
  })

  test(`whatever the target does, every message has one fate, and order is kept, ${where}`, async () => {
    await eachSeed(async (seed) => {
      // Each run turns some faults off entirely, so that the others go deep.
      const chance = new SimWorld(seed + 1_000_000)
      const share = () => (chance.chance(0.5) ? 0 : chance.random() * 0.3)
      const faults = {
        closeAfterAnswer: share(),
        closeWithoutAnswer: share(),
        neverAnswer: share() / 5,
        garbage: share(),
        refuseUpgrade: 0,
        thinkMax: chance.pick(1, 2 * seconds),
      }
      const result = await run({ seed, link, faults, crashes: chance.pick(0, 3) })
      assertAccounted(result)
      assertOrdered(result)
      const possible = new Set(result.sent.map(expected))
      for (const { payload } of result.target.received) assert.ok(possible.has(payload))
      assert.ok(result.target.received.length >= result.outputs[0]!.answered)
    })
  })
}

test('the same seed gives the same run', async () => {
  const scenario = { seed: 5, link: true, faults: { ...noFaults, garbage: 0.2 }, crashes: 2 }
  const [one, two] = [await run(scenario), await run(scenario)]
  assert.deepEqual(one.target.received, two.target.received)
  assert.deepEqual(one.outputs, two.outputs)
})
