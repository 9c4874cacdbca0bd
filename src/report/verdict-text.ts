// The verdict in ten lines for a terminal.
import type { RunReport } from '../model/run-report.ts'
import { isEndpointKind } from '../model/verdict.ts'
import { columnsMax, fit, formatCount, onOneLine, plural } from './plain-text.ts'

const linesMax = 10
const gatesMax = 3

export const verdictWords = { pass: 'PASS', fail: 'FAIL', undecided: 'UNDECIDED' } as const

/**
 * At most ten lines, without a last line end; of at most 100 columns, but for the commands to run
 * next, which are whole.
 */
export function formatVerdict(report: RunReport, folder: string): string {
  const { verdict, gates, causes, traffic, endpoints, findings, drift } = report
  const lines = [
    `${verdictWords[verdict]}: ${plural(traffic.exchanges, 'exchange')} at ` +
      `${plural(endpoints.length, 'endpoint')}, compared in mode ${traffic.mode}`,
  ]
  const open = gates
    .filter(({ outcome }) => outcome !== 'pass')
    .sort((a, b) => (a.outcome === b.outcome ? 0 : isFail(b)))
  for (const gate of open.slice(0, gatesMax)) {
    lines.push(`  ${gate.outcome === 'fail' ? 'failed' : 'undecided'} ${gate.name}: ${gate.why}`)
  }
  const more = open.slice(gatesMax).map(({ name, outcome }) => `${outcome} ${name}`)
  const passed = gates.filter(({ outcome }) => outcome === 'pass').map(({ name }) => name)
  const rest = [...more, ...(passed.length > 0 ? [`passed: ${passed.join(', ')}`] : [])]
  if (rest.length > 0) lines.push(`  ${rest.join('; ')}`)
  const shown = causes.filter(({ state }) => state !== 'accepted')
  const next = nextCommands(report, shown, folder)
  const causesMax = linesMax - lines.length - 1 - next.length
  shown.slice(0, causesMax).forEach((cause, index) => {
    const times = `${formatCount(cause.shown)} times`
    const left = index === causesMax - 1 ? shown.length - causesMax : 0
    const others = left > 0 ? ` and ${plural(left, 'more cause')}` : ''
    const line = `  ${index + 1}. ${cause.state} ${cause.title}`
    // The end tells what the middle may lack.
    const end = ` (${times})${others}`
    lines.push(fit(line, columnsMax - end.length) + end)
  })
  const sizes = findings.filter(isSizeToTell).length
  lines.push(
    `  drift: ${plural(drift.exchanges, 'exchange')} with other data than production` +
      (sizes === 0 ? '' : `; other sizes at ${plural(sizes, 'endpoint')}`),
  )
  return [...lines.map((line) => fit(line)), ...next].join('\n')
}

/** A size that fails nothing, and that no other finding explains. */
function isSizeToTell({ kind, state, consequenceOf }: RunReport['findings'][number]): boolean {
  return kind === 'size' && state === 'advice' && consequenceOf === null
}

/** What explains the first cause, which rules want a look, and the page with all of it. */
function nextCommands(
  { findings, rules, noise }: RunReport,
  causes: RunReport['causes'],
  folder: string,
): readonly string[] {
  const [run] = quoteWords([folder])
  const warned = [...rules, ...noise].filter(({ warning }) => warning !== null).length
  const rest = [
    ...(warned === 0 ? [] : [`  ${plural(warned, 'rule')} to look at: rehearsal rules ${run}`]),
    `  more: rehearsal report ${run} --format html -o report.html`,
  ]
  const first = findings.find(({ id }) => id === causes[0]?.findings[0])
  // A slow endpoint, or one that fails, has no place of its own to explain.
  if (first === undefined || isEndpointKind(first.kind)) return rest
  const words = quoteWords([folder, first.endpoint, first.path])
  return [`  why 1.: rehearsal explain ${words.join(' ')}`, ...rest]
}

/** For a POSIX shell. */
function quoteWords(words: readonly string[]): readonly string[] {
  return words.map((word) => {
    const plain = onOneLine(word)
    return /^[\w./:@%+,-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", "'\\''")}'`
  })
}

function isFail({ outcome }: RunReport['gates'][number]): number {
  return outcome === 'fail' ? 1 : -1
}
