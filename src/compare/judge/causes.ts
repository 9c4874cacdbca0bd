// Findings that one mistake explains: copies of one value in other forms, places that differ in the
// same exchanges, and one helper that shows in many endpoints.
import type { Counts, PathTally, RunTally } from '../../model/run-tally.ts'
import { type Cause, type Finding, findingId, isEndpointKind } from '../../model/verdict.ts'
import { shareWithin } from './exchange-sketch.ts'
import { type Change, isSameChange, ruleOf } from './value-change.ts'

/** Of the exchanges of one finding, so many must be the other's. */
const sameShareMin = 0.95
/** What is in a greater share of like answers is in those of any other such finding, too. */
const tellingShareMax = 0.8
/** Findings of one endpoint that are held against each other. */
const comparedMax = 100

interface Shown {
  readonly finding: Finding
  readonly changes: readonly Change[]
  readonly sketch: readonly number[]
  /** Whether so few of the like answers show it that no other mistake does in the same ones. */
  readonly isTelling: boolean
}

/**
 * Findings that stand for themselves, those of one mistake together: errors first, then those of
 * the most endpoints, then the most shown.
 */
export function groupCauses(findings: readonly Finding[], tally: RunTally): readonly Cause[] {
  const shown = findings
    .filter(({ consequenceOf, state }) => consequenceOf === null && state !== 'advice')
    .map(lookUp(tally))
  const groups = new Groups(shown.length)
  const known = new Map<string, number>()
  shown.forEach((one, index) => {
    for (const name of [placeOf(one.finding), mistakeOf(one)]) {
      groups.join(index, known.get(name) ?? index)
      known.set(name, index)
    }
  })
  const indices = shown.map((_, index) => index)
  for (const own of Map.groupBy(indices, (index) => shown[index]!.finding.endpoint).values()) {
    const compared = own.slice(0, comparedMax)
    for (const one of compared) {
      for (const other of compared) {
        if (one < other && isOneMistake(shown[one]!, shown[other]!)) groups.join(one, other)
      }
    }
  }
  const followers = Map.groupBy(findings, ({ consequenceOf }) => consequenceOf)
  const causes = groups
    .all()
    .map((group) => group.map((index) => shown[index]!.finding))
    .map((group) => describeCause(group, followers))
  return causes
    .sort(
      (a, b) =>
        Number(b.isGrave) - Number(a.isGrave) || b.endpoints - a.endpoints || b.shown - a.shown,
    )
    .map(({ isGrave: _, ...cause }) => cause)
}

function lookUp({ endpoints }: RunTally): (finding: Finding) => Shown {
  const paths = new Map<string, { readonly path: PathTally; readonly likeShare: number }>()
  for (const { endpoint, exchanges, features, paths: own } of endpoints) {
    for (const path of own) {
      const likeShare = path.exchanges / countLike(path, features, exchanges)
      const id = findingId(endpoint, path.path, path.kind, path.change)
      paths.set(id, { path, likeShare })
    }
  }
  return (finding) => {
    const known = paths.get(finding.id)
    const [from = '', to = ''] = finding.example.split(' → ')
    return {
      finding,
      changes: known?.path.pairs ?? (finding.example === '' ? [] : [{ from, to }]),
      sketch: known?.path.sketch ?? [],
      isTelling: (known?.likeShare ?? 1) <= tellingShareMax,
    }
  }
}

/** Exchanges of the status that nearly all have that show it. */
function countLike({ features: among, exchanges: shown }: PathTally, all: Counts, most: number) {
  const status = Object.keys(among).find(
    (name) => name.startsWith('status=') && (among[name] ?? 0) >= shown * sameShareMin,
  )
  return Math.max(1, status === undefined ? most : (all[status] ?? most))
}

/** Changes of a place that are counted apart, as those to zero, are one still. */
function placeOf({ endpoint, path, kind }: Finding): string {
  return findingId(endpoint, path, kind)
}

/** The same kind of change of the same name: one helper is to blame, wherever it is called. */
function mistakeOf({ finding, changes }: Shown): string {
  const { kind, path, classes, example } = finding
  if (isEndpointKind(kind)) return finding.id
  if (kind === 'status') return `${kind} ${example}`
  const rule = ruleOf(changes)
  // Numbers that change by no rule are alike in their name alone, so that it has to say more.
  const name = rule === 'otherwise' ? path.split('.').slice(-2).join('.') : leafOf(path)
  return `${kind} ${name} ${classes} ${rule}`
}

/** `price` of `$.items[*].price`; the whole of what is no path. */
export function leafOf(path: string): string {
  return /([^.[\]]+)(?:\[\*\])*$/.exec(path)?.[1] ?? path
}

/** Whether two findings of one endpoint are of the same exchanges, and not so by chance. */
function isOneMistake(a: Shown, b: Shown): boolean {
  const [small, large] = a.finding.shown <= b.finding.shown ? [a, b] : [b, a]
  const within = shareWithin(small.sketch, large.sketch)
  if (within === null || within < sameShareMin) return false
  if (contains(large.finding.path, small.finding.path)) return true
  if (isSameChange(a.changes, b.changes)) return true
  if ((shareWithin(large.sketch, small.sketch) ?? 0) < sameShareMin) return false
  return (a.isTelling && b.isTelling) || isOneHeader(a.finding.path, b.finding.path)
}

/** A list, or an object, and what is in it; but for the whole answer, which contains all. */
function contains(outer: string, inner: string): boolean {
  const whole = outer.replace(/\[\*\]$/, '')
  if (whole === '$' || !inner.startsWith(whole)) return false
  return inner.length === whole.length || /^[.[]/.test(inner.slice(whole.length))
}

function isOneHeader(own: string, other: string): boolean {
  const [where, name] = own.split('.')
  return where === 'header' && other.split('.')[1] === name && other.startsWith('header.')
}

/** Which of so many are joined with which. */
class Groups {
  readonly #parents: number[]

  constructor(count: number) {
    this.#parents = Array.from({ length: count }, (_, index) => index)
  }

  join(a: number, b: number): void {
    const [first, second] = [this.#rootOf(a), this.#rootOf(b)]
    // The first one of a group stands for it.
    this.#parents[Math.max(first, second)] = Math.min(first, second)
  }

  all(): readonly (readonly number[])[] {
    const indices = this.#parents.map((_, index) => index)
    return [...Map.groupBy(indices, (index) => this.#rootOf(index)).values()]
  }

  #rootOf(index: number): number {
    let root = index
    while (this.#parents[root] !== root) root = this.#parents[root]!
    return root
  }
}

/** No answer, or an error instead of one. */
function isGrave({ kind, example }: Finding): boolean {
  if (kind === 'status') return /→ 5\d\d$/.test(example)
  return kind === 'failed' || kind === 'failure' || kind === 'malformed'
}

/** `followers` are the consequences of each finding, by its id. */
function describeCause(
  group: readonly Finding[],
  followers: ReadonlyMap<string | null, readonly Finding[]>,
): Cause & { readonly isGrave: boolean } {
  const ranked = [...group].sort(
    (a, b) =>
      Number(b.state === 'confirmed') - Number(a.state === 'confirmed') ||
      b.shown - a.shown ||
      a.path.length - b.path.length ||
      b.evidence - a.evidence,
  )
  const first = ranked[0]!
  const ids = new Set(ranked.map(({ id }) => id))
  const following = [...ids].flatMap((id) => followers.get(id) ?? [])
  const byEndpoint = Map.groupBy(group, ({ endpoint }) => endpoint)
  const where = byEndpoint.size === 1 ? first.endpoint : `${byEndpoint.size} endpoints`
  const places = new Set(group.map(({ endpoint, path }) => `${endpoint} ${path}`)).size
  const others = places - byEndpoint.size
  const more = others === 0 ? '' : ` (and ${others} more ${others === 1 ? 'place' : 'places'})`
  // The numbers stand with the finding.
  const when = first.when === null ? '' : `, only with ${first.when.replace(/ \([^()]*\)$/, '')}`
  const example = first.example === '' ? '' : `: ${first.example}`
  return {
    title: `${where} ${nameChange(first)}${example}${more}${when}`,
    findings: [...ids, ...following.map(({ id }) => id)],
    endpoints: byEndpoint.size,
    isGrave: group.some(isGrave),
    // An exchange shows it once, at however many places.
    shown: [...byEndpoint.values()]
      .map((own) => Math.max(...own.map(({ shown }) => shown)))
      .reduce((sum, some) => sum + some, 0),
  }
}

function nameChange({ kind, path }: Finding): string {
  return kind === 'status' || isEndpointKind(kind) ? kind : `${path} ${kind}`
}
