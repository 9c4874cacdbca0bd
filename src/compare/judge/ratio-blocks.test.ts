import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../base/seeded-random.ts'
import { estimateRatio, RatioBlocks } from './ratio-blocks.ts'

const second = 1_000_000

/** Pairs with a common slow wave and noise of their own. */
function measure(slowdown: number, pairs: number, seed: number): RatioBlocks {
  const random = createRandom(seed)
  const noise = () => Math.exp((random() + random() + random() - 1.5) * 0.6)
  const blocks = new RatioBlocks()
  for (let index = 0; index < pairs; index++) {
    const wave = 20_000 * (2 + Math.sin(index / 50))
    blocks.add(index * second, wave * noise() * slowdown, wave * noise())
  }
  return blocks
}

test('a slowdown of 30 % is outside of 10 % for certain after some hundred requests', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const interval = estimateRatio(measure(1.3, 400, seed).blocks())!
    assert.ok(interval.low > 1.1 && interval.high < 1.55, JSON.stringify(interval))
  }
})

test('where nothing changed, hardly any of 1,000 runs looks 10 % slower', () => {
  let alarms = 0
  for (let seed = 1; seed <= 1_000; seed++) {
    if (estimateRatio(measure(1, 120, seed).blocks())!.low > 1.1) alarms += 1
  }
  assert.equal(alarms, 0)
})

test('few blocks say nothing', () => {
  assert.equal(estimateRatio(measure(2, 40, 1).blocks()), null)
})

test('a block that is not over counts once it has five pairs', () => {
  const blocks = new RatioBlocks()
  for (let index = 0; index < 4; index++) blocks.add(index, 200, 100)
  assert.equal(blocks.blocks().length, 0)
  blocks.add(4, 200, 100)
  assert.deepEqual(blocks.blocks(), [{ at: 0, pairs: 5, logRatio: Math.log(2) }])
})

test('a long run is held in bounded memory, and comes to the same ratio', () => {
  const blocks = measure(1.2, 20_000, 3).blocks()
  assert.ok(blocks.length <= 512)
  assert.equal(
    blocks.reduce((sum, block) => sum + block.pairs, 0),
    20_000,
  )
  assert.ok(Math.abs(estimateRatio(blocks)!.ratio - 1.2) < 0.02)
})

test('blocks that were stored go on', () => {
  const stored = measure(1, 100, 1).blocks()
  const further = new RatioBlocks(stored)
  assert.deepEqual(further.blocks(), stored)
})
