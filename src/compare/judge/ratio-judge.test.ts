import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measurePairs } from '../../../test/support/ratio-pairs.ts'
import type { RatioBlock, RunTally } from '../../model/run-tally.ts'
import { createEndpointTally } from './endpoint-counter.ts'
import { estimateRatio } from './ratio-estimate.ts'
import { describeRatio, evidenceOfChance, findExcesses, type RatioQuestion } from './ratio-judge.ts'
import { emptyRunTally } from './run-tally-keeper.ts'

const question: RatioQuestion = {
  blocksOf: ({ latency }) => latency,
  ratioMax: 1.1,
  isTwoSided: false,
  blocksMin: 5,
  matters: () => true,
}

function run(...endpoints: readonly (readonly [candidate: number, control: number])[]): RunTally {
  const blocks = (ratio: number, seed: number): readonly RatioBlock[] =>
    ratio === 0 ? [] : measurePairs(ratio, 600, seed).blocks()
  return {
    ...emptyRunTally,
    endpoints: endpoints.map(([candidate, control], index) => ({
      ...createEndpointTally(`GET /${index}`),
      latency: {
        byRole: {},
        candidate: blocks(candidate, index + 1),
        control: blocks(control, 99),
      },
    })),
  }
}

function namesIn(tally: RunTally, parts: Partial<RatioQuestion> = {}) {
  const { beyond, unsteady, early, judged } = findExcesses(tally, { ...question, ...parts })
  return { beyond: beyond.map(({ endpoint }) => endpoint.endpoint), unsteady, early, judged }
}

test('an endpoint with more is found out, and one without enough pairs is not judged', () => {
  const found = namesIn(run([1.5, 1], [1, 1], [0, 1]))
  assert.deepEqual(found, { beyond: ['GET /0'], unsteady: [], early: [], judged: 2 })
})

test('less counts where both sides do', () => {
  const tally = run([0.6, 1])
  assert.deepEqual(namesIn(tally).beyond, [])
  assert.deepEqual(namesIn(tally, { isTwoSided: true }).beyond, ['GET /0'])
  const [excess] = findExcesses(tally, { ...question, isTwoSided: true }).beyond
  assert.ok(excess!.ratio.ratio < 0.7, 'it is told as it is')
})

test('what the baseline differs by from itself is no excess', () => {
  assert.deepEqual(namesIn(run([1.5, 1.5])).unsteady, ['GET /0'])
})

test('what is of no matter, and what is seen too briefly, is none either', () => {
  const tally = run([1.5, 1])
  assert.deepEqual(namesIn(tally, { matters: () => false }).beyond, [])
  assert.deepEqual(namesIn(tally, { blocksMin: 1_000 }).early, ['GET /0'])
})

test('a rare chance is strong evidence, and a ratio is told with what it rests on', () => {
  assert.ok(evidenceOfChance(1e-8) > 8 && evidenceOfChance(0.5) < 0)
  const told = describeRatio(estimateRatio(measurePairs(1.3, 400, 1).blocks())!, ' at night')
  assert.match(told, /^× 1\.\d\d at night \(1\.\d\d to 1\.\d\d; 400 pairs in \d+ blocks of time\)$/)
})
