import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '../../test/support/messages.ts'
import type { Message, Source } from '../model/message.ts'
import type { Output } from '../model/output.ts'
import { Ledger } from './ledger.ts'
import { RunMeter } from './run-meter.ts'

function createBench() {
  const clock = { now: 1_000_000 }
  const ledger = new Ledger()
  const world = { now: () => clock.now }
  return { clock, ledger, world, meter: new RunMeter({ ledger, world }) }
}

const response = (request: Message, at: number, duration: number): Message => {
  return { ...request, kind: 'response', at, duration }
}

test('production takes from the first byte of a request to the last of its response', () => {
  const { meter } = createBench()
  const request = createRequest({ at: 5_000 })
  meter.captured([request, response(request, 7_000, 1_000)])
  const [production] = meter.snapshot().answerTimes
  assert.equal(production!.role, 'production')
  assert.equal(production!.target, null)
  assert.deepEqual([production!.latency.count, production!.latency.sum], [1, 3_000])
  assert.equal(production!.latencyFromDue, null)
})

test('what is no exchange is not timed: no request, a second response, a tunnel', () => {
  const { meter } = createBench()
  const request = createRequest({ at: 5_000 })
  const tunnelled = createRequest({ connection: 1, raw: true })
  meter.captured([response(createRequest({ sequence: 7 }), 6_000, 0)])
  meter.captured([request, response(request, 6_000, 0), response(request, 9_000, 0)])
  meter.captured([tunnelled, response(tunnelled, 9_000, 0)])
  assert.equal(meter.snapshot().answerTimes[0]!.latency.sum, 1_000)
})

test('a target that answered is the candidate, unless it was given another role', () => {
  const { ledger, world } = createBench()
  const roles = new Map([['http://b', 'baseline' as const]])
  const meter = new RunMeter({ ledger, world, roles })
  const candidate = ledger.openOutput('http://c')
  const baseline = ledger.openOutput('http://b')
  ledger.openOutput('--output-null').delivered(1)
  candidate.answered(200, 900, 1_200)
  candidate.scheduled(300, 0)
  baseline.answered(200, 400, null)
  const times = meter.snapshot().answerTimes
  assert.deepEqual(
    times.map(({ role, target }) => [role, target]),
    [
      ['candidate', 'http://c'],
      ['baseline', 'http://b'],
    ],
  )
  assert.equal(times[0]!.latency.sum, 900)
  assert.equal(times[0]!.latencyFromDue!.sum, 1_200)
  assert.equal(times[0]!.schedule!.sum, 300)
})

test('a source tells of the newest message that came, and how long its way was', async () => {
  const { clock, meter } = createBench()
  const first = createRequest({ at: 990_000 })
  const older = { ...createRequest({ at: 940_000 }), duration: 20_000 }
  const end: Message = { ...createRequest({ at: 999_000 }), kind: 'closed' }
  const batches: Source<Message> = (async function* () {
    yield [first]
    clock.now = 1_060_000
    yield [older, end]
    yield [end]
  })()
  const passed: Message[] = []
  const arrivals: unknown[] = []
  for await (const batch of meter.watch('--input-tcp :1', batches)) {
    passed.push(...batch)
    arrivals.push(meter.snapshot().arrivals)
  }
  assert.deepEqual(passed, [first, older, end, end])
  assert.deepEqual(arrivals, [
    [{ source: '--input-tcp :1', newestAt: 990_000, lag: 10_000 }],
    [{ source: '--input-tcp :1', newestAt: 990_000, lag: 100_000 }],
    [{ source: '--input-tcp :1', newestAt: 990_000, lag: 100_000 }],
  ])
})

test('queues are told by those outputs that know', () => {
  const { meter } = createBench()
  const output: Output = {
    name: 'a',
    write: () => {},
    tick: () => {},
    idle: () => true,
    close: async () => {},
  }
  meter.open([output, { ...output, queuedBytes: () => 17 }])
  assert.deepEqual(meter.snapshot().queuedBytes, [null, 17])
})

test('whoever compares is asked for each snapshot', () => {
  const { meter } = createBench()
  const progress = { exchanges: {}, labels: {}, verdict: 'pass' as const, findings: {} }
  const answers = [null, progress]
  meter.compare(() => answers.shift() ?? null)
  assert.equal(meter.snapshot().comparison, null)
  assert.equal(meter.snapshot().comparison, progress)
})
