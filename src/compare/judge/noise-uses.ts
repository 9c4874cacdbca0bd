// What the weaker checks for noise did all through a run, and whether one hides what the candidate
// does otherwise: where two answers of the baseline agree and the candidate's is another, and so
// often that it would be confirmed if values there had to be equal.
import type { NoiseRule } from '../../model/comparison.ts'
import type { EndpointTally, PathTally, RunTally } from '../../model/run-tally.ts'
import type { HiddenPlace, NoiseUse } from '../../model/verdict.ts'
import { rejectEvidence } from './e-values.ts'
import { falseDiscoveryRate, oddEvidence } from './findings.ts'
import { hasBaselineTwice } from './modes.ts'

/** Hidden places that are listed of one rule. */
const hidesMax = 20

interface Place {
  readonly endpoint: EndpointTally
  readonly path: PathTally
}

/** One for each rule that any value was held to. */
export function summariseNoise(tally: RunTally): readonly NoiseUse[] {
  const totals = new Map<NoiseRule, { hits: number; places: Set<string> }>()
  for (const { endpoint, paths } of tally.endpoints) {
    for (const { path, rules } of paths) {
      for (const [rule, count = 0] of Object.entries(rules) as [NoiseRule | 'equal', number][]) {
        if (rule === 'equal') continue
        const total = totals.get(rule) ?? { hits: 0, places: new Set() }
        totals.set(rule, total)
        total.hits += count
        // Changes that are counted apart are of one place.
        total.places.add(`${endpoint} ${path}`)
      }
    }
  }
  const hides = Map.groupBy(findHidden(tally), ({ rule }) => rule)
  return [...totals]
    .map(([rule, { hits, places }]) =>
      describeUse(rule, hits, places.size, (hides.get(rule) ?? []).map(describePlace)),
    )
    .sort((a, b) => b.hits - a.hits || (a.rule < b.rule ? -1 : 1))
}

/** Places at which equality in place of the rule would give a confirmed finding. */
function findHidden(tally: RunTally): readonly (Place & { readonly rule: NoiseRule })[] {
  const places = tally.endpoints
    .filter(hasBaselineTwice)
    .flatMap((endpoint) => endpoint.paths.map((path): Place => ({ endpoint, path })))
    .filter(({ path }) => countHidden(path) + path.candidateOdd + path.baselineOdd > 0)
  const reject = (evidence: (path: PathTally) => number) =>
    rejectEvidence(
      places.map(({ path }) => evidence(path)),
      falseDiscoveryRate,
    )
  const [known, found] = [reject(oddEvidence), reject(evidenceWithout)]
  return places.flatMap((place, index) => {
    const { hidden } = place.path
    const entries = Object.entries(hidden) as [NoiseRule, number][]
    const [rule] = entries.sort((a, b) => b[1] - a[1])[0] ?? []
    // What is found all the same is not hidden.
    return rule === undefined || known[index]! || !found[index]! ? [] : [{ ...place, rule }]
  })
}

/** As `oddEvidence`, if nothing had been let pass. */
function evidenceWithout(path: PathTally): number {
  const candidateOdd = path.candidateOdd + countHidden(path)
  const ofOwn = path.distinct.candidateOdd + path.hiddenDistinct
  return oddEvidence({
    ...path,
    candidateOdd,
    distinct: { ...path.distinct, candidateOdd: ofOwn },
  })
}

function countHidden({ hidden }: PathTally): number {
  return Object.values(hidden).reduce<number>((sum, count) => sum + (count ?? 0), 0)
}

function describePlace({ endpoint, path }: Place): HiddenPlace {
  const { path: name, kind } = path
  return { endpoint: endpoint.endpoint, path: name, kind, exchanges: countHidden(path) }
}

function describeUse(
  rule: NoiseRule,
  hits: number,
  places: number,
  hidden: readonly HiddenPlace[],
): NoiseUse {
  const hides = [...hidden].sort((a, b) => b.exchanges - a.exchanges)
  const where = hides.length === 1 ? '1 place' : `${hides.length} places`
  const warning = hides.length === 0 ? null : `hides what would be confirmed without it at ${where}`
  return { rule, hits, places, hides: hides.slice(0, hidesMax), warning }
}
