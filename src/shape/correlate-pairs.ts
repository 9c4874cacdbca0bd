// Lays production's answer and a target's to the same request side by side: which value of the one
// stands for which of the other.
import type { Issued, IssuedValue } from './correlate-issued-values.ts'
import { anyKind, kindOfPath } from './correlate-kinds.ts'
import { isInteger, isSubstitute } from './correlate-values.ts'

/** What is known of the request that both answer. */
export interface PairContext {
  /** Its method changes nothing, so that what it answers with was there before. */
  readonly isSafe: boolean
  /** Of what its path speaks. */
  readonly kind: string
}

export interface IssuedPair {
  readonly value: string
  /** The same value where production and target have it in common. */
  readonly substitute: string
  readonly kinds: readonly string[] | null
  /** What was created or handed out, against what was only listed. */
  readonly isCertain: boolean
  readonly position: string
}

/** The pairs of two answers by position; of a value without a counterpart there is none. */
export function pairIssued(
  production: Issued,
  target: Issued,
  context: PairContext,
): readonly IssuedPair[] {
  const counterparts = new Map(target.values.map((value) => [value.position, value]))
  const isAlike = Math.floor(production.status / 100) === Math.floor(target.status / 100)
  let listed: Set<string> | null = null
  const isBorneOut = createEvidence(production, target, context)
  const pairs: IssuedPair[] = []
  for (const issued of production.values) {
    if (!issued.isIssued) continue
    const other = counterparts.get(issued.position)
    if (other === undefined || !isSubstitute(other.value)) continue
    const isUrl = issued.position.startsWith('location')
    if (!isAlike && (issued.inBody || isUrl)) continue
    if (other.value !== issued.value) {
      if (issued.inList) {
        listed ??= new Set(target.values.filter(({ inList }) => inList).map(({ value }) => value))
        // The target has the same in another order.
        if (listed.has(issued.value)) continue
      }
      if (!isBorneOut(issued, other)) continue
    }
    pairs.push({
      value: issued.value,
      substitute: other.value,
      kinds: resolveKinds(issued, context),
      isCertain: issued.isToken || !issued.inBody || (!context.isSafe && !issued.inList),
      position: issued.position,
    })
  }
  return pairs
}

/**
 * Whether both values name the same thing. What a safe request or a list shows may be another
 * entity, for the data differ: then what stands beside the two has to agree for two thirds.
 */
function createEvidence(
  production: Issued,
  target: Issued,
  { isSafe }: PairContext,
): (issued: IssuedValue, other: IssuedValue) => boolean {
  // Values of one object stand together, and have the same beside them.
  let judged: readonly [IssuedValue['beside'], IssuedValue['beside']] = [null, null]
  let agrees = false
  return (issued, other) => {
    if (issued.isToken || !issued.inBody) return true
    if (!isSafe && !issued.inList) return true
    if (issued.beside === null || other.beside === null) return !(issued.inList && isSafe)
    if (judged[0] !== issued.beside || judged[1] !== other.beside) {
      judged = [issued.beside, other.beside]
      const ours = slice(production, issued.beside)
      const theirs = slice(target, other.beside)
      const count = Math.max(ours.length, theirs.length)
      const isBare = count === 0
      agrees = isBare ? !(issued.inList && isSafe) : countCommon(ours, theirs) * 3 >= count * 2
    }
    return agrees
  }
}

/** Leaves beyond are not compared. */
const plainsMax = 256

function slice(issued: Issued, { from, to }: Beside): readonly string[] {
  return issued.plains.slice(from, Math.min(to, from + plainsMax))
}

type Beside = NonNullable<IssuedValue['beside']>

/** How many texts two lists have in common, each as often as both have it. */
function countCommon(ours: readonly string[], theirs: readonly string[]): number {
  const left = new Map<string, number>()
  for (const text of theirs) left.set(text, (left.get(text) ?? 0) + 1)
  let common = 0
  for (const text of ours) {
    const count = left.get(text) ?? 0
    if (count === 0) continue
    left.set(text, count - 1)
    common++
  }
  return common
}

/** Paths by which clients ask for themselves, and what their ids are called elsewhere. */
const pronouns = /^(me|self|myself|whoami|profile|account|userinfo|session)$/
const persons = ['user', 'customer', 'member']

/** With the kind of the path where that is needed; what a path creates may be of any. */
export function resolveKinds(
  { kinds, value }: Pick<IssuedValue, 'kinds' | 'value'>,
  { kind, isSafe }: PairContext,
): readonly string[] | null {
  if (kinds === null || !isInteger(value)) return null
  const own = pronouns.test(kind) ? [kind, ...persons] : [kind]
  const resolved = kinds.flatMap((found) => (found === kindOfPath ? own : [found]))
  const isVague = kinds[0] === kindOfPath && !isSafe
  return isVague ? [...resolved, anyKind] : resolved
}
