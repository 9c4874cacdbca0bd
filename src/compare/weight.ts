// What a difference may do to the verdict by itself, and how sure it is that a release is to blame.
import type { Attribution, DifferenceKind, Label, ValueClass, Weight } from '../model/comparison.ts'
import type { FoundDifference } from './difference-finder.ts'
import { isCompared, isOfTransport } from './header-values.ts'

/** Beside a baseline: labels decide, and a noisy value counts where it breaks even its form. */
export function weighChange(label: Label, difference: FoundDifference, holds: boolean): Weight {
  // Networks add to it on the way from production; beside a baseline only the release does.
  const isOwn = difference.path === 'header.vary'
  const isHint = difference.rule === 'header' || isNewHeader(difference)
  if ((isTransport(difference) || isHint) && !isOwn) return label === 'changed' ? 'warn' : 'none'
  if (difference.kind === 'failed') return label === 'unstable' ? 'none' : 'check'
  if (isServerError(difference) && label === 'changed-under-drift') return 'fail'
  switch (label) {
    case 'changed':
      return 'fail'
    case 'changed-agrees-with-production':
      return 'warn'
    case 'changed-under-drift':
      return 'check'
    case 'unstable':
      return holds ? 'none' : 'check'
    default:
      return 'none'
  }
}

/** A header that clients do not know yet can do little harm. */
function isNewHeader({ kind, path }: FoundDifference): boolean {
  return kind === 'header-extra' && !isCompared(path.split('.')[1]!)
}

function isServerError({ kind, from, to }: FoundDifference): boolean {
  return kind === 'status' && to?.startsWith('5') === true && from?.startsWith('5') === false
}

/** Statuses that tell of data or of the session as often as of the release. */
const dataStatuses: ReadonlySet<string> = new Set(['401', '403', '404', '409', '410', '422', '429'])

const shapeKinds: ReadonlySet<DifferenceKind> = new Set([
  'status',
  'failed',
  'type',
  'missing',
  'extra',
  'duplicate-key',
  'malformed',
  'truncated',
])

/** With production alone: shape and status may fail, values are advice. */
export function weighAdvice(difference: FoundDifference): Weight {
  const { kind, from, to } = difference
  if (isTransport(difference) || kind === 'encoding') return 'none'
  if (kind === 'header-missing' || kind === 'header-extra') return 'warn'
  if (!shapeKinds.has(kind)) return 'advice'
  if (kind === 'status')
    return dataStatuses.has(from ?? '') || dataStatuses.has(to ?? '') ? 'check' : 'fail'
  return isNullable(difference) ? 'check' : 'fail'
}

function isNullable({ kind, fromClass, toClass }: FoundDifference): boolean {
  return kind === 'type' && (fromClass === 'null' || toClass === 'null')
}

function isTransport({ path }: Pick<FoundDifference, 'path'>): boolean {
  return path.startsWith('header.') && isOfTransport(path.slice('header.'.length))
}

/**
 * Whether it tells how the answer came, and not what it says: Date, Via, X-Request-Id, or another
 * header that need only be there, and is. All answers differ so, and are the same nevertheless.
 */
export function isOfDelivery({ path, rule, holds, weight }: Attribution): boolean {
  if (weight !== 'none') return false
  return (rule === 'header' && holds) || isTransport({ path })
}

const confidences: Readonly<Record<Weight, number>> = {
  fail: 0.95,
  check: 0.6,
  warn: 0.5,
  advice: 0.4,
  none: 0,
}

/** How telling a differing value is by itself: data changes numbers and texts more than words. */
const valueConfidences: Readonly<Partial<Record<ValueClass, number>>> = {
  word: 0.6,
  boolean: 0.6,
  version: 0.5,
  float: 0.5,
  url: 0.4,
  integer: 0.3,
  text: 0.3,
}

/** From 0 to 1. */
export function confidenceOf(label: Label, difference: FoundDifference, weight: Weight): number {
  // A broken bijection, a lost zone or another format is told by the values alone.
  if (weight === 'advice' && difference.rule !== null && !difference.holds) return 0.8
  if (weight === 'advice') return valueConfidences[difference.fromClass] ?? confidences.advice
  return label === 'unstable' && weight !== 'none' ? 0.5 : confidences[weight]
}
