// The verdict in ten lines for a terminal.
import type { RunReport } from '../model/run-report.ts'
import { fit, formatCount, plural } from './plain-text.ts'

const gatesMax = 3
const causesMax = 3

export const verdictWords = { pass: 'PASS', fail: 'FAIL', undecided: 'UNDECIDED' } as const

/** At most ten lines of at most 100 columns, without a last line end. */
export function formatVerdict(report: RunReport, folder: string): string {
  const { verdict, gates, causes, traffic, endpoints, drift, rules } = report
  const lines = [
    `${verdictWords[verdict]}: ${plural(traffic.exchanges, 'exchange')} at ` +
      `${plural(endpoints.length, 'endpoint')}, compared in mode ${traffic.mode}`,
  ]
  const open = gates.filter(({ outcome }) => outcome !== 'pass')
  const [first, ...rest] = [...open].sort((a, b) => (a.outcome === b.outcome ? 0 : isFail(b)))
  for (const gate of first === undefined ? [] : [first, ...rest].slice(0, gatesMax)) {
    lines.push(`  ${gate.outcome === 'fail' ? 'failed' : 'undecided'} ${gate.name}: ${gate.why}`)
  }
  const passed = gates.filter(({ outcome }) => outcome === 'pass').map(({ name }) => name)
  if (passed.length > 0) lines.push(`  passed: ${passed.join(', ')}`)
  const shown = causes.filter(({ state }) => state !== 'accepted').slice(0, causesMax)
  shown.forEach((cause, index) => {
    lines.push(`  ${index + 1}. ${cause.state} ${cause.title} (${formatCount(cause.shown)} times)`)
  })
  const warned = rules.filter(({ warning }) => warning !== null).length
  lines.push(
    `  drift: ${plural(drift.exchanges, 'exchange')} with other data than production` +
      (warned === 0 ? '' : `; ${plural(warned, 'rule')} to look at`),
  )
  lines.push(`  more: rehearsal report ${folder} --format html -o report.html`)
  return lines.map((line) => fit(line)).join('\n')
}

function isFail({ outcome }: RunReport['gates'][number]): number {
  return outcome === 'fail' ? 1 : -1
}
