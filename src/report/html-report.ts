// The report as one page that needs nothing else: no script, no image, no font, no network.
import type { ReportEndpoint, RunReport } from '../model/run-report.ts'
import type { Gate } from '../model/verdict.ts'
import { groupByKind } from './drift-text.ts'
import { type Examples, findingAnchor, renderFindings } from './html-findings.ts'
import { pageStyle } from './html-style.ts'
import { type Html, html, htmlText, trusted } from './html-text.ts'
import { drawDistribution, drawRatio, drawSeries } from './latency-plot.ts'
import { noiseChecks } from './noise-text.ts'
import { formatCount, formatMicros, formatTime, percent, plural } from './plain-text.ts'

const causesMax = 30
const endpointsShownMax = 30
const plotsMax = 6
const driftPlacesMax = 30
const driftSamplesMax = 3

const headlines = {
  pass: 'The candidate passes',
  fail: 'The candidate fails',
  undecided: 'Not decided',
} as const

/** A whole HTML document; `examples` by id, for answers side by side. */
export function renderHtml(report: RunReport, examples: Examples): string {
  // Without scripts and requests, even a mistake of ours could not make captured text act.
  const policy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${headlines[report.verdict]} · Rehearsal</title><style>${trusted(pageStyle)}</style></head>
<body><main>
${renderHero(report)}
${renderCauses(report)}
${renderGates(report)}
${renderEndpoints(report)}
${renderFindings(report, examples)}
${renderLatency(report)}
${renderDrift(report)}
${renderRules(report)}
</main></body></html>
`
  return htmlText(page)
}

function renderHero(report: RunReport): Html {
  const { verdict, traffic, run, endpoints, drift, causes, findings, rules, noise } = report
  const confirmed = causes.filter(({ state }) => state === 'confirmed').length
  const failed = report.gates.filter(({ outcome }) => outcome !== 'pass')
  const why = failed.length === 0 ? 'Every gate passed.' : sortGates(failed).map(describeGate)
  const links = [
    causes.length > 0 ? html`<a href="#causes">Causes</a>` : null,
    html`<a href="#gates">Gates</a><a href="#endpoints">Endpoints</a>`,
    findings.length > 0 ? html`<a href="#findings">Findings</a>` : null,
    html`<a href="#latency">Latency</a><a href="#drift">Drift</a>`,
    rules.length + noise.length > 0 ? html`<a href="#rules">Rules</a>` : null,
  ]
  const at = traffic.firstAt ?? run.startedAt
  const minutes = traffic.lastAt === null ? 0 : (traffic.lastAt - at) / 60e6
  const { baseline, candidate } = run.targets
  return html`<header class="hero ${verdict}">
<span class="quiet">Rehearsal · ${formatTime(at)}</span>
<h1>${headlines[verdict]}</h1>
<p class="lead">${why}</p>
<p class="quiet">${report.proves}</p>
<p class="quiet">${candidate === undefined ? null : html`Candidate <code>${candidate}</code>`}${
    baseline === undefined ? null : html`, held against <code>${baseline}</code>`
  }; traffic of ${run.inputs.join(', ')}.</p>
<dl class="facts">${renderFact('Exchanges', formatCount(traffic.exchanges))}${renderFact(
    'Minutes',
    minutes.toFixed(1),
  )}${renderFact('Endpoints', formatCount(endpoints.length))}${renderFact(
    'Confirmed causes',
    formatCount(confirmed),
  )}${renderFact('With drift', share(drift.exchanges, traffic.exchanges))}${renderFact(
    'Mode',
    traffic.mode,
  )}</dl>
<nav>${links}</nav></header>`
}

function describeGate({ name, outcome, why }: Gate): Html {
  return html`<span class="reason"><span class="state ${outcome}">${name}</span> ${why}</span>`
}

const outcomeOrder: readonly Gate['outcome'][] = ['fail', 'undecided', 'pass']

function sortGates(gates: readonly Gate[]): readonly Gate[] {
  const rank = ({ outcome }: Gate) => outcomeOrder.indexOf(outcome)
  return [...gates].sort((a, b) => rank(a) - rank(b))
}

function renderFact(name: string, value: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`
}

function share(part: number, whole: number): string {
  return percent(whole === 0 ? 0 : part / whole)
}

function renderCauses({ causes }: RunReport): Html | null {
  if (causes.length === 0) return null
  const rows = causes.slice(0, causesMax).map(({ title, state, findings, shown, endpoints }) => {
    const more = endpoints > 1 ? ` at ${endpoints} endpoints` : ''
    return html`<li><a class="title" href="#${findingAnchor(findings[0]!)}">${title}</a>
<span><span class="count">${plural(shown, 'exchange')}${more}</span>
<span class="state ${state}">${state}</span></span></li>`
  })
  const rest = causes.length - causesMax
  return html`<section><h2 id="causes">Causes</h2><ol class="causes card">${rows}</ol>${
    rest > 0 ? html`<p class="quiet">${rest} more stand among the findings.</p>` : null
  }</section>`
}

function renderGates({ gates }: RunReport): Html {
  const rows = sortGates(gates).map(
    ({ name, outcome, why }) => html`<tr><td><span class="state ${outcome}">${outcome}</span></td>
<td>${name}</td><td class="rest">${why}</td></tr>`,
  )
  return html`<section><h2 id="gates">Gates</h2>
<div class="card"><table><tbody>${rows}</tbody></table></div></section>`
}

function renderEndpoints({ endpoints }: RunReport): Html {
  const grave = ({ confirmed, suspected }: ReportEndpoint) => confirmed * 2 + suspected
  const ranked = [...endpoints].sort((a, b) => grave(b) - grave(a) || b.exchanges - a.exchanges)
  const rest = ranked.slice(endpointsShownMax)
  return html`<section><h2 id="endpoints">Endpoints</h2>
<div class="card">${tabulate(ranked.slice(0, endpointsShownMax))}</div>${
    rest.length === 0
      ? null
      : html`<details class="finding"><summary>${plural(rest.length, 'more endpoint')}</summary>
${tabulate(rest)}</details>`
  }</section>`
}

function tabulate(endpoints: readonly ReportEndpoint[]): Html {
  const rows = endpoints.map((endpoint) => {
    const { exchanges, changed, drift, unstable, confirmed, suspected, ratio, latency, sizes } =
      endpoint
    const p95 = latency.candidate?.p95
    return html`<tr><td class="endpoint">${endpoint.endpoint} ${
      confirmed > 0 ? html`<span class="state confirmed">${confirmed}</span>` : null
    }${suspected > 0 ? html`<span class="state suspected">${suspected}</span>` : null}</td>
${[exchanges, changed, drift, unstable].map(renderNumber)}
<td class="number">${p95 === undefined ? null : formatMicros(p95)}</td>
<td>${ratio === null ? html`<span class="quiet">too little</span>` : drawRatio(ratio)}</td>
<td class="number">${ratio === null ? null : `× ${ratio.ratio.toFixed(2)}`}</td>
<td class="number">${renderSize(sizes)}</td></tr>`
  })
  return html`<table><thead><tr><th>Endpoint</th><th class="number">Exchanges</th>
<th class="number">Changed</th><th class="number">Drift</th><th class="number">Unstable</th>
<th class="number">p95</th><th colspan="2">Latency, against the baseline</th>
<th class="number">Size</th></tr></thead>
<tbody>${rows}</tbody></table>`
}

/** How much larger, and on a closer look by how many bytes and how surely. */
function renderSize({ byRole, ratio }: ReportEndpoint['sizes']): Html | null {
  if (ratio === null) return null
  const { candidate = 0, baseline, production } = byRole
  const told =
    `${plural(baseline ?? production ?? 0, 'byte')} → ${plural(candidate, 'byte')} in the mean; ` +
    `${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}, ${plural(ratio.pairs, 'pair')}`
  return html`<span title="${told}">× ${ratio.ratio.toFixed(2)}</span>`
}

function renderNumber(count: number): Html {
  return html`<td class="number${count === 0 ? ' zero' : ''}">${formatCount(count)}</td>`
}

function renderLatency({ endpoints, series, findings }: RunReport): Html {
  const slower = new Set(
    findings.filter(({ kind }) => kind === 'latency').map(({ endpoint }) => endpoint),
  )
  const ranked = [...endpoints].sort(
    (a, b) => Number(slower.has(b.endpoint)) - Number(slower.has(a.endpoint)),
  )
  const plots = ranked.slice(0, plotsMax).map(drawDistribution)
  return html`<section><h2 id="latency">Latency</h2>
<p class="key"><span class="production">production</span><span class="baseline">baseline</span>
<span class="candidate">candidate</span></p>
<div class="plots">${drawSeries(series)}${plots}</div>
<p class="quiet">Each plot shows what share of requests was answered within which time.
The slowdown in the table is paired, request by request, and judged on blocks of time.</p>
</section>`
}

function renderDrift({ drift, traffic }: RunReport): Html {
  const told = `${plural(drift.exchanges, 'exchange')} 
(${share(drift.exchanges, traffic.exchanges)}) were answered from other data than production's.
That is not held against the candidate.`
  let left = driftPlacesMax
  const rows = [...groupByKind(drift)].flatMap(([kind, entities]) => {
    const shown = entities.slice(0, Math.max(0, left))
    left -= shown.length
    return shown.flatMap(({ endpoint, path, exchanges, samples }) =>
      samples.slice(0, driftSamplesMax).map(
        (sample, index) => html`<tr><td>${index === 0 ? kind : null}</td>
<td>${index === 0 ? html`${endpoint} <code>${path}</code>` : null}</td>
<td class="number">${index === 0 ? formatCount(exchanges) : null}</td>
<td><code>${sample.target}</code></td>
<td>${sample.production ?? 'absent'}</td><td>${sample.staging ?? 'absent'}</td></tr>`,
      ),
    )
  })
  const table = html`<div class="card"><table><thead><tr><th>Data</th><th>Place</th>
<th class="number">Exchanges</th><th>Seen at</th><th>Production</th><th>Here</th></tr></thead>
<tbody>${rows}</tbody></table></div>`
  return html`<section><h2 id="drift">Drift</h2>
<p>${told}</p>${rows.length === 0 ? null : table}</section>`
}

function renderRules({ rules, noise }: RunReport): Html | null {
  if (rules.length + noise.length === 0) return null
  const rows = rules.map(
    ({ rule, hits, warning }) => html`<tr><td><code>${rule}</code></td>
<td class="number">${plural(hits, 'hit')}</td><td class="warn">${warning}</td></tr>`,
  )
  return html`<section><h2 id="rules">Rules</h2>${
    rules.length === 0 ? null : html`<div class="card"><table><tbody>${rows}</tbody></table></div>`
  }${noise.length === 0 ? null : renderNoise(noise)}</section>`
}

function renderNoise(noise: RunReport['noise']): Html {
  const rows = noise.map(({ rule, hits, places, hides, warning }) => {
    const where = hides.map(
      ({ endpoint, path, exchanges }) =>
        html`<br>${endpoint} <code>${path}</code>: ${plural(exchanges, 'exchange')}`,
    )
    return html`<tr><td><code>${rule}</code></td><td>${noiseChecks[rule]}</td>
<td class="number">${plural(hits, 'hit')}</td><td class="number">${plural(places, 'place')}</td>
<td class="warn">${warning}${where}</td></tr>`
  })
  return html`<p>Values that differ by themselves are held to a weaker check:</p>
<div class="card"><table><tbody>${rows}</tbody></table></div>`
}
