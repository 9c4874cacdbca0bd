import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAnswers, createComparison } from '../../../test/support/comparisons.ts'
import type { AnswerSummary, ByRole, ComparisonMode } from '../../model/comparison.ts'
import type { RunTally } from '../../model/run-tally.ts'
import { RunTallyKeeper } from './run-tally-keeper.ts'
import { findSizeChanges, judgeSizes } from './size-gate.ts'

const second = 1_000_000

/** A request a second; bodies as told, production's and others' of 500 bytes. */
function tally(
  count: number,
  sizes: (index: number) => ByRole<number>,
  mode: ComparisonMode = 'baseline-twice',
): RunTally {
  const keeper = new RunTallyKeeper()
  for (let index = 0; index < count; index++) {
    const parts = Object.entries(sizes(index)).map(([role, bodyBytes]) => [role, { bodyBytes }])
    const all = createAnswers(Object.fromEntries(parts) as ByRole<Partial<AnswerSummary>>)
    const { production, candidate } = all
    const answers = mode === 'production' ? { production, candidate } : all
    const at = index * second
    const comparison = createComparison({ at, mode, answers: answers as typeof all })
    keeper.add(comparison, { target: '/orders/7', features: [], isKept: true, orphan: false })
  }
  return keeper.tally()
}

const told = { sizeRatioMax: null }
const limited = { sizeRatioMax: 1.1 }

function judge(run: RunTally, options: typeof told | typeof limited) {
  const found = findSizeChanges(run, options)
  const { outcome, why } = judgeSizes(found)
  return { states: found.findings.map(({ state }) => state), outcome, why }
}

const cases: readonly (readonly [
  name: string,
  sizes: (index: number) => ByRole<number>,
  told: string,
  limited: string,
])[] = [
  ['larger by a third', () => ({ candidate: 670 }), 'advice pass', 'confirmed fail'],
  ['smaller by a third', () => ({ candidate: 330 }), 'advice pass', 'confirmed fail'],
  [
    'larger by an eighth, below what is told of',
    () => ({ baseline: 1_000, baseline2: 1_000, candidate: 1_130 }),
    ' pass',
    'confirmed fail',
  ],
  [
    'twice as large, of few bytes',
    () => ({ baseline: 40, baseline2: 40, candidate: 80 }),
    ' pass',
    ' pass',
  ],
  ['as large as before', () => ({}), ' pass', ' pass'],
  [
    'now and then larger, now and then smaller',
    (index) => {
      const [even, odd] = index % 2 === 0 ? [900, 280] : [280, 900]
      return { baseline: odd, baseline2: odd, candidate: even }
    },
    ' pass',
    ' pass',
  ],
  [
    'the largest twentieth alone larger',
    (index) => ({ candidate: index % 12 === 0 ? 5_000 : 500 }),
    'advice pass',
    'confirmed fail',
  ],
]

for (const [name, sizes, whenTold, whenLimited] of cases) {
  test(`answers that are ${name} come to ${whenTold}, and with a limit to ${whenLimited}`, () => {
    const run = tally(200, sizes)
    const [a, b] = [judge(run, told), judge(run, limited)]
    assert.equal(`${a.states.join()} ${a.outcome}`, whenTold)
    assert.equal(`${b.states.join()} ${b.outcome}`, whenLimited)
  })
}

test('where the second answer of the baseline is as much larger, a size tells nothing', () => {
  const run = tally(200, () => ({ baseline2: 700, candidate: 700 }))
  assert.deepEqual(judge(run, told).states, [])
  assert.deepEqual(judge(run, limited), {
    states: [],
    outcome: 'undecided',
    why: 'other sizes, but so has the baseline: GET /orders/{id}',
  })
})

test('with production alone a size is advice, whatever the limit', () => {
  const run = tally(200, () => ({ candidate: 900 }), 'production')
  assert.deepEqual(judge(run, limited).states, ['advice'])
  assert.equal(judge(run, limited).outcome, 'pass')
})

test('what is told says by how many bytes, and how that is known', () => {
  const { findings } = findSizeChanges(
    tally(200, () => ({ candidate: 350 })),
    told,
  )
  assert.deepEqual(
    findings.map(({ path, example, why }) => [path, example, why]),
    [
      [
        'size',
        '× 0.70, 150 bytes fewer',
        '× 0.70 (0.70 to 0.70; 200 pairs in 20 blocks of time); ' +
          '× 1.2 either way is not worth telling',
      ],
    ],
  )
})

test('a few requests decide nothing, and the gate says so', () => {
  const { states, why } = judge(
    tally(40, () => ({ candidate: 900 })),
    limited,
  )
  assert.deepEqual(states, [])
  assert.match(why, /\(1 of 1 seen too briefly to tell\)/)
})

test('a size that a rule accepts fails nothing', () => {
  const found = findSizeChanges(
    tally(200, () => ({ candidate: 900 })),
    limited,
  )
  const findings = found.findings.map((finding) => ({ ...finding, state: 'accepted' as const }))
  assert.equal(judgeSizes({ ...found, findings }).outcome, 'pass')
})
