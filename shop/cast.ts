// The four instances that judging a release is about, each with data and chance of its own.
import type { BugName } from './bugs.ts'
import type { ShopOptions } from './call.ts'
import { makeData } from './data.ts'
import { allDrift, type DriftKind } from './drift.ts'
import { drive, type ShopExchange } from './drive.ts'
import { allNoise, type NoiseKind } from './noise.ts'
import { createShop, type Shop } from './shop.ts'

export type Role = 'baseline' | 'baselineAgain' | 'candidate'

/** What is set up; all drift and noise and no bug unless said otherwise. */
export interface Scenario {
  readonly seed: number
  /** Of the candidate. */
  readonly bugs?: ReadonlySet<BugName>
  /** Of all but production. */
  readonly drift?: ReadonlySet<DriftKind>
  readonly noise?: ReadonlySet<NoiseKind>
  readonly requests: number
  readonly requestsPerSecond?: number
}

export interface Cast {
  readonly production: Shop
  readonly others: Readonly<Record<Role, Shop>>
  /** Asks everybody the same, in virtual time from 2025-03-10T09:00:00Z on. */
  play(): Generator<ShopExchange<Role>, void, undefined>
}

const startsAt = 1_741_597_200_000_000

/** The same scenario gives the same exchanges. */
export function createCast(scenario: Scenario): Cast {
  const { seed, bugs = new Set(), drift = allDrift, noise = allNoise, requests } = scenario
  const create = (chance: number, more: Partial<ShopOptions>) =>
    createShop({
      dataSeed: seed,
      instanceSeed: seed * 16 + chance,
      release: 1,
      bugs: new Set(),
      drift,
      noise,
      ...more,
    })
  const production = create(1, { drift: new Set() })
  const others = {
    baseline: create(2, {}),
    baselineAgain: create(3, {}),
    candidate: create(4, { release: 2, bugs }),
  }
  const { requestsPerSecond = 20 } = scenario
  const data = makeData(seed, new Set())
  const play = () => {
    return drive({ production, others, data, seed, requests, requestsPerSecond, startsAt })
  }
  return { production, others, play }
}
