// The findings of the page: numbers, values, and answers side by side.
import type { Role } from '../model/comparison.ts'
import type { ExchangeView, SideRow } from '../model/console.ts'
import type { ReportFinding, ReportSample, RunReport } from '../model/run-report.ts'
import { type Html, html } from './html-text.ts'
import { formatCount, formatMicros, formatTime } from './plain-text.ts'

/** Exchanges by id, with their answers side by side. */
export type Examples = ReadonlyMap<string, ExchangeView>

/** Findings that stand open, and examples of one with answers side by side. */
const openMax = 3
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
${finding.samples.slice(0, answersMax).map((sample) => renderSample(sample, examples))}
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

function shorten(value: string | null | undefined): string {
  if (value === undefined) return ''
  if (value === null) return 'absent'
  return value.length > 120 ? `${value.slice(0, 119)}…` : value
}

function renderSample(sample: ReportSample, examples: Examples): Html {
  const view = examples.get(sample.exchange)
  return html`<p class="quiet">Exchange ${sample.exchange}, ${formatTime(sample.at)}</p>
<pre class="curl">${sample.curl}</pre>${view === undefined ? null : renderSides(view)}`
}

function renderOthers(samples: readonly ReportSample[]): Html | null {
  if (samples.length === 0) return null
  const rows = samples.map(
    ({ exchange, values }) =>
      html`<tr><td><code>${exchange}</code></td>${sides.map(
        (role) => html`<td>${shorten(values[role])}</td>`,
      )}</tr>`,
  )
  return html`<table class="samples"><thead><tr><th>also</th><th>P</th><th>B</th><th>C</th></tr>
</thead><tbody>${rows}</tbody></table>`
}

/** Rows that differ, with a few of those around them; the others are counted. */
function renderSides({ answers, rows, rowsOmitted }: ExchangeView): Html {
  const roles = sides.filter((role) => answers[role] !== undefined)
  const heads = roles.map((role) => {
    const { latency, failure } = answers[role]!.summary
    const told = failure ?? formatMicros(latency)
    return html`<th>${sideNames[role]}<span class="count">${told}</span></th>`
  })
  const body = foldAlike(rows.filter((row) => isShown(row, roles)).slice(0, rowsMax)).map((row) =>
    'alike' in row
      ? html`<tr class="gap"><td colspan="${roles.length + 1}">${row.alike} alike</td></tr>`
      : renderRow(row, roles),
  )
  const more = rowsOmitted > 0 ? html`<p class="quiet">${rowsOmitted} more are left out.</p>` : null
  return html`<div class="sides"><table><thead><tr><th>Place</th>${heads}</tr></thead>
<tbody>${body}</tbody></table></div>${more}`
}

const rowsMax = 2_000
/** Rows alike that are kept around those that differ. */
const aroundRows = 2

/** What holds others tells nothing of its own, unless an answer lacks it. */
function isShown({ holder, values }: SideRow, roles: readonly Role[]): boolean {
  return !holder || roles.some((role) => values[role] === undefined)
}

function foldAlike(rows: readonly SideRow[]): readonly (SideRow | { readonly alike: number })[] {
  const near = new Set<number>()
  rows.forEach((row, index) => {
    if (!isOther(row)) return
    for (let at = index - aroundRows; at <= index + aroundRows; at++) near.add(at)
  })
  const folded: (SideRow | { readonly alike: number })[] = []
  let alike = 0
  rows.forEach((row, index) => {
    if (!near.has(index)) alike += 1
    else {
      if (alike > 0) folded.push({ alike })
      alike = 0
      folded.push(row)
    }
  })
  return alike > 0 ? [...folded, { alike }] : folded
}

/** Values may be alike and written in another way, which counts where it was found to. */
function isOther({ differs, weight }: SideRow): boolean {
  return differs || weight !== 'none'
}

function renderRow(row: SideRow, roles: readonly Role[]): Html {
  const { place, values, weight } = row
  const head = html`<td class="place">${place}</td>`
  const cells = roles.map((role) => values[role])
  if (!isOther(row))
    return html`<tr>${head}${cells.map((cell) => html`<td>${shorten(cell)}</td>`)}</tr>`
  const held = values.baseline ?? (roles.includes('baseline') ? undefined : values.production)
  return html`<tr class="differs">${head}${cells.map((cell, index) => {
    if (cell === undefined) return html`<td class="none"></td>`
    // What weighs nothing, as a time or a token of its own, is no change of the candidate's.
    const isPlain = cell === held || (roles[index] === 'candidate' && weight === 'none')
    if (isPlain) return html`<td>${shorten(cell)}</td>`
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
