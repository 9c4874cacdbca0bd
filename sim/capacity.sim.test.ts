// The search for a target's capacity in virtual time, against services whose capacity is known by
// construction, by seed. A failure names its seed: SEED=… npm run sim.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SearchResult, type SimulatedSearch, searchCapacity } from './capacity-run.ts'
import { knownServices, perSecondTrue, searchFor } from './known-capacity.ts'
import { plainService } from './slot-service.ts'

const seeds = Array.from(
  { length: Math.ceil(Number(process.env.SEEDS ?? 25) / 25) },
  (_, n) => n + 1,
)
const chosen = process.env.SEED === undefined ? seeds : [Number(process.env.SEED)]

async function searchSeed(seed: number, search: SimulatedSearch): Promise<SearchResult> {
  try {
    return await searchCapacity(seed, search)
  } catch (error) {
    throw new Error(`SEED=${seed} npm run sim`, { cause: error })
  }
}

for (const [name, service] of Object.entries(knownServices)) {
  for (const truth of [1.3, 6, 40]) {
    test(`${name}: what bears ${truth} × is found to bear that`, async () => {
      for (const seed of chosen) {
        const { capacity, normal, seconds } = await searchSeed(seed, searchFor(service, truth))
        const real = perSecondTrue / normal
        const off = capacity.answer.level / real
        // One search in ten may be off by more than a tenth; none by much more.
        assert.ok(off > 0.85 && off < 1.1, `SEED=${seed}: ${capacity.answer.level} of ${real}`)
        assert.ok(seconds < 480, `SEED=${seed}: ${seconds} s`)
      }
    })
  }
}

test('a target that stays broken under normal load is told to be metastable', async () => {
  const service = { ...plainService, slots: 8, serviceTime: 20_000, slowFrom: 150 }
  for (const seed of chosen) {
    const { capacity } = await searchSeed(seed, searchFor(service, 1.3))
    assert.equal(capacity.recovery?.metastable, true, `SEED=${seed}`)
  }
})

test('one that recovers is not', async () => {
  const service = { ...plainService, slots: 8, serviceTime: 20_000, slowFrom: 150 }
  for (const seed of chosen) {
    const { capacity } = await searchSeed(seed, searchFor(service, 6))
    assert.equal(capacity.recovery?.metastable, false, `SEED=${seed}`)
    assert.ok(capacity.recovery!.seconds! > 0)
  }
})

test('every trial that held had a rate below the truth, and every one above it broke', async () => {
  for (const seed of chosen) {
    const { capacity } = await searchSeed(seed, searchFor(knownServices['a queue']!, 6))
    for (const { verdict, rate } of capacity.trials) {
      if (verdict === 'holds') assert.ok(rate < perSecondTrue * 1.05, `SEED=${seed}: ${rate}`)
      else assert.ok(rate > perSecondTrue * 0.85, `SEED=${seed}: ${rate}`)
    }
  }
})
