import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SimNetwork } from '../../sim/network.ts'
import { noFaults, SimTarget, type TargetFaults } from '../../sim/target.ts'
import { SimWorld } from '../../sim/world.ts'
import { createTraffic, plan } from '../../test/support/capacity.ts'
import type { RecordedTraffic } from '../capacity/recorded-traffic.ts'
import {
  createTrialLog,
  eventStates,
  latenessQuantile,
  type TrialLog,
} from '../capacity/trial-log.ts'
import type { Message } from '../model/message.ts'
import { createHttpOutput } from '../replay/http-output.ts'
import { parseTargetUrl } from '../replay/target-url.ts'
import { type LookedAnswer, playLoad, readStatus } from './load-player.ts'

const traffic = createTraffic({ count: 400, perSecond: 100, each: 4 })

interface Played {
  readonly log: TrialLog
  readonly target: SimTarget
  readonly answers: readonly LookedAnswer[]
  readonly written: readonly Message[]
  readonly count: number
}

/** Plays 2 × over so many lanes, to a target with these faults; null: to none. */
async function play(
  faults: Partial<TargetFaults> | null,
  parts: {
    readonly lanes?: number
    readonly connectionsMax?: number
    readonly recorded?: RecordedTraffic
  } = {},
): Promise<Played> {
  const { lanes = 1, connectionsMax = 1_000, recorded = traffic } = parts
  const world = new SimWorld(1)
  const network = new SimNetwork(world, { delayMax: 100, pieceBytesMax: 900, windowBytes: 9_000 })
  const endpoint = { host: 'candidate', port: 80, secure: false }
  const target = new SimTarget({ world, network, endpoint, faults: { ...noFaults, ...faults } })
  if (faults !== null) target.start()
  const load = plan(recorded, 2, { duration: 2_000_000, warmup: 400_000 })
  const log = createTrialLog(load.count, lanes)
  const answers: LookedAnswer[] = []
  const written: Message[] = []
  const stop = new AbortController()
  world.after(9_000_000, () => stop.abort())
  const lane = (number: number) =>
    playLoad(
      {
        ...{ world, traffic: recorded, lane: number, lanes, connectionsMax },
        onAnswer: (answer) => void answers.push(answer),
        open: ({ account, onOutcome, watch }) => {
          const output = createHttpOutput({
            ...{ name: 'candidate', target: parseTargetUrl('http://candidate'), world, account },
            edit: { host: 'candidate', pathPrefix: '', mark: null, copyMark: 'X-Rehearsal-Copy' },
            ...{ dial: watch(network.dial), onOutcome, timeout: 5_000_000, connectionsMax },
            ...{ queueBytesMax: 1 << 26, copyJitterMax: 0, wakePause: 1_000 },
          })
          const write = output.write.bind(output)
          output.write = (batch) => {
            written.push(...batch)
            write(batch)
          }
          return output
        },
      },
      load,
      log,
      world.now() + 100_000,
      stop.signal,
    )
  await world.run(Promise.all(Array.from({ length: lanes }, (_, number) => lane(number))).then())
  return { log, target, answers, written, count: load.count }
}

test('every event is sent once, marked as a copy, and its answer is in the log', async () => {
  const { log, target, count } = await play({})
  assert.equal(target.received.length, count)
  for (const { payload } of target.received) assert.match(payload, /\r\nX-Rehearsal-Copy: [12]\r\n/)
  assert.ok(log.state.every((state) => state === 200 || state === 204))
  assert.ok(log.fromDue.every((latency) => latency < 5_000))
  // It may be sent a little before it is due.
  assert.ok(log.fromDue.every((latency, event) => latency >= log.service[event]! - 1_000))
  assert.equal(latenessQuantile(log, 1), 250)
})

test('answers that the plan has looked at are handed on, with when they came', async () => {
  const { answers, count } = await play({})
  assert.equal(answers.length, count)
  const [first] = answers
  assert.match(Buffer.from(first!.payload).toString(), /^HTTP\/1\.1 20/)
  assert.ok(answers.every(({ at }) => at >= first!.at))
})

test('a status is read from the first line, or is none', () => {
  const read = (text: string) => readStatus(Buffer.from(text))
  assert.deepEqual([read('HTTP/1.1 503 X\r\n\r\n'), read('garbage'), read('')], [503, 0, 0])
})

test("production's answers are handed over behind their requests, and never sent", async () => {
  const kept = createTraffic({ count: 400, perSecond: 100, each: 4 })
  kept.answerLength.fill(3)
  const { target, written, count } = await play({}, { recorded: kept })
  assert.equal(target.received.length, count)
  const kinds = written.map(({ kind }) => kind)
  assert.equal(kinds.filter((kind) => kind === 'response').length, count)
  written.forEach(({ kind, id, at }, index) => {
    if (kind !== 'response') return
    assert.equal(written[index - 1]!.id, id)
    assert.ok(at >= written[index - 1]!.at)
  })
})

test('lanes share the sessions out, and together send every event once', async () => {
  const { target, count } = await play({}, { lanes: 3 })
  assert.equal(target.received.length, count)
})

test('what is not answered is a time-out, and what is behind it counts from its due time', async () => {
  const { log, count } = await play({ neverAnswer: 0.2 })
  const states = Map.groupBy(log.state, (state) => state)
  assert.ok(states.get(eventStates.timeout)!.length > count * 0.1)
  log.state.forEach((state, event) => {
    if (state === eventStates.timeout) assert.ok(log.fromDue[event]! > 4_000_000)
  })
})

test('connections that break are failures', async () => {
  const { log } = await play({ closeWithoutAnswer: 0.3 })
  assert.ok(log.state.includes(eventStates.failed))
})

test('a target that accepts no connection is counted, and answers nothing', async () => {
  const { log } = await play(null)
  assert.ok(log.counters[0]! > 0)
  assert.ok(log.state.every((state) => state < 100))
})

test('where connections run out, that is counted', async () => {
  const { log } = await play({}, { connectionsMax: 2 })
  assert.ok(log.counters[1]! > 0)
})
