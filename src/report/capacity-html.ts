// What a target bears, as one page that holds all it needs: the answer, the curve, the endpoints.
import type { CapacityReport, TargetCapacity, TrialSummary } from '../model/capacity.ts'
import { type CurvePoint, curveOf } from './capacity-curve.ts'
import {
  formatAnswer,
  formatGenerator,
  formatLevel,
  formatLost,
  formatMillis,
  formatPercent,
  formatReasons,
} from './capacity-text.ts'
import { escapeMarkup, type PlotSeries, renderLinePlot } from './line-plot.ts'

/** A whole HTML document, without a script or anything from elsewhere. */
export function renderCapacityHtml(report: CapacityReport): string {
  const { candidate, baseline, normal } = report
  const targets = baseline === null ? [candidate] : [candidate, baseline]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Capacity of ${escapeMarkup(candidate.target)}</title>
<style>${styleSheet}</style>
</head>
<body>
<main>
<h1>How many times normal traffic it bears</h1>
${renderHeadline(report)}
<p class="facts">Normal is ${normal.rate.toFixed(1)} requests a second:
${normal.requests} requests of ${normal.sessions} sessions in ${Math.round(normal.seconds)} s.
More of it was ${normal.shape === 'compressed' ? 'compressed in time' : 'superposed'};
distinct entities ${formatPercent(normal.distinct)}.
${normal.writesAmplified || normal.writes === 0 ? '' : 'Writes went as often as at 1×.'}
${formatLost(normal).map(escapeMarkup).join('')}
${report.generator == null ? '' : `${escapeMarkup(formatGenerator(report.generator))}.`}
Held to ${escapeMarkup(report.slo)}. ${escapeMarkup(report.startedAt)},
${Math.round(report.seconds)} s.</p>
${renderComparison(targets)}
${targets.map(renderTarget).join('\n')}
</main>
</body>
</html>
`
}

function renderHeadline(report: CapacityReport): string {
  const { candidate, baseline, ratio, expected, expectation } = report
  const lines = [
    `<p class="answer"><b>candidate</b> ${escapeMarkup(candidate.target)}
${escapeMarkup(formatAnswer(candidate))}</p>`,
  ]
  if (baseline !== null) {
    lines.push(`<p class="answer"><b>baseline</b> ${escapeMarkup(baseline.target)}
${escapeMarkup(formatAnswer(baseline))}</p>`)
  }
  if (ratio === null && baseline !== null) {
    lines.push('<p>No ratio: one of the two has no answer but a bound.</p>')
  }
  if (ratio !== null) {
    lines.push(`<p class="answer">The candidate bears <b>${ratio.toFixed(2)}</b> of what the
baseline does.</p>`)
  }
  if (expected !== null) {
    lines.push(`<p class="answer ${expectation}">Expected ${escapeMarkup(expected)}:
<b>${expectation}</b></p>`)
  }
  return lines.join('\n')
}

/** Both targets in one plot, where there are two. */
function renderComparison(targets: readonly TargetCapacity[]): string {
  if (targets.length < 2) return ''
  const series = targets.map(({ trials }, index): PlotSeries => {
    const [name, style] = index === 0 ? ['candidate p99', 'p99'] : ['baseline p99', 'p50']
    return { name, style, points: pointsOf(curveOf(trials), ({ fromDue }) => fromDue.p99) }
  })
  return `<h2>Candidate and baseline</h2>${renderLinePlot({
    ...{ title: 'p99 of candidate and baseline by load', xLabel: 'times normal', series },
    ...{ yLabel: 'ms from the due time', yLogarithmic: true, mark: null, limit: null },
    formatY: (micros) => `${formatMillis(micros)} ms`,
  })}`
}

function renderTarget(capacity: TargetCapacity): string {
  const { target, answer, trials, limits } = capacity
  const curve = curveOf(trials)
  const mark = answer.level > 0 ? { name: formatLevel(answer.level), x: answer.level } : null
  const common = { xLabel: 'times normal', mark }
  const limit =
    limits.p99 > 0 ? { name: `limit ${formatMillis(limits.p99)} ms`, y: limits.p99 } : null
  const latency = renderLinePlot({
    ...{ ...common, title: 'Latency by load', yLabel: 'ms from the due time', limit },
    yLogarithmic: true,
    series: [
      { name: 'p50', style: 'p50', points: pointsOf(curve, ({ fromDue }) => fromDue.p50) },
      { name: 'p95', style: 'p95', points: pointsOf(curve, ({ fromDue }) => fromDue.p95) },
      { name: 'p99', style: 'p99', points: pointsOf(curve, ({ fromDue }) => fromDue.p99) },
      { name: 'service p99', style: 'dashed', points: pointsOf(curve, (at) => at.service.p99) },
    ],
    formatY: (micros) => `${formatMillis(micros)} ms`,
  })
  const throughput = renderLinePlot({
    ...{ ...common, title: 'Throughput by load', yLabel: 'a second', limit: null },
    yLogarithmic: false,
    series: [
      { name: 'requests due', style: 'dashed', points: pointsOf(curve, ({ rate }) => rate) },
      { name: 'answers', style: 'p50', points: pointsOf(curve, (at) => at.throughput) },
    ],
    formatY: (value) => String(Math.round(value)),
  })
  const errors = renderLinePlot({
    ...{ ...common, title: 'Errors by load', yLabel: 'share of requests' },
    limit: { name: `limit ${formatPercent(limits.errors)}`, y: limits.errors },
    yLogarithmic: false,
    series: [
      { name: 'errors', style: 'p99', points: pointsOf(curve, (at) => at.errors) },
      { name: 'differing', style: 'p95', points: pointsOf(curve, (at) => at.differing ?? 0) },
    ],
    formatY: formatPercent,
  })
  return `<section>
<h2>${escapeMarkup(target)}</h2>
<div class="plots">${latency}${throughput}${errors}</div>
<h3>Trials</h3>
${renderTrials(trials)}
<h3>Endpoints</h3>
${renderEndpoints(curve)}
</section>`
}

function pointsOf(
  curve: readonly CurvePoint[],
  value: (point: CurvePoint) => number,
): readonly (readonly [number, number])[] {
  return curve.map((point) => [point.level, value(point)] as const)
}

function renderTrials(trials: readonly TrialSummary[]): string {
  const heads = ['', 'level', 'req/s', 'answers/s', 'p50', 'p95', 'p99', 'service p99', 'errors']
  const rows = trials.map((trial) => [
    trial.kind,
    formatLevel(trial.level),
    trial.rate.toFixed(0),
    trial.throughput.toFixed(0),
    formatMillis(trial.fromDue.p50),
    formatMillis(trial.fromDue.p95),
    formatMillis(trial.fromDue.p99),
    formatMillis(trial.service.p99),
    formatPercent(trial.errors / Math.max(1, trial.offered)),
    trial.differing === null ? '' : formatPercent(trial.differing),
    `${formatMillis(trial.generator.lateP99)}`,
    `<span class="${trial.verdict}">${trial.verdict}</span>`,
    escapeMarkup(formatReasons(trial.reasons)),
  ])
  return renderTable([...heads, 'differing', 'sent late p99', '', 'why'], rows)
}

/** Throughput and p99 of each endpoint at each level of the curve. */
function renderEndpoints(curve: readonly CurvePoint[]): string {
  const names = [...new Set(curve.flatMap((at) => at.endpoints.map(({ endpoint }) => endpoint)))]
  const rows = names.map((name) => [
    escapeMarkup(name),
    ...curve.map((point) => {
      const load = point.endpoints.find(({ endpoint }) => endpoint === name)
      if (load === undefined || point.seconds === 0) return ''
      const failed = load.errors > 0 ? ` <span class="breaks">${load.errors} errors</span>` : ''
      const rate = (load.answered / point.seconds).toFixed(1)
      return `${rate}/s · ${formatMillis(load.latency.p99)} ms${failed}`
    }),
  ])
  return renderTable(['answers/s · p99', ...curve.map(({ level }) => formatLevel(level))], rows)
}

/** Cells are markup. */
function renderTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map((cell) => `<th>${cell}</th>`).join('')
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`)
  return `<div class="table"><table><thead><tr>${head}</tr></thead>
<tbody>${body.join('\n')}</tbody></table></div>`
}

const styleSheet = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #667; --line: #dde; --paper: #fff;
  --a: #2b6cb0; --b: #b7791f; --c: #c53030; --ok: #2f855a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6ea; --soft: #99a; --line: #334;
  --paper: #15171c; --a: #63b3ed; --b: #ecc94b; --c: #fc8181; --ok: #68d391; } }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1340px; margin: 0 auto; padding: 24px; }
h1 { font-size: 22px; } h2 { font-size: 18px; margin-top: 32px; } h3 { font-size: 15px; }
.answer { font-size: 17px; margin: 8px 0; } .facts { color: var(--soft); max-width: 80ch; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 16px; }
svg { width: 100%; max-width: 900px; } svg text { font-size: 12px; fill: var(--soft); }
polyline { fill: none; stroke-width: 2; } line { stroke-width: 2; }
.grid { stroke: var(--line); stroke-width: 1; }
.limit { stroke: var(--c); stroke-width: 1; stroke-dasharray: 6 4; }
.mark { stroke: var(--ok); stroke-width: 1; stroke-dasharray: 2 3; }
.p50 { stroke: var(--a); } .p95 { stroke: var(--b); } .p99 { stroke: var(--c); }
.dashed { stroke: var(--soft); } polyline.dashed { stroke-dasharray: 4 4; }
circle { stroke-width: 1; } circle.p50 { fill: var(--a); } circle.p95 { fill: var(--b); }
circle.p99 { fill: var(--c); } circle.dashed { fill: var(--soft); }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 3px 10px; text-align: right; border-bottom: 1px solid var(--line);
  white-space: nowrap; } th { color: var(--soft); font-weight: 500; }
td:first-child, th:first-child, td:last-child { text-align: left; }
.holds { color: var(--ok); } .breaks, .fails { color: var(--c); }
.limited, .undecided { color: var(--b); }
`
