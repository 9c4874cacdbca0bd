// The verdict as JUnit XML: a suite for the run's gates and one for each endpoint, a case for each
// gate and finding.
import type { ReportEndpoint, ReportFinding, RunReport } from '../model/run-report.ts'
import type { VerdictKind } from '../model/verdict.ts'

interface Case {
  readonly name: string
  readonly outcome: VerdictKind
  readonly why: string
}

/** One XML document; what is undecided is a skipped case with its message. */
export function renderJunit(report: RunReport): string {
  const run = report.gates.map(({ name, outcome, why }): Case => ({ name, outcome, why }))
  const suites = [
    { name: 'gates', cases: run },
    ...report.endpoints.map((endpoint) => ({
      name: endpoint.endpoint,
      cases: casesOf(endpoint, report.findings),
    })),
  ]
  const all = suites.flatMap(({ cases }) => cases)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="rehearsal" ${countCases(all)}>`,
    ...suites.map(({ name, cases }) => renderSuite(name, cases)),
    '</testsuites>',
    '',
  ].join('\n')
}

const outcomes: Readonly<Record<ReportFinding['state'], VerdictKind>> = {
  confirmed: 'fail',
  suspected: 'undecided',
  advice: 'pass',
  accepted: 'pass',
}

function casesOf(
  { endpoint, exchanges }: ReportEndpoint,
  findings: readonly ReportFinding[],
): readonly Case[] {
  const own = findings.filter((finding) => finding.endpoint === endpoint)
  if (own.length === 0) {
    return [{ name: 'compared', outcome: 'pass', why: `${exchanges} exchanges` }]
  }
  return own.map(({ path, kind, state, why, example }) => ({
    name: path === kind ? kind : `${path} ${kind}`,
    outcome: outcomes[state],
    why: `${state}: ${example === '' ? '' : `${example}; `}${why}`,
  }))
}

function countCases(cases: readonly Case[]): string {
  const count = (outcome: VerdictKind) => cases.filter((found) => found.outcome === outcome).length
  return `tests="${cases.length}" failures="${count('fail')}" skipped="${count('undecided')}"`
}

function renderSuite(suite: string, cases: readonly Case[]): string {
  const rows = cases.map(({ name, outcome, why }) => {
    const open = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}"`
    if (outcome === 'pass') return `${open}/>`
    const tag = outcome === 'fail' ? 'failure' : 'skipped'
    return `${open}><${tag} message="${escapeXml(why)}"/></testcase>`
  })
  const name = escapeXml(suite)
  return [`  <testsuite name="${name}" ${countCases(cases)}>`, ...rows, '  </testsuite>'].join('\n')
}

/** For an attribute's value; what XML 1.0 cannot hold (section 2.2) becomes U+FFFD. */
function escapeXml(text: string): string {
  const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"']/g, (character) => entities[character as '&'])
      .replace(/[\t\r\n]/g, (character) => `&#${character.charCodeAt(0)};`)
  )
}
