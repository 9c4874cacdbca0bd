import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measurePairs } from '../../../test/support/ratio-pairs.ts'
import { RatioBlocks } from './ratio-blocks.ts'
import { estimateRatio } from './ratio-estimate.ts'

test('a block that is not over counts once it has five pairs', () => {
  const blocks = new RatioBlocks()
  for (let index = 0; index < 4; index++) blocks.add(index, 200, 100)
  assert.equal(blocks.blocks().length, 0)
  blocks.add(4, 200, 100)
  assert.deepEqual(blocks.blocks(), [
    {
      ...{ at: 0, pairs: 5, logRatio: Math.log(2), difference: 100 },
      ...{ tailLogRatio: Math.log(2), tailDifference: 100 },
    },
  ])
})

test('a long run is held in bounded memory, and comes to the same ratio', () => {
  const blocks = measurePairs(1.2, 20_000, 3).blocks()
  assert.ok(blocks.length <= 512)
  assert.equal(
    blocks.reduce((sum, block) => sum + block.pairs, 0),
    20_000,
  )
  assert.ok(Math.abs(estimateRatio(blocks)!.ratio - 1.2) < 0.02)
})

test('as many blocks are held as are asked for', () => {
  const blocks = new RatioBlocks([], 8)
  for (let index = 0; index < 1_000; index++) blocks.add(index * 1_000_000, 200, 100)
  assert.ok(blocks.blocks().length <= 8)
  assert.equal(estimateRatio(blocks.blocks())?.ratio, 2)
})

test('blocks that were stored go on', () => {
  const stored = measurePairs(1, 100, 1).blocks()
  const further = new RatioBlocks(stored)
  assert.deepEqual(further.blocks(), stored)
})

test('the slowest twentieth of a block is told apart from its typical pair', () => {
  const blocks = new RatioBlocks()
  for (let index = 0; index < 20; index++) blocks.add(index, index === 7 ? 900 : 100, 100)
  const [block] = blocks.blocks()
  assert.deepEqual([block?.logRatio, block?.difference], [0, 0])
  assert.deepEqual([block?.tailLogRatio, block?.tailDifference], [Math.log(9), 800])
})
