import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LinkBench as Bench, type FakeWire } from '../../test/support/link-bench.ts'
import { createRequest } from '../../test/support/messages.ts'
import { fc } from '../../test/support/properties.ts'

const second = 1_000_000

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

test('what was written before the wire stood is sent when it does, in order', () => {
  const bench = new Bench()
  bench.write(3)
  assert.ok(bench.output.queuedBytes!() > 100)
  assert.equal(bench.output.idle(), false)
  assert.equal(bench.account.deliveredCount, 0)
  bench.wire.connect()
  bench.write(2)
  assert.deepEqual(bench.received(), upTo(5))
  assert.equal(bench.account.acceptedCount, 5)
  assert.equal(bench.account.deliveredCount, 5)
  assert.equal(bench.output.queuedBytes!(), 0)
  assert.equal(bench.output.idle(), true)
})

test('messages that arrive are the ones that were written, byte for byte', () => {
  const bench = new Bench()
  bench.wire.connect()
  const request = createRequest({
    connection: 7,
    at: 12,
    payload: 'POST / HTTP/1.1\r\n\r\n\x00\xff',
  })
  const response = createRequest({
    kind: 'response',
    connection: 7,
    payload: 'HTTP/1.1 200\r\n\r\n',
  })
  bench.output.write([request, response])
  assert.deepEqual(bench.wire.received(), [request, response])
})

test('the end of a connection follows its messages, and is counted nowhere', () => {
  const bench = new Bench()
  bench.wire.connect()
  const request = createRequest({ connection: 7, at: 12 })
  bench.output.write([request])
  bench.output.ended!([request.connection])
  const [, end, ...more] = bench.wire.received()
  assert.deepEqual([end!.kind, end!.connection, end!.at], ['closed', request.connection, 12])
  assert.deepEqual(more, [])
  assert.deepEqual([bench.account.acceptedCount, bench.account.deliveredCount], [1, 1])
})

test('replayed messages are not for a link', () => {
  const bench = new Bench()
  bench.wire.connect()
  bench.output.write([createRequest({ kind: 'replayed' }), createRequest({})])
  assert.deepEqual([...bench.account.drops], [['kind', 1]])
  assert.equal(bench.account.deliveredCount, 1)
})

test('a message counts as delivered once all its bytes were taken', () => {
  const bench = new Bench({ takenBytesMax: 0 })
  bench.wire.connect()
  bench.write(1)
  bench.wire.take(50)
  bench.pass(second)
  assert.equal(bench.account.deliveredCount, 0)
  assert.equal(bench.output.idle(), false)
  bench.wire.take(1_000)
  assert.equal(bench.account.deliveredCount, 1)
  assert.equal(bench.output.idle(), true)
})

test('a slow peer is written to no further than it asked for, and then goes on', () => {
  const bench = new Bench({ takenBytesMax: 10 })
  bench.wire.connect()
  for (let batch = 0; batch < 10; batch++) bench.write(10)
  assert.ok(bench.wire.pendingBytes() < 10 * 200, 'the first batch alone was handed over')
  bench.wire.take(Number.POSITIVE_INFINITY)
  assert.deepEqual(bench.received(), upTo(100))
  assert.equal(bench.account.deliveredCount, 100)
})

test('while the peer is away, attempts come at growing intervals up to five seconds', () => {
  const bench = new Bench()
  const pauses: number[] = []
  for (let attempt = 0; attempt < 9; attempt++) {
    const failedAt = bench.now
    const wires = bench.wires.length
    bench.wire.close('refused')
    while (bench.wires.length === wires) bench.pass(100_000)
    pauses.push((bench.now - failedAt) / second)
  }
  assert.deepEqual(pauses, [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5])
})

test('a peer that ends each wire at once is not dialled ever faster; one that lasted is', () => {
  const bench = new Bench()
  const pauseAfter = (lifetime: number) => {
    bench.wire.connect()
    bench.pass(lifetime)
    const closedAt = bench.now
    const wires = bench.wires.length
    bench.wire.close('ended')
    while (bench.wires.length === wires) bench.pass(100_000)
    return (bench.now - closedAt) / second
  }
  assert.deepEqual([0, 0, 0].map(pauseAfter), [0.1, 0.2, 0.4])
  assert.equal(pauseAfter(10 * second), 0.1)
})

test('an attempt that hangs is given up after five seconds', () => {
  const bench = new Bench()
  bench.pass(5 * second)
  assert.equal(bench.wire.destroyed, false)
  bench.pass(second)
  assert.equal(bench.wire.destroyed, true)
  bench.wire.close('ended')
  bench.pass(second)
  assert.equal(bench.wires.length, 2)
})

test('when a wire breaks, what it held is lost, what waited is sent, and nothing twice', () => {
  const bench = new Bench({ takenBytesMax: 0 })
  bench.wire.connect()
  bench.write(2)
  bench.wire.take(300)
  bench.write(3)
  bench.takenBytesMax = Number.POSITIVE_INFINITY
  bench.wire.close('reset')
  assert.deepEqual([...bench.account.drops], [['reset', 2]])
  bench.pass(second)
  bench.wire.connect()
  assert.deepEqual(
    bench.wire.received().map(({ sequence }) => sequence),
    [2, 3, 4],
  )
  assert.equal(bench.account.total(), 5)
})

test('beyond the ceiling the oldest messages go, and are counted', () => {
  const bench = new Bench({ queueBytesMax: 10_000 })
  for (let batch = 0; batch < 20; batch++) bench.write(10)
  const shed = bench.account.drops.get('queue-full')!
  assert.ok(shed > 0)
  bench.wire.connect()
  assert.deepEqual(bench.received(), upTo(200).slice(shed))
  assert.equal(bench.account.total(), 200)
})

test('closing ends a wire that holds nothing, and cuts one whose bytes it counts as lost', async () => {
  const clean = new Bench()
  clean.wire.connect()
  clean.write(1)
  await clean.output.close()
  assert.equal(clean.wire.ended, true)
  assert.deepEqual([...clean.account.drops], [])

  const slow = new Bench({ takenBytesMax: 0 })
  slow.wire.connect()
  slow.write(3)
  await slow.output.close()
  assert.equal(slow.wire.destroyed, true)
  assert.deepEqual([...slow.account.drops], [['exit', 3]])
})

test('closing waits for the peer to end its side, and for no longer than a second', async () => {
  for (const [endsAfter, expected] of [
    [0.3 * second, 0.3 * second],
    [5 * second, second],
  ] as const) {
    const bench = new Bench()
    bench.wire.connect()
    bench.write(1)
    const closedAt = bench.now
    bench.asleep = () => {
      if (bench.now === closedAt + endsAfter) bench.wire.close('ended')
    }
    await bench.output.close()
    assert.equal(bench.now - closedAt, expected)
    assert.equal(bench.wire.destroyed, endsAfter > second)
  }
})

test('bytes that were taken just before closing count as delivered', async () => {
  const bench = new Bench({ takenBytesMax: 0 })
  bench.wire.connect()
  bench.write(3)
  bench.wire.takeUntold(10_000)
  await bench.output.close()
  assert.equal(bench.account.deliveredCount, 3)
  assert.equal(bench.account.total(), 3)
})

test('what waits or comes after closing is counted, and nobody is dialled any more', async () => {
  const waiting = new Bench()
  waiting.write(4)
  await waiting.output.close()
  assert.equal(waiting.wire.destroyed, true)
  assert.deepEqual([...waiting.account.drops], [['exit', 4]])
  waiting.wire.close('ended')
  waiting.write(2)
  await waiting.output.close()
  waiting.pass(10 * second)
  assert.equal(waiting.wires.length, 1)
  assert.deepEqual([...waiting.account.drops], [['exit', 6]])
})

type Step =
  | { readonly kind: 'write'; readonly count: number; readonly payloadBytes: number }
  | { readonly kind: 'take'; readonly bytes: number }
  | { readonly kind: 'pass'; readonly duration: number }
  | { readonly kind: 'connect' | 'break' }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('write' as const),
    count: fc.nat(20),
    payloadBytes: fc.oneof(fc.nat(500), fc.nat(40_000)),
  }),
  fc.record({ kind: fc.constant('take' as const), bytes: fc.nat(100_000) }),
  fc.record({ kind: fc.constant('pass' as const), duration: fc.nat(3 * second) }),
  fc.record({ kind: fc.constantFrom('connect' as const, 'break' as const) }),
)

function play(bench: Bench, steps: readonly Step[]): void {
  let connected: FakeWire | null = null
  for (const each of steps) {
    if (each.kind === 'write') bench.write(each.count, each.payloadBytes)
    if (each.kind === 'take') bench.wire.take(each.bytes)
    if (each.kind === 'pass') bench.pass(each.duration)
    if (bench.wire.over) continue
    if (bench.wire.destroyed || each.kind === 'break') bench.wire.close('reset')
    else if (each.kind === 'connect' && connected !== bench.wire) {
      connected = bench.wire
      connected.connect()
    }
  }
}

test('whatever happens, each message has one fate, none arrives twice, and order is kept', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), async (steps, slow) => {
      const takenBytesMax = slow ? 1_000 : Number.POSITIVE_INFINITY
      const bench = new Bench({ queueBytesMax: 100_000, takenBytesMax })
      play(bench, steps)
      await bench.output.close()
      assert.equal(bench.account.total(), bench.written())
      const received = bench.received()
      const ascending = [...new Set(received)].sort((a, b) => a - b)
      assert.deepEqual(received, ascending)
      assert.ok(received.length >= bench.account.deliveredCount, 'delivered, and not received')
    }),
    { numRuns: 500 },
  )
})

test('a peer that says something is no replayer: its wire is ended, told and counted once', () => {
  const bench = new Bench()
  bench.wire.connect()
  bench.write(3)
  const [first] = bench.wires
  first!.say('HTTP/1.1 400 Bad Request')
  first!.say('and more')
  assert.deepEqual([bench.said, bench.account.strangers], [['HTTP/1.1 400 Bad Request'], 1])
  assert.ok(first!.destroyed)
  // What comes now waits for the next wire.
  bench.write(2)
  first!.close('reset')
  bench.pass(second)
  assert.equal(bench.wires.length, 2)
  bench.wire.connect()
  assert.deepEqual(
    bench.wire.received().map(({ sequence }) => sequence),
    [3, 4],
  )
  bench.wire.say('HTTP/1.1 400 Bad Request')
  assert.equal(bench.account.strangers, 2)
})

test('on a wire of records that are kept apart a peer may say what it likes', () => {
  const bench = new Bench({ separately: true })
  bench.wire.connect()
  bench.wire.say('pong')
  bench.write(1)
  assert.deepEqual([bench.said, bench.account.strangers, bench.wire.destroyed], [[], 0, false])
})

test('a peer that ends wire after wire soon is told once; one that lasts was started anew', () => {
  const bench = new Bench()
  const end = (after: number) => {
    bench.wire.connect()
    bench.pass(after)
    bench.wire.close('reset')
    bench.pass(10 * second)
  }
  for (let times = 0; times < 2; times++) end(second)
  for (let times = 0; times < 3; times++) end(8 * second)
  assert.equal(bench.endings, 0)
  for (let times = 0; times < 4; times++) end(second)
  assert.equal(bench.endings, 1)
})
