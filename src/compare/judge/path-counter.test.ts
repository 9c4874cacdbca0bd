import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createChange,
  createComparison,
  createDrift,
  createNoise,
} from '../../../test/support/comparisons.ts'
import type { Attribution } from '../../model/comparison.ts'
import type { PathTally } from '../../model/run-tally.ts'
import { createPathTally, PathCounter } from './path-counter.ts'

const request = { target: '/orders/7', features: [], isKept: true }

function count(
  exchanges: readonly (readonly Attribution[])[],
  features: readonly string[] = [],
): PathTally {
  const counter = new PathCounter(createPathTally('$.total', 'value', '', 0))
  for (const attributions of exchanges) {
    counter.add(attributions, createComparison({ attributions }), { ...request, features })
  }
  return counter.tally()
}

test('who is the odd one of three answers is counted once an exchange', () => {
  const agreesWithSecond = createNoise({
    values: { baseline: '10', baseline2: '12', candidate: '12' },
    equal: {
      baselines: false,
      baselineProduction: true,
      candidateBaseline: false,
      candidateProduction: false,
    },
  })
  const allDiffer = createNoise({
    values: { baseline: '10', baseline2: '12', candidate: '14' },
    equal: agreesWithSecond.equal,
  })
  const tally = count([
    [createChange(), createChange({ at: '$.other' })],
    [createNoise()],
    [agreesWithSecond],
    [allDiffer],
    [createDrift()],
  ])
  assert.equal(tally.exchanges, 5)
  assert.equal(tally.candidateOdd, 1)
  assert.equal(tally.baselineOdd, 2)
})

test('what a weaker check lets pass is counted, unless the check proves the values alike', () => {
  const passed = { label: 'unstable', weight: 'none', holds: true } as const
  const values = (candidate: string) => ({ baseline: '1', baseline2: '1', candidate })
  const tally = count([
    [createChange({ ...passed, rule: 'float', values: values('1.01') })],
    [createChange({ ...passed, rule: 'float', values: values('1.01') })],
    [createChange({ ...passed, rule: 'float', values: values('1.02') }), createChange()],
    [createChange({ ...passed, rule: 'alias' })],
    [createNoise({ rule: 'float' })],
    [createDrift({ rule: 'float' })],
  ])
  assert.deepEqual([tally.hidden, tally.hiddenDistinct], [{ float: 2 }, 1])
  assert.equal(tally.candidateOdd, 1)
})

test('a fix is not held against the candidate', () => {
  const fix = createChange({ label: 'changed-agrees-with-production', weight: 'warn' })
  assert.equal(count([[fix]]).candidateOdd, 0)
})

test('a value that breaks the weaker check alone is counted, though the baselines differ', () => {
  const broken = createNoise({
    weight: 'check',
    rule: 'timestamp',
    baselineHolds: true,
    values: { baseline: '10:00', baseline2: '10:01', candidate: 'soon' },
    equal: {
      baselines: false,
      baselineProduction: null,
      candidateBaseline: false,
      candidateProduction: null,
    },
  })
  const tally = count([[broken]])
  assert.equal(tally.candidateOdd, 0)
  assert.deepEqual(tally.broken, { candidate: 1, baseline: 0 })
})

test('a change leaves its values, classes, features, session and example', () => {
  const tally = count([[createChange()], [createChange()], [createNoise()]], ['query.page=1'])
  assert.deepEqual(tally.pairs, [
    { from: '10', to: '11', fromClass: 'integer', toClass: 'integer', count: 2 },
  ])
  assert.deepEqual(tally.classes, { 'integer → integer': 2 })
  assert.deepEqual(tally.features, { 'query.page=1': 2 })
  assert.equal(tally.sessions.length, 1)
  assert.equal(tally.examples.length, 2)
})

test('data that is out of step is kept with its place', () => {
  const tally = count([[createDrift()], [createDrift()]])
  assert.deepEqual(tally.drifts, [
    { target: '/orders/7', at: '$.total', production: '10', staging: '13', count: 2 },
  ])
  assert.deepEqual(tally.pairs, [])
})

test('a tally that was stored goes on, in bounded memory', () => {
  const counter = new PathCounter(count([[createChange()]]))
  for (let index = 0; index < 1_000; index++) {
    const attribution = createChange({
      at: `$.${index}`,
      values: { production: '1', baseline: String(index), candidate: 'x' },
      equal: { ...createChange().equal, baselineProduction: false },
    })
    const comparison = createComparison({ session: String(index) })
    const features = [`query.n=${index}`]
    counter.add([attribution], comparison, { target: `/orders/${index}`, features, isKept: true })
  }
  const tally = counter.tally()
  assert.equal(tally.candidateOdd, 1_001)
  assert.ok(tally.pairs.length <= 12 && tally.drifts.length <= 50 && tally.examples.length <= 10)
  assert.ok(tally.sessions.length <= 256 && Object.keys(tally.features).length <= 128)
})

test('what values are held to is counted, and which exchanges show a change', () => {
  const noise = createNoise({ rule: 'timestamp', holds: true })
  const tally = count([[createChange()], [noise], [noise]])
  assert.deepEqual(tally.rules, { equal: 1, timestamp: 2 })
  assert.equal(tally.sketch.length, 1)
})
