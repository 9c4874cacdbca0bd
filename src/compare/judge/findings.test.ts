import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createChange,
  createComparison,
  createDrift,
  createNoise,
} from '../../../test/support/comparisons.ts'
import { createRandom } from '../../base/seeded-random.ts'
import type { Attribution, ComparisonMode } from '../../model/comparison.ts'
import type { Finding } from '../../model/verdict.ts'
import { findDifferences, formatEvidence } from './findings.ts'
import { RunTallyKeeper } from './run-tally-keeper.ts'

const request = { target: '/orders/7', features: [], isKept: true, orphan: false }

function find(
  exchanges: readonly (readonly Attribution[])[],
  mode: ComparisonMode = 'baseline-twice',
): readonly Finding[] {
  const keeper = new RunTallyKeeper()
  for (const attributions of exchanges)
    keeper.add(createComparison({ attributions, mode }), request)
  return findDifferences(keeper.tally())
}

function times<T>(count: number, value: T): readonly T[] {
  return Array.from({ length: count }, () => value)
}

test('a change that shows again and again is confirmed, with its numbers', () => {
  const [finding] = find([...times(20, [createChange()]), ...times(80, [])])
  assert.equal(finding?.state, 'confirmed')
  assert.equal(finding?.id, 'GET /orders/{id} $.total value')
  assert.equal(finding?.example, '10 → 11')
  assert.deepEqual([finding?.shown, finding?.exchanges], [20, 100])
  assert.match(finding!.why, /^20 of 100 exchanges show it; the candidate alone differs in 20, /)
})

test('a change that showed a few times is suspected, and one that showed once is nothing', () => {
  assert.equal(find(times(6, [createChange()]))[0]?.state, 'suspected')
  assert.deepEqual(find([[createChange()]]), [])
})

test('drift and noise are no findings', () => {
  assert.deepEqual(find(times(100, [createDrift(), createNoise({ path: '$.other' })])), [])
})

test('a field that differs by itself is a finding only where the candidate differs more often', () => {
  const distinct = (index: number) => ({ baseline: `${index}1`, candidate: `${index}2` })
  const mixed = (changes: number, noises: number) => [
    ...Array.from({ length: changes }, (_, index) => [createChange({ values: distinct(index) })]),
    ...Array.from({ length: noises }, (_, index) => [createNoise({ values: distinct(-index) })]),
  ]
  assert.deepEqual(find(mixed(20, 40)), [])
  assert.equal(find(mixed(60, 20))[0]?.state, 'confirmed')
})

test('one server that answers the same request otherwise all the time is no finding', () => {
  const habit = times(60, [createChange()])
  assert.deepEqual(find([...habit, ...times(10, [createNoise()])]), [])
})

test('requests asked again decide what a few exchanges do not', () => {
  const keeper = new RunTallyKeeper()
  for (const attributions of times(3, [createChange()])) {
    keeper.add(createComparison({ attributions, mode: 'baseline' }), request)
  }
  assert.equal(findDifferences(keeper.tally())[0]?.state, 'suspected')
  for (let time = 0; time < 5; time++) {
    keeper.reasked('GET /orders/{id}', [{ path: '$.total', kind: 'value', confirmed: true }])
  }
  const [finding] = findDifferences(keeper.tally())
  assert.equal(finding?.state, 'confirmed')
  assert.match(finding!.why, /asked again, 5 of 5 bear it out/)
})

test('with one answer of the baseline the shape is held against the candidate, values are not', () => {
  const missing = createChange({ kind: 'missing', weight: 'fail' })
  assert.equal(find(times(20, [missing]), 'baseline')[0]?.state, 'confirmed')
  assert.equal(find(times(20, [createChange()]), 'baseline')[0]?.state, 'suspected')
})

test('without a baseline a value is advice', () => {
  const advice = createChange({ weight: 'advice' })
  assert.equal(find(times(20, [advice]), 'production')[0]?.state, 'advice')
})

test('what production does as well is advice: a fix', () => {
  const fix = createChange({ label: 'changed-agrees-with-production', weight: 'warn' })
  assert.notEqual(find(times(40, [fix]))[0]?.state, 'confirmed')
})

test('where nothing changed, hardly any of 200 runs confirms anything', () => {
  const random = createRandom(11)
  let confirmed = 0
  for (let run = 0; run < 200; run++) {
    const exchanges = Array.from({ length: 300 }, () => {
      const attributions: Attribution[] = []
      for (let field = 0; field < 20; field++) {
        const path = `$.f${field}`
        const drawn = random()
        // Three answers with one odd one, which is anybody's.
        if (drawn < 0.03) attributions.push(createChange({ path }))
        else if (drawn < 0.09) attributions.push(createNoise({ path }))
      }
      return attributions
    })
    if (find(exchanges).some(({ state }) => state === 'confirmed')) confirmed += 1
  }
  assert.ok(confirmed <= 1, `${confirmed} of 200`)
})

test('evidence is written as people read it', () => {
  assert.equal(formatEvidence(0), '1.0')
  assert.equal(formatEvidence(Math.log(250)), '250')
  assert.equal(formatEvidence(100), '10^43')
})
