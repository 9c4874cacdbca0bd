// From what a run has counted, and the operator's rules, to its verdict.
import type { Rule } from '../../model/rule.ts'
import type { RunTally } from '../../model/run-tally.ts'
import {
  type DriftEntity,
  type DriftSummary,
  type Finding,
  type Gate,
  isEndpointKind,
  type RuleUse,
  type RunVerdict,
  type VerdictKind,
} from '../../model/verdict.ts'
import { groupCauses } from './causes.ts'
import { linkConsequences } from './consequences.ts'
import { findDifferences } from './findings.ts'
import {
  defaultGateOptions,
  findFailures,
  type GateOptions,
  judgeDifferences,
  judgeFailures,
  judgeShares,
  judgeTraffic,
} from './gates.ts'
import { findSlowdowns, judgeLatency } from './latency-gate.ts'
import { modeOf, provesByMode } from './modes.ts'
import { summariseNoise } from './noise-uses.ts'
import { findingKinds, isOver, matchesRule, nameRule } from './rules.ts'
import { findSizeChanges, judgeSizes } from './size-gate.ts'

export interface JudgeOptions {
  readonly rules: readonly Rule[]
  /** As 2026-01-31: rules end on a day. */
  readonly today: string
  /** The share of captured messages that was lost before it could be compared. */
  readonly lostShare: number
  readonly gates: GateOptions
}

export const defaultJudgeOptions: Omit<JudgeOptions, 'today'> = {
  rules: [],
  lostShare: 0,
  gates: defaultGateOptions,
}

/** Pure: the same counts and rules give the same verdict, whenever it is asked for. */
export function judgeRun(tally: RunTally, options: JudgeOptions): RunVerdict {
  const slowdowns = findSlowdowns(tally, options.gates)
  const sizeChanges = findSizeChanges(tally, options.gates)
  const found = [
    ...findFailures(tally),
    ...findDifferences(tally),
    ...slowdowns.findings,
    ...sizeChanges.findings,
  ]
  const { findings: ruled, uses } = applyRules(found, options)
  const findings = linkConsequences(ruled, tally)
  const ofKind = (wanted: Finding['kind']) => findings.filter(({ kind }) => kind === wanted)
  const gates: readonly Gate[] = [
    ...judgeTraffic(tally, options.gates),
    judgeDifferences(
      findings.filter(({ kind }) => !isEndpointKind(kind)),
      tally,
    ),
    judgeFailures(findings),
    ...judgeLatency({ ...slowdowns, findings: ofKind('latency') }),
    judgeSizes({ ...sizeChanges, findings: ofKind('size') }),
    ...judgeShares(tally, options.lostShare, options.gates),
  ]
  return {
    verdict: combine(gates),
    proves: provesByMode[modeOf(tally)],
    exchanges: tally.exchanges,
    gates,
    causes: groupCauses(findings, tally),
    findings,
    rules: uses,
    noise: summariseNoise(tally),
    drift: summariseDrift(tally),
  }
}

/** One failed gate fails the run; without one, an undecided gate leaves it undecided. */
function combine(gates: readonly Gate[]): VerdictKind {
  const outcomes = gates.map(({ outcome }) => outcome)
  if (outcomes.includes('fail')) return 'fail'
  return outcomes.includes('undecided') ? 'undecided' : 'pass'
}

function applyRules(
  findings: readonly Finding[],
  { rules, today }: JudgeOptions,
): { readonly findings: readonly Finding[]; readonly uses: readonly RuleUse[] } {
  const hits = new Map<Rule, Finding[]>(rules.map((rule) => [rule, []]))
  const ruled = findings.map((finding): Finding => {
    const rule = rules.find((candidate) => matchesRule(candidate, finding, today))
    if (rule === undefined) return finding
    hits.get(rule)!.push(finding)
    return { ...finding, state: 'accepted', rule: nameRule(rule) }
  })
  const uses = rules.map((rule) => describeUse(rule, hits.get(rule)!, today))
  return { findings: ruled, uses }
}

function describeUse(rule: Rule, hits: readonly Finding[], today: string): RuleUse {
  const confirmed = hits.filter(({ state }) => state === 'confirmed').length
  let warning: string | null = null
  if (isOver(rule, today)) warning = `ended on ${rule.until}`
  else if (rule.kind !== undefined && !findingKinds.includes(rule.kind)) {
    warning = `there is no kind '${rule.kind}'`
  } else if (hits.length === 0) warning = 'matched nothing in this run'
  else if (rule.action !== 'accept' && confirmed > 0) {
    warning = `hides ${confirmed} confirmed ${confirmed === 1 ? 'finding' : 'findings'}`
  }
  return { rule: nameRule(rule), hits: hits.length, warning }
}

/** Places listed as drift, and samples of each. */
const driftEntitiesMax = 200
const driftSamplesMax = 50

function summariseDrift(tally: RunTally): DriftSummary {
  const entities = tally.endpoints.flatMap(({ endpoint, paths }) =>
    paths.flatMap(({ path, drifts }): DriftEntity[] => {
      if (drifts.length === 0) return []
      const exchanges = drifts.reduce((sum, { count }) => sum + count, 0)
      return [{ endpoint, path, exchanges, samples: drifts.slice(0, driftSamplesMax) }]
    }),
  )
  entities.sort((a, b) => b.exchanges - a.exchanges)
  // Graver labels hide drift in an exchange's own, so that the place with the most of it counts;
  // headers tell of servers, and not of data.
  const exchanges = tally.endpoints.reduce((sum, { labels, paths }) => {
    const places = paths.filter(({ path }) => !path.startsWith('header.'))
    return sum + Math.max(labels.drift ?? 0, ...places.map((place) => place.labels.drift ?? 0))
  }, 0)
  return { exchanges, entities: entities.slice(0, driftEntitiesMax) }
}
