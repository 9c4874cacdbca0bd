import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTraffic, plan } from '../../test/support/capacity.ts'
import { fc } from '../../test/support/properties.ts'
import { type LoadPlan, levelLimit, lowerBound } from './load-plan.ts'
import { requestFlags } from './recorded-traffic.ts'

/** Every event by what it is, however often. */
function eventsOf({ request, copy, count }: LoadPlan): string[] {
  return Array.from({ length: count }, (_, event) => `${request[event]} ${copy[event]}`).sort()
}

const minute = createTraffic({ count: 6_000, perSecond: 100, each: 4 })

test('1 × has the recorded rate, and k × has k times as much', () => {
  for (const level of [1, 1.3, 2, 3.7, 6, 12.5]) {
    const { count } = plan(minute, level)
    assert.ok(Math.abs(count / (1_000 * level) - 1) < 0.01, `${count} at ${level}`)
  }
})

test('a larger load holds every event of a smaller one', () => {
  const levels = fc.double({ min: 1, max: 15, noNaN: true })
  fc.assert(
    fc.property(levels, levels, (a, b) => {
      const [less, more] = [Math.min(a, b), Math.max(a, b)].map((level) => plan(minute, level))
      const all = new Set(eventsOf(more!))
      assert.ok(eventsOf(less!).every((event) => all.has(event)))
    }),
    { numRuns: 30 },
  )
})

test('events are in order of time, and none is due after the end', () => {
  const { offset, duration } = plan(minute, 9.3)
  assert.deepEqual(
    [...offset],
    [...offset].sort((a, b) => a - b),
  )
  assert.ok(offset[0]! >= 0 && offset.at(-1)! < duration)
})

test('sessions are whole: all that one asks within a stretch, at the recorded distances', () => {
  const load = plan(minute, 1.5)
  const sessions = new Map<string, number[]>()
  load.request.forEach((request, event) => {
    const key = `${minute.session[request]} ${load.copy[event]}`
    sessions.set(key, [...(sessions.get(key) ?? []), load.offset[event]!])
  })
  for (const offsets of sessions.values()) {
    assert.equal(offsets.length, 4)
    for (let index = 1; index < 4; index++)
      assert.equal(offsets[index]! - offsets[index - 1]!, 10_000)
  }
})

test('stretches of the recording are used up before any is cloned', () => {
  const six = plan(minute, 6)
  assert.equal(new Set(six.request).size, six.count)
  assert.equal(six.distinct, 1)
  const twelve = plan(minute, 12)
  assert.equal(twelve.count, 2 * new Set(twelve.request).size)
  assert.equal(twelve.distinct, 0.5)
})

test('clones of a request do not fall together', () => {
  const load = plan(minute, 18)
  const byRequest = Map.groupBy(load.offset.keys(), (event) => load.request[event]!)
  for (const events of byRequest.values()) {
    const offsets = events.map((event) => load.offset[event]!).sort((a, b) => a - b)
    for (let index = 1; index < offsets.length; index++) {
      assert.ok(offsets[index]! - offsets[index - 1]! > 100_000)
    }
  }
})

test('a recording shorter than a trial is played again and again', () => {
  const short = createTraffic({ count: 200, perSecond: 100 })
  const load = plan(short, 1)
  assert.ok(Math.abs(load.count / 1_000 - 1) < 0.01)
  assert.ok(Math.abs(load.distinct - 0.2) < 0.01)
})

test('what changes something is sent as often as at 1 ×, unless writes are amplified', () => {
  const traffic = createTraffic({ count: 6_000, perSecond: 100, writeEvery: 10 })
  const writesOf = (load: LoadPlan) => load.request.filter((request) => request % 10 === 0).length
  const one = writesOf(plan(traffic, 1, { amplifyWrites: false }))
  assert.ok(one > 80 && one < 120)
  assert.equal(writesOf(plan(traffic, 5, { amplifyWrites: false })), one)
  assert.ok(writesOf(plan(traffic, 5)) > 4 * one)
})

test('a session that begins in its middle is opened first, in each copy', () => {
  // Sessions of 20 s, of which each first request opens one: a trial of 10 s has few of those.
  const opens = createTraffic({ count: 6_000, perSecond: 100, each: 2_000 })
  opens.flags.forEach((bits, request) => {
    if (request % 2_000 === 0) opens.flags[request] = bits | requestFlags.opensSession
  })
  const load = plan(opens, 4, { opensSessions: true })
  const firsts = new Map<string, number>()
  for (let event = 0; event < load.count; event++) {
    const client = `${opens.client[load.request[event]!]} ${load.copy[event]}`
    if (!firsts.has(client)) firsts.set(client, event)
  }
  for (const event of firsts.values()) assert.equal(load.request[event]! % 2_000, 0)
  const closed = plan(opens, 4)
  assert.ok(load.count > closed.count && load.count <= closed.count + firsts.size)
  const openings = load.request.filter((request) => request % 2_000 === 0).length
  assert.equal(openings, firsts.size)
})

test('what opens a session comes behind what it needs itself', () => {
  const opens = createTraffic({ count: 6_000, perSecond: 100, each: 2_000 })
  opens.flags[1] = requestFlags.opensSession
  opens.needs.fill(0)
  const load = plan(opens, 1, { opensSessions: true })
  const client = load.request.filter((request) => opens.client[request] === 0)
  if (client[0]! > 1) assert.deepEqual([...client.subarray(0, 2)], [0, 1])
})

test('answers are looked at as often at any level, and always those of the first copy', () => {
  const busy = createTraffic({ count: 60_000, perSecond: 1_000 })
  const looks = (load: LoadPlan) => load.looked.reduce((sum, looked) => sum + looked, 0) / 10
  const [one, five] = [plan(busy, 1), plan(busy, 5)]
  assert.ok(looks(one) > 80 && looks(one) < 260)
  assert.ok(looks(five) > 80 && looks(five) < 460)
  const first = ({ request, looked, copy }: LoadPlan) =>
    request.filter((_, event) => copy[event] === 0 && looked[event] === 1)
  assert.deepEqual(first(five), first(one))
})

test('compressed, the same clients come in less time', () => {
  const load = plan(minute, 3, { compress: true })
  assert.ok(Math.abs(load.count / 3_000 - 1) < 0.01)
  assert.ok(load.copy.every((copy) => copy === 0))
  assert.equal(load.offset[3], 10_000)
})

test('a level is planned only as far as events can be numbered', () => {
  assert.ok(levelLimit(minute, 10_000_000) > 7_000)
  assert.equal(levelLimit(createTraffic({ count: 10, perSecond: 1e9 }), 1e9), 1)
})

test('a bound is found by value', () => {
  const sorted = Float64Array.of(1, 2, 2, 5)
  assert.deepEqual(
    [0, 2, 3, 9].map((value) => lowerBound(sorted, value)),
    [0, 1, 3, 4],
  )
})
