import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSlotGenerator } from '../../sim/slot-generator.ts'
import { plainService, SlotService } from '../../sim/slot-service.ts'
import { SimWorld } from '../../sim/world.ts'
import { createTraffic } from '../../test/support/capacity.ts'
import type { GeneratorCeiling } from '../model/capacity.ts'
import type { LoadGenerator } from './capacity-trial.ts'
import { checkGenerator } from './generator-check.ts'

test('what a generator sends at most is found, and what then still waits is let go', async () => {
  const world = new SimWorld(1)
  const traffic = createTraffic({ count: 100, perSecond: 50 })
  const service = new SlotService({ ...plainService, slots: 1_000, serviceTime: 1_000 })
  const plain = createSlotGenerator({ world, service, perSecondMax: 2_000 })
  const busy: LoadGenerator = {
    lanes: 1,
    play: async (trial, stop, onAnswer) => {
      await plain.play(trial, stop, onAnswer)
      trial.log.vitals[0] = 1
    },
  }
  const found: { ceiling: GeneratorCeiling | null } = { ceiling: null }
  const check = { world, traffic, generator: busy, ratePerLane: 10_000, duration: 2_000_000 }
  await world.run(
    checkGenerator(check).then((ceiling) => {
      found.ceiling = ceiling
    }),
  )
  const { rate, reached } = found.ceiling!
  assert.ok(reached && Math.abs(rate - 0.8 * 2_000) < 60, `${rate}`)
})
