// What is measured of a candidate beside its baseline, a pair a second.
import { createRandom } from '../../src/base/seeded-random.ts'
import { RatioBlocks } from '../../src/compare/judge/ratio-blocks.ts'

const second = 1_000_000

/** Pairs with a common slow wave and noise of their own. */
export function measurePairs(slowdown: number, pairs: number, seed: number): RatioBlocks {
  const random = createRandom(seed)
  const noise = () => Math.exp((random() + random() + random() - 1.5) * 0.6)
  const blocks = new RatioBlocks()
  for (let index = 0; index < pairs; index++) {
    const wave = 20_000 * (2 + Math.sin(index / 50))
    blocks.add(index * second, wave * noise() * slowdown, wave * noise())
  }
  return blocks
}
