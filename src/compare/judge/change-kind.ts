// Ways in which a value may be otherwise that are worth counting by themselves: a price that is 0
// now and then would be lost among prices that differ all the time.
import type { Attribution } from '../../model/comparison.ts'

/** Empty for a change that is none of these. */
export type ChangeKind = '' | 'zero' | 'negative' | 'empty' | 'case' | 'blanks'

/**
 * Of the answer that is the odd one of three, against the two that agree; where none is, of the
 * candidate's against what it is held against.
 */
export function changeKindOf({ kind, values, equal }: Attribution): ChangeKind {
  if (kind !== 'value') return ''
  const { baseline = null, baseline2 = null, production = null, candidate = null } = values
  if (equal.baselines !== false) return changeKind(baseline ?? production, candidate)
  if (equal.candidateBaseline === true) return changeKind(baseline, baseline2)
  return candidate === baseline2 ? changeKind(candidate, baseline) : changeKind(baseline, candidate)
}

function changeKind(from: string | null, to: string | null): ChangeKind {
  if (from === null || to === null || from === to) return ''
  if (to === '') return 'empty'
  if (isNumber(from) && isNumber(to)) {
    if (Number(to) === 0) return 'zero'
    return Number(from) > 0 && Number(to) < 0 ? 'negative' : ''
  }
  if (from.toLowerCase() === to.toLowerCase()) return 'case'
  return from.replace(/\s+/g, '') === to.replace(/\s+/g, '') ? 'blanks' : ''
}

function isNumber(text: string): boolean {
  return /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)
}
