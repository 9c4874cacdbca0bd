// What the exchanges that show a finding have in common, against those that do not.
import type { Counts } from '../../model/run-tally.ts'
import { logGamma } from './e-values.ts'

export interface FeatureCounts {
  /** Exchanges of the endpoint, and those that show the finding. */
  readonly exchanges: number
  readonly shown: number
  /** Exchanges with each feature, in all and among those that show it. */
  readonly all: Counts
  readonly among: Counts
}

export interface CommonFeature {
  readonly feature: string
  readonly shownWith: number
  readonly exchangesWith: number
  /** Exchanges that show it without the feature. */
  readonly shownWithout: number
}

/** Those that show it must have the feature in so many of 100 cases. */
const shareMin = 0.9
/** It must be so many times as frequent with the feature as without. */
const liftMin = 4
/** The chance that so many had it by accident, over all features together. */
const chanceMax = 1e-4
const shownMin = 3

/** The narrowest feature that tells where the finding shows; null where none does. */
export function findCommonFeature(counts: FeatureCounts): CommonFeature | null {
  const { exchanges, shown, all, among } = counts
  if (shown < shownMin || shown === exchanges) return null
  const names = Object.keys(among)
  const found = names.flatMap((feature) => {
    const shownWith = among[feature] ?? 0
    const exchangesWith = Math.max(shownWith, all[feature] ?? 0)
    if (shownWith < shown * shareMin || exchangesWith === exchanges) return []
    const shownWithout = shown - shownWith
    const shareWith = shownWith / exchangesWith
    const shareWithout = shownWithout / (exchanges - exchangesWith)
    if (shareWith < shareWithout * liftMin) return []
    const chance = logTail(exchanges, exchangesWith, shown, shownWith)
    if (chance > Math.log(chanceMax / names.length)) return []
    return [{ feature, shownWith, exchangesWith, shownWithout }]
  })
  found.sort((a, b) => a.exchangesWith - b.exchangesWith || (a.feature < b.feature ? -1 : 1))
  return found[0] ?? null
}

/** `currency=JPY (12 of 13 with it, 0 of 87 without)` */
export function describeFeature(common: CommonFeature, exchanges: number): string {
  const { feature, shownWith, exchangesWith, shownWithout } = common
  const without = exchanges - exchangesWith
  const within = `${shownWith} of ${exchangesWith} with it`
  return `${feature} (${within}, ${shownWithout} of ${without} without)`
}

/** ln of the chance of `hits` or more with the feature among `shown` (hypergeometric). */
function logTail(exchanges: number, withIt: number, shown: number, hits: number): number {
  const most = Math.min(withIt, shown)
  let tail = Number.NEGATIVE_INFINITY
  for (let count = hits; count <= most; count++) {
    if (shown - count > exchanges - withIt) continue
    const term =
      logChoose(withIt, count) +
      logChoose(exchanges - withIt, shown - count) -
      logChoose(exchanges, shown)
    const larger = Math.max(tail, term)
    tail = larger + Math.log(Math.exp(tail - larger) + Math.exp(term - larger))
  }
  return tail
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
}
