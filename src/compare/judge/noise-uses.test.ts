import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PathTally, RunTally } from '../../model/run-tally.ts'
import { createEndpointTally } from './endpoint-counter.ts'
import { summariseNoise } from './noise-uses.ts'
import { createPathTally } from './path-counter.ts'
import { emptyRunTally } from './run-tally-keeper.ts'

function tallyOf(paths: readonly Partial<PathTally>[], mode = 'baseline-twice'): RunTally {
  const endpoint = {
    ...createEndpointTally('GET /orders/{id}'),
    modes: { [mode]: 100 },
    paths: paths.map((parts) => ({ ...createPathTally('$.at', 'value', '', 0), ...parts })),
  }
  return { ...emptyRunTally, endpoints: [endpoint] }
}

test('rules are listed with their hits and places, all through the run', () => {
  const uses = summariseNoise(
    tallyOf([
      { rules: { timestamp: 30, equal: 5 } },
      { rules: { timestamp: 2 }, change: 'zero' },
      { path: '$.id', rules: { uuid: 40, timestamp: 1 } },
      { path: '$.name', rules: { equal: 7 } },
    ]),
  )
  assert.deepEqual(
    uses.map(({ rule, hits, places, warning }) => [rule, hits, places, warning]),
    [
      ['uuid', 40, 1, null],
      ['timestamp', 33, 2, null],
    ],
  )
})

const rules = { timestamp: 50 }

const cases: readonly (readonly [why: string, path: Partial<PathTally>, isFlagged: boolean])[] = [
  ['the candidate alone differs all the time', { hidden: { timestamp: 50 } }, true],
  ['it does so a few times', { hidden: { timestamp: 3 } }, false],
  [
    'the baseline differs from itself as often, by habit',
    {
      hidden: { timestamp: 50 },
      hiddenDistinct: 40,
      baselineOdd: 90,
      distinct: { candidateOdd: 0, baselineOdd: 80 },
    },
    false,
  ],
  [
    'the baseline does now and then, and the candidate in many ways',
    {
      hidden: { timestamp: 50 },
      hiddenDistinct: 40,
      baselineOdd: 2,
      distinct: { candidateOdd: 0, baselineOdd: 2 },
    },
    true,
  ],
  ['it is a finding already', { candidateOdd: 50, hidden: { timestamp: 50 } }, false],
]

for (const [why, path, isFlagged] of cases) {
  test(`a rule is ${isFlagged ? '' : 'not '}flagged where ${why}`, () => {
    const [use] = summariseNoise(tallyOf([{ rules, ...path }]))
    assert.equal(use?.warning !== null, isFlagged)
    assert.equal(use?.hides.length, isFlagged ? 1 : 0)
  })
}

test('what is hidden is named with its exchanges, the most first', () => {
  const [use] = summariseNoise(
    tallyOf([
      { rules, hidden: { timestamp: 40 } },
      { path: '$.sent', rules, hidden: { timestamp: 60 } },
    ]),
  )
  assert.deepEqual(use?.hides, [
    { endpoint: 'GET /orders/{id}', path: '$.sent', kind: 'value', exchanges: 60 },
    { endpoint: 'GET /orders/{id}', path: '$.at', kind: 'value', exchanges: 40 },
  ])
  assert.equal(use?.warning, 'hides what would be confirmed without it at 2 places')
})

test('where the baseline was asked once, chance is not known and nothing is flagged', () => {
  const [use] = summariseNoise(tallyOf([{ rules, hidden: { timestamp: 50 } }], 'baseline'))
  assert.equal(use?.warning, null)
})
