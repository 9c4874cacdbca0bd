// The findings of the page: numbers, values, and answers side by side.
import type { Role } from '../model/comparison.ts'
import type { ReportFinding, ReportSample, RunReport } from '../model/run-report.ts'
import type { StoredExchange } from '../model/run-store.ts'
import { layOutAnswer } from './answer-text.ts'
import { type Html, html } from './html-text.ts'
import { formatCount, formatMicros, formatTime } from './plain-text.ts'
import { alignColumns, type SideRow } from './side-by-side.ts'

export type Examples = ReadonlyMap<string, StoredExchange>

/** Findings that stand open, those with answers side by side, and examples of one. */
const openMax = 3
const withAnswersMax = 60
const answersMax = 1
const pairsMax = 6

const sides = ['production', 'baseline', 'candidate'] as const satisfies readonly Role[]
const sideNames: Readonly<Record<(typeof sides)[number], string>> = {
  production: 'P · production',
  baseline: 'B · baseline',
  candidate: 'C · candidate',
}

/** All findings but consequences of others, which stand with their cause. */
export function renderFindings(report: RunReport, examples: Examples): Html | null {
  const { findings, findingsOmitted } = report
  if (findings.length === 0) return null
  const own = findings.filter(({ consequenceOf }) => consequenceOf === null)
  const rendered = own.map((finding, index) => {
    const following = findings.filter(({ consequenceOf }) => consequenceOf === finding.id)
    return renderFinding(finding, following, index, examples)
  })
  return html`<section><h2 id="findings">Findings</h2>${rendered}${
    findingsOmitted > 0 ? html`<p class="quiet">${findingsOmitted} more are not listed.</p>` : null
  }</section>`
}

/** An anchor of its own for each. */
export function findingAnchor(id: string): string {
  return `f-${encodeURIComponent(id).replace(/[^\w-]/g, '_')}`
}

function renderFinding(
  finding: ReportFinding,
  following: readonly ReportFinding[],
  index: number,
  examples: Examples,
): Html {
  const { endpoint, path, kind, state, shown, exchanges, when, why, rule } = finding
  const isOpen = index < openMax && state !== 'accepted'
  const place = path === kind ? kind : html`<code>${path}</code> ${kind}`
  return html`<details class="finding" id="${findingAnchor(finding.id)}"
${isOpen ? html`open` : null}>
<summary><span class="state ${state}">${state}</span> <span class="where">${endpoint}</span>
 <span class="what">${place}</span>
 <span class="count">${formatCount(shown)} of ${formatCount(exchanges)}</span></summary>
<div class="body">
${renderPairs(finding)}
<p>${when === null ? null : html`Only with <strong>${when}</strong>. `}${why}.${
    rule === null ? null : html` Accepted by <code>${rule}</code>.`
  }</p>
${finding.samples.slice(0, answersMax).map((sample) => renderSample(sample, index, examples))}
${renderOthers(finding.samples.slice(answersMax))}
${
  following.length === 0
    ? null
    : html`<p>Follows from it: ${following.map(
        (other) => html`<span class="tag">${other.endpoint} <code>${other.path}</code></span> `,
      )}</p>`
}</div></details>`
}

function renderPairs({ pairs, example }: ReportFinding): Html | null {
  if (pairs.length === 0) return example === '' ? null : html`<p class="change">${example}</p>`
  return html`<ul class="pairs">${pairs.slice(0, pairsMax).map(
    ({ from, to, count }) => html`<li><del>${shorten(from)}</del> → <ins>${shorten(to)}</ins>
 <span class="count">× ${formatCount(count)}</span></li>`,
  )}</ul>`
}

function shorten(value: string | null): string {
  if (value === null) return 'absent'
  return value.length > 120 ? `${value.slice(0, 119)}…` : value
}

function renderSample(sample: ReportSample, index: number, examples: Examples): Html {
  const stored = index < withAnswersMax ? examples.get(sample.exchange) : undefined
  return html`<p class="quiet">Exchange ${sample.exchange}, ${formatTime(sample.at)}</p>
<pre class="curl">${sample.curl}</pre>${stored === undefined ? null : renderSides(stored)}`
}

function renderOthers(samples: readonly ReportSample[]): Html | null {
  if (samples.length === 0) return null
  const rows = samples.map(
    ({ exchange, values }) =>
      html`<tr><td><code>${exchange}</code></td>${sides.map(
        (role) => html`<td>${values[role] === undefined ? '' : shorten(values[role])}</td>`,
      )}</tr>`,
  )
  return html`<table class="samples"><thead><tr><th>also</th><th>P</th><th>B</th><th>C</th></tr>
</thead><tbody>${rows}</tbody></table>`
}

function renderSides({ answers }: StoredExchange): Html {
  const roles = sides.filter((role) => answers[role] !== undefined)
  const rows = alignColumns(roles.map((role) => layOutAnswer(answers[role]!)))
  const heads = roles.map((role) => {
    const { latency } = answers[role]!
    return html`<th>${sideNames[role]}<span class="count">${formatMicros(latency)}</span></th>`
  })
  const body = rows.map((row) =>
    'equal' in row
      ? html`<tr class="gap"><td colspan="${roles.length}">${row.equal} equal lines</td></tr>`
      : renderRow(row, roles),
  )
  return html`<div class="sides"><table><thead><tr>${heads}</tr></thead>
<tbody>${body}</tbody></table></div>`
}

function renderRow({ cells, differs }: SideRow, roles: readonly Role[]): Html {
  if (!differs) return html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`
  const held = cells[Math.max(0, roles.indexOf('baseline'))] ?? null
  return html`<tr class="differs">${cells.map((cell, index) => {
    if (cell === null) return html`<td class="none"></td>`
    if (cell === held) return html`<td>${cell}</td>`
    const [before, middle, after] = markDifference(cell, held ?? '')
    return html`<td class="${roles[index]!}">${before}<mark>${middle}</mark>${after}</td>`
  })}</tr>`
}

/** The text in three: what it begins with alike, the words that are its own, and its like end. */
export function markDifference(text: string, other: string): readonly [string, string, string] {
  const [own, others] = [[...text], [...other]]
  const most = Math.min(own.length, others.length)
  let start = 0
  while (start < most && own[start] === others[start]) start++
  let end = 0
  while (end < most - start && own.at(-1 - end) === others.at(-1 - end)) end++
  while (start > 0 && isOfWord(own[start - 1]!)) start--
  while (end > 0 && isOfWord(own.at(-end)!)) end--
  const cut = own.length - end
  return [own.slice(0, start), own.slice(start, cut), own.slice(cut)].map((part) =>
    part.join(''),
  ) as [string, string, string]
}

function isOfWord(character: string): boolean {
  return /[\w.+-]/.test(character)
}
