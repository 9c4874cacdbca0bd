// Whether answers are larger, judged on sizes that vary by themselves, by seed. A failure names its
// seed: SEED=… npm run sim.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../src/base/seeded-random.ts'
import { RunTallyKeeper } from '../src/compare/judge/run-tally-keeper.ts'
import { findSizeChanges } from '../src/compare/judge/size-gate.ts'
import type { RunTally } from '../src/model/run-tally.ts'
import { createAnswers, createComparison } from '../test/support/comparisons.ts'

const count = Number(process.env.SEEDS ?? 50)
const seeds = Array.from({ length: count }, (_, index) => index + 1)
const chosen = process.env.SEED === undefined ? seeds : [Number(process.env.SEED)]

const usualBytes = [300, 900, 2_500, 700, 12_000, 150, 40_000, 1_800]
const changed = 'GET /e2'
const second = 1_000_000

/** Data that comes and goes makes all answers of a while larger, and each has chance of its own. */
function play(seed: number, seconds: number, larger: number): RunTally {
  const random = createRandom(seed)
  const chance = () => Math.exp((random() + random() + random() - 1.5) * 0.5)
  const keeper = new RunTallyKeeper()
  for (let at = 0; at < seconds * second; at += (-Math.log(1 - random()) / 15) * second) {
    const index = Math.floor(random() * random() * usualBytes.length)
    const endpoint = `GET /e${index}`
    const common = usualBytes[index]! * chance() * (2 + Math.sin(at / second / 40 + seed))
    const draw = () => ({ bodyBytes: Math.round(common * chance()) })
    const own = endpoint === changed ? larger : 1
    const answers = createAnswers({
      baseline: draw(),
      baseline2: draw(),
      candidate: { bodyBytes: Math.round(draw().bodyBytes * own) },
    })
    const comparison = createComparison({ at, endpoint, answers })
    keeper.add(comparison, { target: '/', features: [], isKept: false, orphan: false })
  }
  return keeper.tally()
}

function findIn(seed: number, seconds: number, larger: number): readonly string[] {
  const { findings } = findSizeChanges(play(seed, seconds, larger), { sizeRatioMax: null })
  return findings.map(({ endpoint }) => endpoint)
}

test('no clean candidate has answers of another size', () => {
  for (const seed of chosen) {
    for (const seconds of [60, 100, 200]) {
      assert.deepEqual(findIn(seed, seconds, 1), [], `SEED=${seed} npm run sim`)
    }
  }
})

for (const larger of [1.6, 0.6]) {
  test(`answers ${larger} times as large are told of, and no others`, () => {
    const found = chosen.map((seed) => findIn(seed, 200, larger))
    const right = found.filter(([first, more]) => first === changed && more === undefined)
    assert.ok(right.length >= chosen.length * 0.9, `${right.length} of ${chosen.length}`)
    assert.deepEqual(
      found.flat().filter((endpoint) => endpoint !== changed),
      [],
    )
  })
}
