// The instances that judging a release is about, each with data and chance of its own.
import type { BugName } from './bugs.ts'
import type { ShopOptions } from './call.ts'
import { makeData } from './data.ts'
import { allDrift, type DriftKind } from './drift.ts'
import { type Asked, drive, type ShopExchange, toAsked } from './drive.ts'
import { breakShop, type FaultName } from './faults.ts'
import { allNoise, type NoiseKind } from './noise.ts'
import { createShop, type Shop } from './shop.ts'
import type { Twin } from './truth.ts'

export type Role = 'baseline' | 'baselineAgain' | 'candidate'

/** What is set up; all drift and noise and no bug unless said otherwise. */
export interface Scenario {
  readonly seed: number
  /** Of the candidate. */
  readonly bugs?: ReadonlySet<BugName>
  readonly fault?: FaultName
  /** Of all but production. */
  readonly drift?: ReadonlySet<DriftKind>
  readonly noise?: ReadonlySet<NoiseKind>
  readonly requests: number
  readonly requestsPerSecond?: number
}

export interface Cast {
  /** Asks all the same, in virtual time from 2025-03-10T09:00:00Z on. */
  play(): Generator<ShopExchange<Role>, void, undefined>
  /** As `play`, with the two more that `tellTruth` needs; takes half as long again. */
  playWithTruth(): Generator<ShopExchange<Role | Twin>, void, undefined>
  /** Asks that one once more, at a time not before its last; `request` as it was given. */
  askAgain(role: Role, request: Uint8Array, sentAt: number): Asked
}

const startsAt = 1_741_597_200_000_000

/** Is played once; the same scenario gives the same exchanges. */
export function createCast(scenario: Scenario): Cast {
  const { seed, bugs = new Set(), drift = allDrift, noise = allNoise, requests } = scenario
  const { fault } = scenario
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
  const release = create(4, { release: 2, bugs })
  const others: Readonly<Record<Role, Shop>> = {
    baseline: create(2, {}),
    baselineAgain: create(3, {}),
    candidate: fault === undefined ? release : breakShop(release, create(4, {}), fault),
  }
  const candidateSound = create(4, { release: 2 })
  const twins = { candidateSound: 'candidate', productionDrifted: 'production' } as const
  const { requestsPerSecond = 20 } = scenario
  const data = makeData(seed, new Set())
  const play = { production, data, seed, requests, requestsPerSecond, startsAt }
  return {
    play: () => drive({ ...play, others }),
    playWithTruth: () => {
      const all = { ...others, candidateSound, productionDrifted: create(1, {}) }
      return drive<Role | Twin>({ ...play, others: all, twins })
    },
    askAgain: (role, request, sentAt) => {
      // The twin hears all that the candidate hears, or their chance would part.
      if (role === 'candidate') candidateSound.serveBytes(request, sentAt)
      return toAsked(request, others[role].serveBytes(request, sentAt), sentAt)
    },
  }
}
