import assert from 'node:assert/strict'
import { test } from 'node:test'
import { searchCapacity } from '../../sim/capacity-run.ts'
import { plainService, type SlotBodies } from '../../sim/slot-service.ts'
import type { CapacityProgress } from './capacity.ts'

/** 400 requests a second, and normal traffic of 100. */
const search = {
  visits: { perSecond: 100, seconds: 120 },
  service: { ...plainService, slots: 8, serviceTime: 20_000 },
  slo: 'p99<300ms,errors<1%',
}

test('1 × is tried first, and every verdict is told with what is known so far', async () => {
  const told: CapacityProgress[] = []
  const onProgress = (progress: CapacityProgress) => void told.push(progress)
  const { capacity } = await searchCapacity(1, { ...search, options: { onProgress } })
  const judged = told.filter((progress) => progress.kind === 'judged')
  assert.deepEqual([judged[0]!.trial.level, judged[0]!.trial.kind], [1, 'first'])
  assert.deepEqual(judged.at(-1)!.bracket, capacity.answer.bracket)
  assert.equal(judged.length, capacity.trials.length)
  assert.ok(told.some(({ kind }) => kind === 'playing'))
  assert.ok(told.some(({ kind }) => kind === 'recovered'))
})

test('an interruption ends the trial at once, and what is known is the answer', async () => {
  const stop = new AbortController()
  const onProgress = (progress: CapacityProgress) => {
    if (progress.kind === 'playing' && progress.glance.level === 4) stop.abort()
  }
  const { capacity } = await searchCapacity(1, {
    ...search,
    options: { onProgress, stop: stop.signal },
  })
  const { kind, level, ended, bracket } = capacity.answer
  assert.deepEqual([kind, level, ended, bracket], ['at-least', 2, 'interrupted', [2, null]])
})

test("production's own trouble ends the search, in its words", async () => {
  const seen = { trials: 0 }
  const onProgress = ({ kind }: CapacityProgress) => {
    if (kind === 'judged') seen.trials += 1
  }
  const trouble = () => (seen.trials === 2 ? 'the capture lost 3 packets' : null)
  const { capacity } = await searchCapacity(1, { ...search, options: { onProgress, trouble } })
  assert.equal(capacity.answer.ended, 'trouble')
  assert.equal(capacity.answer.endedWhy, 'the capture lost 3 packets')
  assert.equal(capacity.trials.length, 2)
})

test('the time for a search is kept, and its answer says that more was not known', async () => {
  const { capacity, seconds } = await searchCapacity(1, { ...search, options: { timeMax: 60e6 } })
  assert.equal(capacity.answer.ended, 'time')
  assert.ok(seconds < 62)
  assert.ok(capacity.answer.level >= 2)
})

test('a target that breaks at 1 × has no answer, and is not loaded further', async () => {
  const service = { ...search.service, serviceTime: 200_000 }
  const { capacity } = await searchCapacity(1, { ...search, service })
  assert.deepEqual([capacity.answer.kind, capacity.answer.level], ['none', 0])
  assert.ok(capacity.trials.every(({ level }) => level === 1))
})

test('a relative limit is that of what 1 × showed', async () => {
  const { capacity } = await searchCapacity(1, { ...search, slo: 'p99<10x' })
  const normal = capacity.trials[0]!.fromDue.p99
  assert.equal(capacity.limits.p99, Math.max(100_000, normal * 10))
})

test('a generator that cannot keep up is told apart from a target that cannot', async () => {
  const service = { ...search.service, slots: 100 }
  const { capacity, normal } = await searchCapacity(1, { ...search, service, perSecondMax: 600 })
  assert.equal(capacity.answer.kind, 'generator-bound')
  assert.ok(capacity.answer.level < 600 / normal)
  assert.ok(capacity.answer.level > (0.85 * 600) / normal)
})

const list = '{"items":[{"id":7,"stock":3}],"note":"all of them"}'
const wrongAnswers: readonly (readonly [string, SlotBodies | null])[] = [
  ['of another status', null],
  ['an empty list', { usual: () => list, wrong: '{"items":[],"note":"all of them"}' }],
  [
    'of the same shape, and asking to try again',
    { usual: () => list, wrong: '{"items":[{"id":7,"stock":3}],"note":"try again later"}' },
  ],
]
for (const [what, bodies] of wrongAnswers) {
  test(`quick answers that are wrong break a trial as slow ones do: ${what}`, async () => {
    const service = { ...search.service, wrongWhenBusy: 0.9, bodies }
    const { capacity, normal } = await searchCapacity(1, { ...search, service })
    assert.ok(capacity.trials.some(({ reasons }) => reasons.includes('differences')))
    assert.ok(capacity.answer.level < (0.9 * 400) / normal)
  })
}

test('answers that change with time, whatever the load, break nothing', async () => {
  const usual = (at: number) => `{"items":[{"id":7,"stock":${Math.round(at / 1e6)}}],"note":""}`
  const bodies = { usual, wrong: '' }
  const changing = await searchCapacity(1, { ...search, service: { ...search.service, bodies } })
  const steady = await searchCapacity(1, search)
  assert.equal(changing.capacity.answer.level, steady.capacity.answer.level)
  assert.ok(changing.capacity.trials.every(({ reasons }) => !reasons.includes('differences')))
})
