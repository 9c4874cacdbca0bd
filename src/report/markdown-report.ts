// The verdict for a pull request: at most sixty lines of Markdown.
import type { RunReport } from '../model/run-report.ts'
import type { VerdictKind } from '../model/verdict.ts'
import { formatCount, formatMicros, onOneLine, percent, plural } from './plain-text.ts'
import { verdictWords } from './verdict-text.ts'

const causesMax = 12
const endpointsMax = 12
const rulesMax = 5
const textMax = 160

const marks: Readonly<Record<VerdictKind, string>> = { pass: '✅', fail: '❌', undecided: '❔' }

/** Markdown (GitHub's), without any markup from captured text. */
export function renderMarkdown(report: RunReport): string {
  const { verdict, traffic, gates, proves } = report
  const lines = [
    `## ${marks[verdict]} Rehearsal: ${verdictWords[verdict]}`,
    '',
    `${plural(traffic.exchanges, 'exchange')} at ${plural(report.endpoints.length, 'endpoint')}. ` +
      escapeMarkdown(proves),
    '',
    '| gate | | numbers |',
    '| --- | --- | --- |',
    ...gates.map(({ name, outcome, why }) => `| ${name} | ${marks[outcome]} | ${cell(why)} |`),
    ...listCauses(report),
    ...tabulateEndpoints(report),
    ...listRest(report),
  ]
  return `${lines.join('\n')}\n`
}

function listCauses({ causes }: RunReport): readonly string[] {
  const shown = causes.filter(({ state }) => state !== 'accepted')
  if (shown.length === 0) return []
  const rows = shown.slice(0, causesMax).map(({ title, state, shown: times }, index) => {
    return `${index + 1}. **${state}** ${cell(title)}: ${formatCount(times)} times`
  })
  const more = shown.length - causesMax
  return ['', '### Causes', '', ...rows, ...(more > 0 ? [`… and ${more} more`] : [])]
}

function tabulateEndpoints({ endpoints, findings }: RunReport): readonly string[] {
  const resized = new Set(
    findings.filter(({ kind }) => kind === 'size').map(({ endpoint }) => endpoint),
  )
  const touched = endpoints.filter(
    ({ endpoint, confirmed, suspected, changed }) =>
      confirmed + suspected + changed > 0 || resized.has(endpoint),
  )
  if (touched.length === 0) return []
  const ranked = [...touched].sort((a, b) => b.confirmed - a.confirmed || b.changed - a.changed)
  const rows = ranked.slice(0, endpointsMax).map((endpoint) => {
    const { exchanges, changed, drift, unstable, ratio, latency, sizes } = endpoint
    const p95 = latency.candidate === undefined ? '' : formatMicros(latency.candidate.p95)
    const times = ratio === null ? p95 : `× ${ratio.ratio.toFixed(2)}`
    const size = sizes.ratio === null ? '' : `× ${sizes.ratio.ratio.toFixed(2)}`
    const counts = [exchanges, changed, drift, unstable].map(formatCount).join(' | ')
    return `| ${cell(endpoint.endpoint)} | ${counts} | ${times} | ${size} |`
  })
  const more = touched.length - endpointsMax
  return [
    '',
    '| endpoint | exchanges | changed | drift | unstable | latency | size |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
    ...(more > 0 ? ['', `… and ${more} more endpoints with changes`] : []),
  ]
}

function listRest({ drift, rules, noise, traffic }: RunReport): readonly string[] {
  const warned = [...rules, ...noise].filter(({ warning }) => warning !== null)
  const held = noise.map(({ rule, hits }) => `${rule} ${formatCount(hits)}`).join(', ')
  const share = traffic.exchanges === 0 ? 0 : drift.exchanges / traffic.exchanges
  return [
    '',
    `Drift: ${plural(drift.exchanges, 'exchange')} (${percent(share)}) with other data than ` +
      `production. Rules: ${rules.length} in force.` +
      (held === '' ? '' : ` Noise, held to weaker checks: ${cell(held)}.`),
    ...warned.slice(0, rulesMax).map(({ rule, warning }) => `- ${cell(rule)}: ${cell(warning!)}`),
  ]
}

/** In a cell or a list's line: short, and nothing in it is markup. */
function cell(text: string): string {
  const characters = [...onOneLine(text)]
  const short = characters.length > textMax ? `${characters.slice(0, textMax - 1).join('')}…` : text
  return escapeMarkdown(onOneLine(short))
}

function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_[\]<>#|~$&!@]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/:\/\//g, ':&#47;/')
}
