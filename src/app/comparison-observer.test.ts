import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import type { JoinedExchange } from '../compare/join/exchange-joiner.ts'
import type { RoleAnswer } from '../model/comparison.ts'
import type { ConnectionId, ExchangeId, Message } from '../model/message.ts'
import type { Output } from '../model/output.ts'
import { ComparisonObserver } from './comparison-observer.ts'
import { Ledger } from './ledger.ts'

class FakeOutput implements Output {
  readonly written: Message[] = []
  readonly closed: ConnectionId[] = []
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  write(batch: readonly Message[]): void {
    this.written.push(...batch)
  }

  ended(connections: readonly ConnectionId[]): void {
    this.closed.push(...connections)
  }

  tick(): void {}

  idle(): boolean {
    return true
  }

  async close(): Promise<void> {}
}

function observe() {
  const ledger = new Ledger()
  const handed: JoinedExchange[] = []
  const reasked: (readonly [ExchangeId, string, RoleAnswer])[] = []
  const outputs = new Map(['c', 'b', 'b2'].map((name) => [name, new FakeOutput(name)]))
  const route = (name: string) => ({
    output: outputs.get(name)!,
    account: ledger.openOutput(name),
    limiter: null,
  })
  const observer = new ComparisonObserver({
    world: { now: () => 0, sleep: async () => {}, random: () => 0 },
    joiner: {
      roles: new Map([
        ['c', 'candidate'],
        ['b', 'baseline'],
        ['b2', 'baseline2'],
      ]),
      isAskedTwice: () => false,
      hasProduction: false,
      waitMax: 100,
      waitingBytesMax: 1e8,
    },
    sink: {
      exchanges: (batch) => handed.push(...batch),
      reasked: (...answer) => reasked.push(answer),
      finish: async () => {},
    },
    candidate: route('c'),
    baselines: [route('b'), route('b2')],
    reaskCount: 3,
  })
  return { observer, handed, reasked, outputs, ledger }
}

function outcome(request: Message, target: string) {
  const response: Message = { ...request, kind: 'replayed', target }
  return { kind: 'answered', request, response } as const
}

test('an exchange is handed on when all have answered', () => {
  const { observer, handed } = observe()
  const request = createRequest({})
  observer.captured([request])
  observer.outcome(outcome(request, 'c'))
  observer.tick(0)
  assert.equal(handed.length, 0)
  observer.outcome(outcome(request, 'b'))
  observer.tick(0)
  assert.deepEqual(Object.keys(handed[0]!.answers).sort(), ['baseline', 'candidate'])
})

test('a request is put to the candidate and to the baselines in turn, each time by itself', () => {
  const { observer, outputs, reasked, handed, ledger } = observe()
  const request = { ...createRequest({}), due: 5, pipelined: true }
  observer.captured([request])
  observer.askAgain(request.id)
  const counts = ['c', 'b', 'b2'].map((name) => outputs.get(name)!.written.length)
  assert.deepEqual(counts, [3, 2, 1])
  const all = [...outputs.values()].flatMap(({ written }) => written)
  assert.equal(new Set(all.map(({ connection }) => connection)).size, 6)
  assert.ok(all.every((message) => message.due === undefined && message.pipelined === undefined))
  for (const [name, { written }] of outputs) {
    for (const message of written) observer.outcome(outcome(message, name))
  }
  assert.deepEqual(
    reasked.map(([id, role]) => [id, role]),
    [
      ...Array.from({ length: 3 }, () => [request.id, 'candidate']),
      ...Array.from({ length: 3 }, () => [request.id, 'baseline']),
    ],
  )
  const closed = [...outputs.values()].flatMap((output) => output.closed)
  assert.equal(new Set(closed).size, 6)
  assert.equal(handed.length, 0)
  const copies = ledger.snapshot(0).outputs.map(({ amplified }) => amplified)
  assert.deepEqual(copies, [3, 2, 1])
})

test('of a request that comes again before it is answered, all answers are handed on', () => {
  const { observer, outputs, reasked } = observe()
  const request = createRequest({})
  observer.captured([request])
  observer.askAgain(request.id)
  observer.askAgain(request.id)
  for (const [name, { written }] of outputs) {
    for (const message of written) observer.outcome(outcome(message, name))
  }
  assert.equal(reasked.length, 12)
})

test('a request that is forgotten, or too long to be kept, is answered as failed', () => {
  const { observer, reasked, outputs } = observe()
  const long = createRequest({ payload: new Uint8Array(20_000) })
  observer.captured([long])
  observer.askAgain(long.id)
  assert.equal(reasked.length, 6)
  assert.ok(reasked.every(([, , { kind }]) => kind === 'failed'))
  assert.equal(outputs.get('c')!.written.length, 0)
})

test('more than the comparer has seen is shed, and counted', async () => {
  const { observer, handed } = observe()
  for (let sequence = 0; sequence < 5_000; sequence++) {
    observer.captured([createRequest({ sequence })])
  }
  await observer.finish()
  assert.equal(handed.length, 4_096)
  assert.equal(observer.counts().shed, 904)
  observer.seen(4_096)
  observer.captured([createRequest({ sequence: 9 })])
  await observer.finish()
  assert.equal(handed.length, 4_097)
})
