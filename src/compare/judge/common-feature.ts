// What the exchanges that show a finding have in common, against those that do not.
import type { Counts } from '../../model/run-tally.ts'
import { logGamma } from './e-values.ts'

export interface FeatureCounts {
  /** Where the finding is, as `$.total.amount` or `status`. */
  readonly path: string
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

const shownMin = 3
/** Of 100 that show it, so many must have the feature. */
const recallMin = 0.9
/** Of 100 with the feature, so many must show it; but for what is rare. */
const precisionMin = 0.5
/** It must be so many times as frequent with the feature as without. */
const liftMin = 4
/** What a greater share has is no mark; of answers, those like the ones that show it count. */
const shareMax = { request: 0.8, answer: 0.5 }
/** A feature of so few tells something of what it seldom goes with, too. */
const rareShareMax = 0.3
/** The chance that so many had it by accident, over all features together. */
const chanceMax = 1e-4

/**
 * The feature that tells best where the finding shows (Matthews' correlation), one of the request
 * before one of the answer; null where none tells it well.
 */
export function findCommonFeature(counts: FeatureCounts): CommonFeature | null {
  const { exchanges, shown, among } = counts
  if (shown < shownMin || shown === exchanges) return null
  const names = Object.keys(among).filter((feature) => !isOfPlace(feature, counts.path))
  const chance = Math.log(chanceMax / names.length)
  const found = names.flatMap((feature) => {
    const common = countFeature(feature, counts)
    if (!tells(common, counts) || logTail(common, counts) > chance) return []
    return [{ common, rank: rankOf(feature), fit: correlate(common, counts) }]
  })
  found.sort(
    (a, b) =>
      a.rank - b.rank ||
      b.fit - a.fit ||
      nearness(b.common.feature, counts.path) - nearness(a.common.feature, counts.path) ||
      (a.common.feature < b.common.feature ? -1 : 1),
  )
  return found[0]?.common ?? null
}

/** `currency=JPY (12 of 13 with it, 0 of 87 without)` */
export function describeFeature(common: CommonFeature, exchanges: number): string {
  const { feature, shownWith, exchangesWith, shownWithout } = common
  const without = exchanges - exchangesWith
  const within = `${shownWith} of ${exchangesWith} with it`
  return `${feature} (${within}, ${shownWithout} of ${without} without)`
}

function countFeature(feature: string, { shown, all, among }: FeatureCounts): CommonFeature {
  const shownWith = among[feature] ?? 0
  const exchangesWith = Math.max(shownWith, all[feature] ?? 0)
  return { feature, shownWith, exchangesWith, shownWithout: shown - shownWith }
}

function tells(common: CommonFeature, counts: FeatureCounts): boolean {
  const { feature, shownWith, exchangesWith, shownWithout } = common
  const { exchanges, shown } = counts
  if (shownWith < shown * recallMin || exchangesWith === exchanges) return false
  const precision = shownWith / exchangesWith
  if (precision < (shownWithout / (exchanges - exchangesWith)) * liftMin) return false
  const share = exchangesWith / likeThem(feature, counts)
  if (share > (isOfAnswer(feature) ? shareMax.answer : shareMax.request)) return false
  return precision >= precisionMin || share <= rareShareMax
}

/**
 * A word of an answer is held against the answers of the same status: it would be a mark of all
 * answers that are not errors otherwise.
 */
function likeThem(feature: string, { exchanges, shown, all, among }: FeatureCounts): number {
  if (!feature.startsWith('answer.')) return exchanges
  const status = Object.keys(among).find(
    (name) => isStatus(name) && (among[name] ?? 0) >= shown * recallMin,
  )
  return status === undefined ? exchanges : Math.max(1, all[status] ?? 0)
}

function isStatus(feature: string): boolean {
  return feature.startsWith('status=')
}

function isOfAnswer(feature: string): boolean {
  return isStatus(feature) || feature.startsWith('answer.')
}

/** What the operator can send again comes first. */
function rankOf(feature: string): number {
  if (!isOfAnswer(feature)) return 0
  return isStatus(feature) ? 1 : 2
}

/** Whether it says no more than what the finding shows anyway. */
function isOfPlace(feature: string, path: string): boolean {
  const name = feature.slice(0, feature.indexOf('='))
  return name === path || name === answerName(path)
}

/** `answer.items.price` for `$.items[*].price`, as features are named. */
function answerName(path: string): string {
  return `answer${path.replaceAll('[*]', '').replace(/^\$/, '')}`
}

/** How many names it shares with the place. */
function nearness(feature: string, path: string): number {
  const names = answerName(path).split('.')
  const own = feature.slice(0, feature.indexOf('=')).split('.')
  const differs = names.findIndex((name, index) => own[index] !== name)
  return differs < 0 ? names.length : differs
}

/** Matthews' correlation of having the feature with showing the finding, from -1 to 1. */
function correlate(common: CommonFeature, { exchanges, shown }: FeatureCounts): number {
  const { shownWith, exchangesWith, shownWithout } = common
  const without = exchanges - exchangesWith
  const neither = without - shownWithout
  const product = shownWith * neither - (exchangesWith - shownWith) * shownWithout
  return product / Math.sqrt(exchangesWith * without * shown * (exchanges - shown))
}

/** ln of the chance of as many or more with the feature among those shown (hypergeometric). */
function logTail(common: CommonFeature, { exchanges, shown }: FeatureCounts): number {
  const { exchangesWith: withIt, shownWith: hits } = common
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
