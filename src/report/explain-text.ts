// One place of one endpoint, explained for a terminal: who differs, how often, how sure, and where.
import type { Label, Role } from '../model/comparison.ts'
import type { ReportFinding, ReportRatio, RunReport } from '../model/run-report.ts'
import type { EndpointTally, PathTally } from '../model/run-tally.ts'
import { findingId, findingStates, isEndpointKind } from '../model/verdict.ts'
import { fit, formatCount, formatMicros, formatTime, onOneLine, plural } from './plain-text.ts'

const pairsMax = 8
const otherEndpointsMax = 8

export const roleLetters: Readonly<Record<Role, string>> = {
  production: 'P',
  baseline: 'B',
  baseline2: 'B2',
  candidate: 'C',
}

/** What was counted at paths of an endpoint, for each kind of difference there; gravest first. */
export function formatExplanation(
  endpoint: EndpointTally,
  paths: readonly PathTally[],
  report: RunReport,
): string {
  const lines = [
    `${endpoint.endpoint}: ${formatCount(endpoint.exchanges)} exchanges`,
    ...explainEndpoint(endpoint.endpoint, report),
  ]
  const places = paths.map((path) => ({ path, finding: findingOf(endpoint, path, report) }))
  places.sort((one, other) => rankOf(one.finding) - rankOf(other.finding))
  for (const { path, finding } of places) lines.push('', ...explainPath(path, finding, report))
  return `${lines.map(onOneLine).join('\n')}\n`
}

/** How long its answers take and how large they are, and what was found of either. */
function explainEndpoint(name: string, report: RunReport): readonly string[] {
  const { endpoints, findings } = report
  const described = endpoints.find(({ endpoint }) => endpoint === name)
  if (described === undefined) return []
  const { latency, ratio, sizes } = described
  const p95 = Object.entries(latency).map(
    ([role, { p95 }]) => `${roleLetters[role as Role]} ${formatMicros(p95)}`,
  )
  const bytes = Object.entries(sizes.byRole).map(
    ([role, mean]) => `${roleLetters[role as Role]} ${formatCount(mean)}`,
  )
  const held = latency.baseline === undefined ? 'P' : 'B'
  const own = findings.filter(({ endpoint, path }) => endpoint === name && isEndpointKind(path))
  return [
    ...(p95.length > 0 ? [`  latency p95: ${p95.join(', ')}${explainRatio(ratio, held)}`] : []),
    ...(bytes.length > 0
      ? [`  mean bytes: ${bytes.join(', ')}${explainRatio(sizes.ratio, held)}`]
      : []),
    ...own.flatMap((finding) => [
      `  ${finding.kind}: ${finding.state}`,
      ...explainFinding(finding, report).map((line) => `  ${line}`),
    ]),
  ]
}

function explainRatio(ratio: ReportRatio | null, held: string): string {
  if (ratio === null) return '; too little to compare by time'
  const { low, high } = ratio
  return `; C over ${held} × ${ratio.ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`
}

function findingOf(
  { endpoint }: EndpointTally,
  path: PathTally,
  report: RunReport,
): ReportFinding | undefined {
  const id = findingId(endpoint, path.path, path.kind, path.change)
  return report.findings.find((found) => found.id === id)
}

/** Of places without a finding, behind all others. */
function rankOf(finding: ReportFinding | undefined): number {
  return finding === undefined ? findingStates.length : findingStates.indexOf(finding.state)
}

function explainPath(
  path: PathTally,
  finding: ReportFinding | undefined,
  report: RunReport,
): readonly string[] {
  const lines = [
    `${path.path} ${path.kind}: ${finding?.state ?? 'no finding'}`,
    `  differs in ${plural(path.exchanges, 'exchange')}:`,
    ...explainLabels(path.labels),
  ]
  if (Object.keys(path.rules).length > 0) lines.push(`  held to: ${formatCounts(path.rules)}`)
  lines.push(...(finding === undefined ? countOdd(path) : explainFinding(finding, report)))
  if (Object.keys(path.classes).length > 0) lines.push(`  classes: ${formatCounts(path.classes)}`)
  if (path.pairs.length > 0) lines.push('  values (before → candidate):')
  for (const { from, to, count } of path.pairs.slice(0, pairsMax)) {
    lines.push(fit(`    ${formatCount(count)} × ${from ?? 'absent'} → ${to ?? 'absent'}`))
  }
  if (path.drifts.length > 0 && !path.path.startsWith('header.')) {
    const places = plural(path.drifts.length, 'place')
    lines.push(`  out of step with production at ${places}: see rehearsal drift`)
  }
  for (const sample of finding?.samples ?? []) lines.push(...explainSample(sample))
  return lines
}

const labelTexts: Readonly<Record<Label, string>> = {
  same: 'all alike',
  drift: 'B and C alike, P not: the data is otherwise here',
  changed: 'P and B alike, C not',
  'changed-agrees-with-production': 'P and C alike, B not: a fix, or a stale baseline',
  'changed-under-drift': 'P, B and C all otherwise',
  unstable: 'B differs from itself, or such values always do',
}

function explainLabels(labels: PathTally['labels']): readonly string[] {
  const entries = Object.entries(labels) as [Label, number][]
  entries.sort((a, b) => b[1] - a[1])
  return entries.map(([label, count]) => `    ${formatCount(count)} ${label}: ${labelTexts[label]}`)
}

/** Where there is no finding: why not. */
function countOdd({ candidateOdd, baselineOdd, broken, reasked }: PathTally): readonly string[] {
  const lines = [
    `  the candidate alone differs in ${formatCount(candidateOdd)}, one of two baselines in ` +
      `${formatCount(baselineOdd)}; ${formatCount(broken.candidate)} break even the weaker check`,
  ]
  const { confirmed, refuted } = reasked
  const again = `  asked again: ${confirmed} bear it out, ${refuted} do not`
  return confirmed + refuted > 0 ? [...lines, again] : lines
}

function explainFinding(finding: ReportFinding, report: RunReport): readonly string[] {
  const lines = [`  ${finding.why}`]
  if (finding.when !== null) lines.push(`  only with ${finding.when}`)
  if (finding.rule !== null) lines.push(`  rule: ${finding.rule}`)
  if (finding.consequenceOf !== null) lines.push(`  follows from: ${finding.consequenceOf}`)
  const cause = report.causes.find(({ findings }) => findings.includes(finding.id))
  const others = new Set(
    report.findings
      .filter(({ id, endpoint }) => cause?.findings.includes(id) && endpoint !== finding.endpoint)
      .map(({ endpoint }) => endpoint),
  )
  if (others.size > 0) {
    const named = [...others].slice(0, otherEndpointsMax).join(', ')
    lines.push(`  shows at ${others.size} more endpoints: ${named}`)
  }
  return lines
}

function explainSample(sample: ReportFinding['samples'][number]): readonly string[] {
  const lines = [`  exchange ${sample.exchange} at ${formatTime(sample.at)}`]
  for (const [role, letter] of Object.entries(roleLetters) as [Role, string][]) {
    const answer = sample.answers[role]
    if (answer === undefined) continue
    const value = sample.values[role]
    const shown = value === undefined ? '' : `  ${value ?? 'absent'}`
    lines.push(fit(`    ${letter.padEnd(2)} ${answer.status ?? answer.failure}${shown}`))
  }
  lines.push(`    ${sample.curl}`)
  return lines
}

function formatCounts(counts: Readonly<Partial<Record<string, number>>>): string {
  const entries = Object.entries(counts).sort((a, b) => (b[1] ?? 0) - (a[1] ?? 0))
  return entries.map(([name, count]) => `${name} ${formatCount(count ?? 0)}`).join(', ')
}
