// How a value became another one: what tells changes of one mistake from those of another, however
// the value is written.
import type { ValuePair } from '../../model/run-tally.ts'

export type Change = Pick<ValuePair, 'from' | 'to'>

/** Of so many pairs the rule must hold for all, to be one. */
const pairsMin = 2

/**
 * `to a whole number`, `× 100`, `+ 1`, where all numbers change so; `otherwise` where they change
 * by no rule; empty for what is no number.
 */
export function ruleOf(changes: readonly Change[]): string {
  const pairs = changes.map(({ from, to }) => [numberIn(from), numberIn(to)] as const)
  if (pairs.length === 0 || pairs.some(([from, to]) => from === null || to === null)) return ''
  const numbers = pairs as readonly (readonly [number, number])[]
  if (numbers.every(([, to]) => to === 0)) return 'to zero'
  if (numbers.every(([from, to]) => isRounded(from, to))) return 'to a whole number'
  if (numbers.length < pairsMin) return 'otherwise'
  const ratio = common(numbers.map(([from, to]) => (from === 0 ? Number.NaN : to / from)))
  if (ratio !== null) return `× ${ratio}`
  const sum = common(numbers.map(([from, to]) => to - from))
  return sum === null ? 'otherwise' : `+ ${sum}`
}

function isRounded(from: number, to: number): boolean {
  return Number.isInteger(to) && !Number.isInteger(from) && Math.abs(to - from) <= 1
}

/** To four digits; null where they are not all alike. */
function common(values: readonly number[]): number | null {
  const [first, ...others] = values.map((value) => Number(value.toPrecision(4)))
  return first !== undefined && !Number.isNaN(first) && others.every((value) => value === first)
    ? first
    : null
}

/** The one number in a text, as in `€43.12`; null where there is none, or are several. */
function numberIn(text: string | null): number | null {
  const found = text?.match(/-?\d[\d,]*(?:\.\d+)?/g)
  return found?.length === 1 ? Number(found[0].replaceAll(',', '')) : null
}

/** Of the pairs of the one with fewer, so many must be the other's. */
const shareMin = 0.5

/**
 * Whether two places show the same values changed alike, written in another way: `43.12 → 43`,
 * `€43.12 → €43.00` and `4312 → 4300`, or one place's value as the other's.
 */
export function isSameChange(a: readonly Change[], b: readonly Change[]): boolean {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a]
  if (few.length === 0) return false
  const known = new Set(many.flatMap((change) => [nameOf(change), nameOf(swap(change))]))
  const shared = few.filter((change) => known.has(nameOf(change)))
  return shared.length >= few.length * shareMin && shared.some(tells)
}

function swap({ from, to }: Change): Change {
  return { from: to, to: from }
}

function nameOf({ from, to }: Change): string {
  return `${plain(from)} → ${plain(to)}`
}

/** Digits without zeros at the ends, where there are some; else the text. */
function plain(text: string | null): string {
  if (text === null) return 'absent'
  const digits = text.replace(/\D/g, '')
  return digits === '' ? text.trim().toLowerCase() : digits.replace(/^0+|0+$/g, '')
}

/** `1 → 2` may be anything. */
function tells({ from, to }: Change): boolean {
  return plain(from).length + plain(to).length >= 5
}
