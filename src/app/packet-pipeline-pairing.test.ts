// Requests and their responses, through whatever the capture loses.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ExchangePacket,
  type ExchangePlan,
  type ExchangeTrace,
  openingPackets,
  traceExchanges,
} from '../../test/support/http-exchanges.ts'
import { fc } from '../../test/support/properties.ts'
import { MemoryBudget } from '../base/memory-budget.ts'
import type { SourceDropReason } from '../model/ledger.ts'
import type { Message } from '../model/message.ts'
import { MessageBatchReader, MessageBatchWriter } from '../protocol/frame/message-batch.ts'
import { defaultCaptureSettings, PacketPipeline } from './packet-pipeline.ts'

interface Outcome {
  readonly requests: readonly Message[]
  readonly responses: readonly Message[]
  readonly drops: ReadonlyMap<SourceDropReason, number>
}

/** Runs packets through a pipeline that follows both sides. */
function capture(packets: readonly ExchangePacket[], synchronized = true): Outcome {
  const drops = new Map<SourceDropReason, number>()
  const out = new MessageBatchWriter()
  const budget = new MemoryBudget(1 << 24)
  const pipeline = new PacketPipeline({
    isCaptured: (_addresses, _offset, port) => port === 80,
    settings: { ...defaultCaptureSettings, responses: true },
    instance: '5f3a9c01',
    limits: { headBytesMax: 65_536, messageBytesMax: 1 << 20 },
    budget,
    account: { dropped: (reason, count) => drops.set(reason, (drops.get(reason) ?? 0) + count) },
    out,
    hashSeed: 1,
  })
  const push = (bytes: Buffer, at: number) => {
    const memory = Uint8Array.from(bytes)
    pipeline.push(memory, 0, memory.length, memory.length, 0x0800, at)
    memory.fill(0xaa)
  }
  if (synchronized) for (const bytes of openingPackets()) push(bytes, 0)
  let ticked = 0
  for (const { at, bytes } of packets) {
    for (; ticked + 100_000 <= at; ticked += 100_000) pipeline.tick(ticked)
    push(bytes, at)
  }
  pipeline.finish(packets.at(-1)?.at ?? 0)
  assert.equal(budget.used(), 0)
  const batch = out.take()
  const messages = batch === null ? [] : new MessageBatchReader().read(batch)
  const ofKind = (kind: Message['kind']) => messages.filter((message) => message.kind === kind)
  messages.forEach((message, index) => {
    if (message.kind !== 'response') return
    const request = messages.findIndex(({ kind, id }) => kind === 'request' && id === message.id)
    assert.ok(request >= 0 && request < index, 'a request comes before its response')
  })
  return { requests: ofKind('request'), responses: ofKind('response'), drops }
}

/** Every pair is one of those that were sent, byte for byte; gives the numbers of those sent. */
function checkPairs({ requests, responses }: Outcome, trace: ExchangeTrace): readonly number[] {
  const seen = new Set<string>()
  return responses.map((response) => {
    assert.ok(!seen.has(response.id), 'one response for each request')
    seen.add(response.id)
    const request = requests.find(({ id }) => id === response.id)!
    const number = trace.requests.indexOf(textOf(request))
    assert.ok(number >= 0)
    assert.equal(textOf(response), trace.responses[number])
    return number
  })
}

function textOf({ payload }: Message): string {
  return Buffer.from(payload).toString('latin1')
}

function sum(drops: ReadonlyMap<SourceDropReason, number>): number {
  return [...drops.values()].reduce((total, count) => total + count, 0)
}

const form = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'POST'),
  requestBytes: fc.nat(200),
  responseBytes: fc.nat(300),
  response: fc.constantFrom('length', 'chunked', '304', '204', 'interim'),
})
/** Whose responses can be framed without their requests. */
const plainForm = form.map((any) => ({
  ...any,
  method: any.method === 'HEAD' ? ('GET' as const) : any.method,
  response: any.response === 'interim' ? ('length' as const) : any.response,
}))
const choices = fc.array(fc.nat(1_000), { minLength: 20, maxLength: 60, size: 'max' })

function planOf(
  each: typeof form | typeof plainForm,
  burstMax: number,
): fc.Arbitrary<ExchangePlan> {
  const burst = fc.array(each, { minLength: 1, maxLength: burstMax })
  const bursts = fc.array(burst, { minLength: 1, maxLength: 10, size: 'max' })
  return fc.record({ bursts, client: fc.constant('waiting'), choices })
}

/** Whether each packet is lost to the capture, in turn; some runs lose a lot, some very little. */
const losses = fc.oneof(
  fc.array(fc.boolean(), { minLength: 1, maxLength: 40, size: 'max' }),
  fc.array(
    fc.nat(20).map((number) => number === 0),
    { minLength: 1, maxLength: 200, size: 'max' },
  ),
)

function lose(
  { packets }: ExchangeTrace,
  isLost: readonly boolean[],
  side: ExchangePacket['side'] | 'both',
): readonly ExchangePacket[] {
  return packets.filter(
    (packet, index) => (side !== 'both' && packet.side !== side) || !isLost[index % isLost.length]!,
  )
}

const runs = { numRuns: Number(process.env.RUNS ?? 400) }

test('without a loss every response is paired with its request, however pipelined', () => {
  const plans = fc.tuple(planOf(form, 5), fc.constantFrom('eager' as const, 'sliding' as const))
  fc.assert(
    fc.property(plans, ([plan, client]) => {
      const trace = traceExchanges({ ...plan, client })
      const outcome = capture(trace.packets)
      assert.deepEqual(outcome.requests.map(textOf), trace.requests)
      assert.deepEqual(
        checkPairs(outcome, trace),
        trace.requests.map((_, number) => number),
      )
      assert.deepEqual([...outcome.drops], [])
    }),
    runs,
  )
})

test('whatever is lost on either side, pairs are right or absent', () => {
  const sides = fc.constantFrom('client' as const, 'server' as const, 'both' as const)
  fc.assert(
    fc.property(planOf(form, 4), losses, sides, fc.boolean(), (plan, lost, side, opened) => {
      const trace = traceExchanges(plan)
      checkPairs(capture(lose(trace, lost, side), opened), trace)
    }),
    runs,
  )
})

test('of a client that does not wait for its answers, pairs are right or absent, too', () => {
  fc.assert(
    fc.property(planOf(form, 6), losses, fc.boolean(), (plan, lost, whole) => {
      const trace = traceExchanges({ ...plan, whole, client: 'sliding' })
      // It is seen not to wait before anything is lost.
      const seen = trace.packets.filter((_, index) => index < 20 || !lost[index % lost.length])
      checkPairs(capture(seen), trace)
    }),
    runs,
  )
})

test('every response that is lost on the server side is counted exactly once', () => {
  fc.assert(
    fc.property(planOf(form, 4), losses, (plan, lost) => {
      const trace = traceExchanges({ ...plan, client: 'eager' })
      const outcome = capture(lose(trace, lost, 'server'))
      checkPairs(outcome, trace)
      assert.equal(outcome.requests.length, trace.requests.length)
      assert.equal(outcome.responses.length + sum(outcome.drops), trace.responses.length)
    }),
    runs,
  )
})

test('every response without a pair, for requests that are lost, is counted exactly once', () => {
  fc.assert(
    fc.property(planOf(plainForm, 4), losses, (plan, lost) => {
      const trace = traceExchanges({ ...plan, whole: true })
      const outcome = capture(lose(trace, lost, 'client'))
      checkPairs(outcome, trace)
      const { drops } = outcome
      const unpaired = (drops.get('no-request') ?? 0) + (drops.get('no-response') ?? 0)
      assert.equal(outcome.responses.length + unpaired, trace.responses.length)
    }),
    runs,
  )
})

test('only the exchange is unpaired that a lost response belongs to', () => {
  const plan = planOfPlain(4)
  const trace = traceExchanges(plan)
  const first = trace.packets.findIndex(({ side }) => side === 'server')
  const outcome = capture(trace.packets.filter((_, index) => index !== first))
  assert.deepEqual(checkPairs(outcome, trace), [1, 2, 3])
  assert.deepEqual([...outcome.drops], [['gap', 1]])
})

test('after a lost request pairs are certain again one exchange later', () => {
  const plan = planOfPlain(6)
  const trace = traceExchanges(plan)
  const lost = trace.packets.findIndex(({ bytes }) => bytes.includes('GET /1 '))
  const outcome = capture(trace.packets.filter((_, index) => index !== lost))
  assert.deepEqual(checkPairs(outcome, trace), [0, 3, 4, 5])
  // The second exchange's request, and the responses of the second and of the third.
  assert.deepEqual([...outcome.drops].sort(), [
    ['gap', 1],
    ['no-request', 1],
    ['no-response', 1],
  ])
})

test('a client that reads on between requests sent together has no pairs after one of them is lost', () => {
  const { bursts } = planOfPlain(4)
  // It sends the second request at once, and each further one when it has read an answer.
  const choices = [0, 379, 0, 79, 199, 527, 0, 79, 49, 446, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  const plan = { bursts: [bursts.flat()], client: 'eager', whole: true, choices } as const
  const trace = traceExchanges(plan)
  const lost = trace.packets.findIndex(({ side }) => side === 'client')
  const outcome = capture(trace.packets.filter((_, index) => index !== lost))
  assert.deepEqual(checkPairs(outcome, trace), [])
  assert.deepEqual([...outcome.drops].sort(), [
    ['gap', 1],
    ['no-request', 1],
    ['no-response', 3],
  ])
})

test('a connection that was open before the capture has pairs from its third exchange on', () => {
  const trace = traceExchanges(planOfPlain(5))
  const outcome = capture(trace.packets, false)
  assert.deepEqual(checkPairs(outcome, trace), [2, 3, 4])
  assert.deepEqual([...outcome.drops], [['no-response', 2]])
})

/** Exchanges one after the other, each message in a segment of its own. */
function planOfPlain(count: number): ExchangePlan {
  const form = { method: 'GET', requestBytes: 9, responseBytes: 9, response: 'length' } as const
  return { bursts: Array(count).fill([form]), client: 'waiting', whole: true, choices: [0] }
}
