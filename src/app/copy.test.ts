import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SimWorld } from '../../sim/world.ts'
import { createRequest } from '../../test/support/messages.ts'
import { BatchChannel } from '../base/batch-channel.ts'
import type { OutputAccount } from '../model/ledger.ts'
import type { LedgerSnapshot } from '../model/ledger-snapshot.ts'
import type { Message } from '../model/message.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Output } from '../model/output.ts'
import type { HttpStage } from '../shape/http-rules.ts'
import { createLimiter, type Limit } from '../shape/limit.ts'
import { copy } from './copy.ts'
import { Ledger } from './ledger.ts'
import { createNullOutput } from './null-output.ts'
import { OutcomeFeed } from './outcome-feed.ts'

interface Scenario {
  readonly messages: readonly Message[]
  readonly outputLimits?: readonly (Limit | null)[]
  readonly inputLimit?: Limit
  readonly shape?: HttpStage
  readonly split?: boolean
  readonly busyFor?: number
  /** Of the input: by itself, at once. */
  readonly ends?: boolean
  readonly settleMax?: number
  /** Null: it is not stopped. */
  readonly stopAfter?: number | null
}

interface Result {
  readonly received: readonly (readonly Message[])[]
  readonly ledger: LedgerSnapshot
  readonly took: number
  readonly closed: number
}

/** Runs one input into outputs that record what they are given. */
async function run(scenario: Scenario): Promise<Result> {
  const world = new SimWorld(1)
  const ledger = new Ledger()
  const limits = scenario.outputLimits ?? [null]
  const received: Message[][] = limits.map(() => [])
  const startedAt = world.now()
  let closed = 0
  const outputs = limits.map((limit, index) => {
    const account = ledger.openOutput(`output ${index}`)
    const output: Output = {
      name: `output ${index}`,
      write(batch) {
        received[index]!.push(...batch)
        account.accepted(batch.length)
        account.delivered(batch.length)
      },
      tick() {},
      idle: () => world.now() - startedAt >= (scenario.busyFor ?? 0),
      async close() {
        closed++
      },
    }
    return {
      output,
      account,
      limiter: limit === null ? null : createLimiter(limit, 'connection', 'out'),
    }
  })
  const messages = new BatchChannel<Message>()
  const stop = new AbortController()
  const { inputLimit } = scenario
  const input = {
    name: 'input',
    messages,
    account: ledger.openSource('input'),
    limiter: inputLimit === undefined ? null : createLimiter(inputLimit, 'request', 'in'),
    stop: () => messages.end(),
  }
  messages.push(scenario.messages)
  const { shape = null, split = false, stopAfter = 1_000, settleMax } = scenario
  if (scenario.ends === true) messages.end()
  if (stopAfter !== null) world.after(stopAfter, () => stop.abort())
  const options = {
    world,
    inputs: [input],
    outputs,
    shape,
    split,
    stop: stop.signal,
    drainMax: 5_000_000,
    ...(settleMax === undefined ? {} : { settleMax }),
  }
  await world.run(copy(options))
  const took = world.now() - startedAt
  return { received, ledger: ledger.snapshot(world.now()), took, closed }
}

const connections = (count: number, each: number) =>
  Array.from({ length: count * each }, (_, index) =>
    createRequest({ connection: index % count, sequence: Math.floor(index / count) }),
  )

function assertBalanced(ledger: LedgerSnapshot): void {
  for (const output of ledger.outputs) assert.equal(output.pending, 0)
}

test('every output gets its own copy of every message', async () => {
  const { received, ledger, closed } = await run({
    messages: connections(3, 2),
    outputLimits: [null, null],
  })
  assert.deepEqual(
    received.map((messages) => messages.length),
    [6, 6],
  )
  assert.equal(ledger.captured, 6)
  assert.equal(closed, 2)
  assertBalanced(ledger)
})

test('shared out, each client connection goes to one output, in turn, and none to two', async () => {
  const { received, ledger } = await run({
    messages: connections(10, 4),
    outputLimits: [null, null],
    split: true,
  })
  const owners = received.map((messages) => new Set(messages.map(({ connection }) => connection)))
  assert.deepEqual(
    owners.map(({ size }) => size),
    [5, 5],
  )
  assert.equal(new Set([...owners[0]!, ...owners[1]!]).size, 10)
  assert.deepEqual(
    received.map((messages) => messages.length),
    [20, 20],
  )
  assert.equal(ledger.outputs[0]!.dropped.split, 20)
  assertBalanced(ledger)
})

test('three hundred percent is two copies more, each on a connection of its own', async () => {
  const { received, ledger } = await run({
    messages: connections(2, 3),
    outputLimits: [{ kind: 'percent', percent: 300 }],
  })
  assert.equal(received[0]!.length, 18)
  assert.equal(new Set(received[0]!.map(({ connection }) => connection)).size, 6)
  assert.equal(new Set(received[0]!.map(({ id }) => id)).size, 18)
  assert.equal(ledger.outputs[0]!.amplified, 12)
  assertBalanced(ledger)
})

test('what a limit holds back is counted at the output, or at the input before it counts as captured', async () => {
  const half: Limit = { kind: 'percent', percent: 50 }
  const messages = connections(40, 5)
  const atOutput = await run({ messages, outputLimits: [half, null] })
  assert.equal(atOutput.ledger.captured, 200)
  assert.equal(atOutput.received[0]!.length + atOutput.ledger.outputs[0]!.dropped.limit!, 200)
  assert.equal(atOutput.received[1]!.length, 200)
  assertBalanced(atOutput.ledger)
  const atInput = await run({ messages, inputLimit: half })
  const { messages: captured, dropped } = atInput.ledger.sources[0]!
  assert.equal(captured + dropped.limit!, 200)
  assert.equal(atInput.received[0]!.length, captured)
  assertBalanced(atInput.ledger)
})

test('what the rules keep out is counted at the input, after its limit', async () => {
  const { ledger, received } = await run({
    messages: connections(40, 5),
    inputLimit: { kind: 'percent', percent: 50 },
    shape: (message) => (message.sequence === 0 ? null : { ...message, at: 7 }),
  })
  const { messages: captured, dropped } = ledger.sources[0]!
  assert.equal(captured + dropped.limit! + dropped.filter!, 200)
  assert.ok(dropped.filter! > 5 && dropped.filter! < 35, `${dropped.filter}`)
  assert.equal(ledger.captured, captured)
  assert.equal(received[0]!.filter(({ at }) => at === 7).length, captured)
  assertBalanced(ledger)
})

test('an input that fails ends the run in order, and its error is thrown at the end', async () => {
  const world = new SimWorld(1)
  const ledger = new Ledger()
  const broken = new BatchChannel<Message>()
  const healthy = new BatchChannel<Message>()
  const inputs = [broken, healthy].map((messages, index) => ({
    name: `input ${index}`,
    messages,
    account: ledger.openSource(`input ${index}`),
    limiter: null,
    stop: () => messages.end(),
  }))
  const account = ledger.openOutput('null')
  const outputs = [{ output: createNullOutput('null', account), account, limiter: null }]
  broken.push(connections(1, 1))
  broken.fail(new Error('the interface is gone'))
  const stop = new AbortController().signal
  const running = copy({
    world,
    inputs,
    outputs,
    shape: null,
    split: false,
    stop,
    drainMax: 5_000_000,
  })
  await assert.rejects(world.run(running), { message: 'the interface is gone' })
  const snapshot = ledger.snapshot(world.now())
  assert.equal(snapshot.captured, 1)
  assertBalanced(snapshot)
})

test('the end waits for what is under way, up to five seconds', async () => {
  const quick = await run({ messages: connections(1, 1), busyFor: 2_000_000 })
  assert.ok(quick.took >= 2_000_000 && quick.took < 2_300_000, `${quick.took}`)
  const stuck = await run({ messages: connections(1, 1), busyFor: Number.POSITIVE_INFINITY })
  assert.ok(stuck.took >= 5_000_000 && stuck.took < 5_300_000, `${stuck.took}`)
  assert.equal(stuck.closed, 1)
})

test('inputs that end by themselves are waited for longer, until somebody waits', async () => {
  const ends = { messages: connections(1, 1), ends: true, settleMax: 15_000_000 }
  const answered = { ...ends, busyFor: 12_000_000 }
  const whole = await run({ ...answered, stopAfter: null })
  assert.ok(whole.took >= 12_000_000 && whole.took < 12_300_000, `${whole.took}`)
  const stopped = await run({ ...answered, stopAfter: 2_000_000 })
  assert.ok(stopped.took >= 7_000_000 && stopped.took < 7_300_000, `${stopped.took}`)
})

/** `http://a`, which takes each request, and then tells what came of it. */
function createTarget(account: OutputAccount, tell: (request: Message) => void): Output {
  return {
    ...createNullOutput('http://a', account),
    write(batch) {
      account.delivered(batch.length)
      for (const request of batch) tell(request)
    },
  }
}

test('an answer that is too long to go on is counted where it would have come from', async () => {
  const world = new SimWorld(1)
  const ledger = new Ledger()
  const feed = new OutcomeFeed()
  const account = ledger.openOutput('http://a')
  const target = createTarget(account, (request) => {
    feed.tell({ kind: 'failed', request, target: 'http://a', reason: 'response-too-long' })
    feed.tell({ kind: 'failed', request, target: 'http://b', reason: 'response-too-long' })
    feed.tell({ kind: 'failed', request, target: 'http://a', reason: 'timeout' })
  })
  const messages = new BatchChannel<Message>()
  messages.push(connections(1, 3))
  messages.end()
  const input = { name: 'input', messages, limiter: null, stop: () => {} }
  await world.run(
    copy({
      world,
      inputs: [{ ...input, account: ledger.openSource('input') }],
      outputs: [{ output: target, account, limiter: null }],
      shape: null,
      outcomes: feed,
      replayed: new Map([['http://a', ledger.openSource('replayed by http://a')]]),
      split: false,
      stop: new AbortController().signal,
      drainMax: 5_000_000,
    }),
  )
  const { sources } = ledger.snapshot(world.now())
  assert.deepEqual(
    sources.map(({ messages, dropped }) => [messages, dropped]),
    [
      [3, {}],
      [0, { 'message-too-long': 3 }],
    ],
  )
})

test('what a target answers goes on to the outputs that take it, and observers see all of it', async () => {
  const world = new SimWorld(1)
  const ledger = new Ledger()
  const feed = new OutcomeFeed()
  const account = ledger.openOutput('http://a')
  const target = createTarget(account, (request) => {
    const response: Message = { ...request, kind: 'replayed', target: 'http://a' }
    feed.tell({ kind: 'answered', request, response })
  })
  const takers = ['file', 'link'].map((name) => {
    const own = ledger.openOutput(name)
    const output = createNullOutput(name, own)
    return { output, account: own, limiter: null, takesReplayed: name === 'file' }
  })
  const messages = new BatchChannel<Message>()
  messages.push(connections(2, 2))
  messages.end()
  const outcomes: Outcome[] = []
  const captured: Message[] = []
  const account0 = ledger.openSource('input')
  const input = { name: 'input', messages, account: account0, limiter: null, stop: () => {} }
  const running = copy({
    world,
    inputs: [input],
    outputs: [{ output: target, account, limiter: null }, ...takers],
    shape: null,
    outcomes: feed,
    replayed: new Map([['http://a', ledger.openSource('replayed by http://a')]]),
    observers: [
      { captured: (batch) => void captured.push(...batch) },
      { outcome: (outcome) => void outcomes.push(outcome) },
    ],
    split: false,
    stop: new AbortController().signal,
    drainMax: 5_000_000,
  })
  await world.run(running)
  const { sources, outputs, ...totals } = ledger.snapshot(world.now())
  assert.equal(totals.captured, 8)
  assert.deepEqual(
    sources.map((source) => source.messages),
    [4, 4],
  )
  assert.deepEqual(
    outputs.map(({ delivered, dropped }) => [delivered, dropped.kind ?? 0]),
    [
      [4, 4],
      [8, 0],
      [4, 4],
    ],
  )
  assert.deepEqual([captured.length, outcomes.length], [4, 4])
  assertBalanced(ledger.snapshot(world.now()))
})
