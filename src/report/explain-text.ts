// One place of one endpoint, explained for a terminal: who differs, how often, how sure, and where.
import type { Label, Role } from '../model/comparison.ts'
import type { ReportFinding, RunReport } from '../model/run-report.ts'
import type { EndpointTally, PathTally } from '../model/run-tally.ts'
import { fit, formatCount, formatTime, onOneLine, plural } from './plain-text.ts'

const pairsMax = 8
const otherEndpointsMax = 8

export const roleLetters: Readonly<Record<Role, string>> = {
  production: 'P',
  baseline: 'B',
  baseline2: 'B2',
  candidate: 'C',
}

/** What was counted at a path of an endpoint, for each kind of difference there. */
export function formatExplanation(
  endpoint: EndpointTally,
  paths: readonly PathTally[],
  report: RunReport,
): string {
  const lines = [`${endpoint.endpoint}: ${formatCount(endpoint.exchanges)} exchanges`]
  for (const path of paths) {
    lines.push('', ...explainPath(endpoint, path, report))
  }
  return `${lines.map(onOneLine).join('\n')}\n`
}

function explainPath(
  { endpoint }: EndpointTally,
  path: PathTally,
  report: RunReport,
): readonly string[] {
  const id = `${endpoint} ${path.path} ${path.kind}`
  const finding = report.findings.find((found) => found.id === id)
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
