import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../test/support/properties.ts'
import type { TrialVerdict } from '../model/capacity.ts'
import { CapacitySearch, type SearchOptions, type SearchStep } from './capacity-search.ts'

const defaults: SearchOptions = { levelMax: 50, precision: 0.05, longTrials: 2 }

/** Runs a search against a target; answers its result and all steps. */
function runSearch(
  judge: (step: SearchStep, index: number) => TrialVerdict,
  options: Partial<SearchOptions> = {},
  clear = false,
) {
  const search = new CapacitySearch({ ...defaults, ...options })
  const steps: SearchStep[] = []
  for (let step = search.next(); step !== null; step = search.next()) {
    steps.push(step)
    assert.ok(steps.length < 200, 'it comes to an end')
    search.record({ verdict: judge(step, steps.length - 1), clear })
  }
  return { ...search.result(), steps }
}

test('a sharp limit is found to the precision, confirmed by long trials', () => {
  fc.assert(
    fc.property(fc.double({ min: 1.06, max: 49, noNaN: true }), (truth) => {
      const found = runSearch(({ level }) => (level <= truth ? 'holds' : 'breaks'))
      assert.equal(found.kind, 'bears')
      assert.ok(found.held <= truth && found.broke! > truth)
      assert.ok(found.broke! / found.held <= 1.05 + 1e-9)
      assert.equal(found.confirmed, 2)
    }),
  )
})

test('1 × comes first, then it doubles, then it bisects on a logarithmic scale', () => {
  const { steps } = runSearch(({ level }) => (level <= 3 ? 'holds' : 'breaks'), {}, true)
  const levels = steps.map(({ level }) => Number(level.toFixed(2)))
  assert.deepEqual(levels, [1, 2, 4, 2.83, 3.36, 3.08, 2.95, 2.95, 2.95])
  assert.deepEqual([steps[0]!.kind, steps[1]!.kind, steps.at(-1)!.kind], ['first', 'short', 'long'])
})

test('what is not clear is decided by two of at most three trials', () => {
  const votes: TrialVerdict[] = ['breaks', 'holds', 'holds', 'breaks', 'breaks']
  const search = new CapacitySearch({ ...defaults, longTrials: 0 })
  for (const verdict of votes.slice(0, 3)) search.record({ verdict, clear: false })
  assert.equal(search.next()!.level, 2)
  for (const verdict of votes.slice(3)) search.record({ verdict, clear: false })
  assert.deepEqual(search.bracket(), { held: 1, broke: 2 })
})

test('long trials that fail step down by 5 % until two hold', () => {
  const found = runSearch(({ kind, level }) =>
    kind === 'long' ? (level <= 7 ? 'holds' : 'breaks') : level <= 8 ? 'holds' : 'breaks',
  )
  assert.ok(found.held <= 7 && found.held > 6.6)
  assert.ok(Math.abs(found.broke! / found.held - 1 / 0.95) < 1e-9)
  assert.equal(found.confirmed, 2)
})

test('a target that breaks at 1 × bears nothing', () => {
  const found = runSearch(() => 'breaks')
  assert.deepEqual([found.kind, found.held, found.steps.length], ['none', 0, 2])
})

test('one that breaks at 1 × in long trials only bears nothing either', () => {
  const found = runSearch(({ kind, level }) =>
    kind !== 'long' && level < 1.02 ? 'holds' : 'breaks',
  )
  assert.equal(found.kind, 'none')
})

test('where nothing breaks it the answer is a lower bound', () => {
  const found = runSearch(() => 'holds', { levelMax: 10 }, true)
  assert.deepEqual([found.kind, found.held, found.broke], ['at-least', 10, null])
  assert.deepEqual(
    found.steps.map(({ level }) => level),
    [1, 2, 4, 8, 10, 10, 10],
  )
})

test('where the generator is the limit the answer is a lower bound too', () => {
  const found = runSearch(({ level }) => (level <= 6 ? 'holds' : 'limited'))
  assert.equal(found.kind, 'generator-bound')
  assert.ok(found.held <= 6 && found.held > 5.6)
})

test('a generator that cannot play 1 × gives no answer about the target', () => {
  assert.equal(runSearch(() => 'limited').kind, 'generator-bound')
})
