// Latency as small drawings inside the page.
import type { Role } from '../model/comparison.ts'
import type { ReportEndpoint, ReportRatio } from '../model/run-report.ts'
import type { SeriesPoint } from '../model/run-store.ts'
import { type Html, html } from './html-text.ts'
import { formatMicros } from './plain-text.ts'

/** Ratios beyond stand at the edge. */
const ratioMax = 2

const plottedRoles: readonly Role[] = ['production', 'baseline', 'candidate']

/** The ratio's interval on a scale from half to double; the line in the middle is "as fast". */
export function drawRatio({ ratio, low, high }: ReportRatio): Html {
  const [width, height] = [120, 16]
  const x = (value: number) => {
    const place = Math.log(Math.min(ratioMax, Math.max(1 / ratioMax, value))) / Math.log(ratioMax)
    return round(width / 2 + place * (width / 2 - 4))
  }
  const state = low > 1.02 ? 'slower' : high < 0.98 ? 'faster' : 'alike'
  const title = `× ${ratio.toFixed(3)}, between ${low.toFixed(3)} and ${high.toFixed(3)}`
  return html`<svg class="ratio ${state}" width="${width}" height="${height}" role="img"
    aria-label="${title}"><title>${title}</title>
    <line class="axis" x1="${width / 2}" y1="1" x2="${width / 2}" y2="${height - 1}"/>
    <line class="span" x1="${x(low)}" y1="8" x2="${x(high)}" y2="8"/>
    <circle cx="${x(ratio)}" cy="8" r="3.5"/></svg>`
}

const plot = { width: 420, height: 190, left: 44, right: 12, top: 10, bottom: 26 } as const

/** What share of requests was answered within which time, by role. */
export function drawDistribution({ endpoint, latency }: ReportEndpoint): Html | null {
  const roles = plottedRoles.filter((role) => latency[role] !== undefined)
  if (roles.length === 0) return null
  const all = roles.flatMap((role) => latency[role]!.quantiles.map(([, micros]) => micros))
  const [least, most] = [Math.max(1, Math.min(...all)), Math.max(...all) * 1.05]
  const span = Math.log(Math.max(most / least, 1.5))
  const x = (micros: number) =>
    round(
      plot.left +
        (Math.log(Math.max(micros, least) / least) / span) * (plot.width - plot.left - plot.right),
    )
  const y = (share: number) =>
    round(plot.top + (1 - share) * (plot.height - plot.top - plot.bottom))
  const lines = roles.map((role) => {
    const points = latency[role]!.quantiles.map(([share, micros]) => `${x(micros)},${y(share)}`)
    return html`<polyline class="line ${role}" points="${points.join(' ')}"/>`
  })
  const grid = [0, 0.5, 0.95].map(
    (share) => html`<line class="grid" x1="${plot.left}" x2="${plot.width - plot.right}"
      y1="${y(share)}" y2="${y(share)}"/>
      <text x="${plot.left - 6}" y="${y(share) + 4}" text-anchor="end">${share * 100} %</text>`,
  )
  const ticks = timeTicks(least, most).map(
    (micros) =>
      html`<text x="${x(micros)}" y="${plot.height - 8}" text-anchor="middle"
      >${formatMicros(micros)}</text>`,
  )
  return html`<figure><figcaption>${endpoint}</figcaption>
    <svg viewBox="0 0 ${plot.width} ${plot.height}" role="img"
      aria-label="Share of requests answered within a time, ${endpoint}">
${grid}${ticks}${lines}</svg>
</figure>`
}

/** Powers of ten with 2 and 5 between, thinned to what fits. */
export function timeTicks(least: number, most: number): readonly number[] {
  const ticks: number[] = []
  for (let power = 1; power <= most; power *= 10) {
    for (const step of [1, 2, 5]) {
      const tick = power * step
      if (tick >= least * 1.02 && tick <= most * 0.98) ticks.push(tick)
    }
  }
  return ticks.length <= 6 ? ticks : ticks.filter((_, index) => index % 3 === 0)
}

const seriesPointsMax = 300
const wide = { width: 880, height: 200 } as const

/** The slowest twentieth over time, by role; null for a run that is too short to show one. */
export function drawSeries(series: readonly SeriesPoint[]): Html | null {
  const known = series.filter(({ p95 }) => p95 !== null)
  const times = [...new Set(known.map(({ at }) => at))].sort((a, b) => a - b)
  if (times.length < 3) return null
  const [first, last] = [times[0]!, times.at(-1)!]
  const sorted = known.map(({ p95 }) => p95!).sort((a, b) => a - b)
  const most = sorted[Math.floor(sorted.length * 0.99)]! * 1.15
  const x = (at: number) =>
    round(plot.left + ((at - first) / (last - first)) * (wide.width - plot.left - plot.right))
  const y = (micros: number) =>
    round(plot.top + (1 - Math.min(1, micros / most)) * (wide.height - plot.top - plot.bottom))
  const lines = plottedRoles.map((role) => {
    const own = known.filter((point) => point.role === role)
    const step = Math.max(1, Math.ceil(own.length / seriesPointsMax))
    const points = own.filter((_, index) => index % step === 0)
    const text = points.map(({ at, p95 }) => `${x(at)},${y(p95!)}`).join(' ')
    return html`<polyline class="line ${role}" points="${text}"/>`
  })
  const grid = [0, 0.5, 1].map((share) => {
    const level = y(most * share)
    return html`<line class="grid" x1="${plot.left}" x2="${wide.width - plot.right}" y1="${level}"
      y2="${level}"/><text x="${plot.left - 6}" y="${level + 4}" text-anchor="end"
      >${formatMicros(most * share)}</text>`
  })
  const minutes = ((last - first) / 60e6).toFixed(1)
  return html`<figure class="wide">
<figcaption>Slowest twentieth (p95) over ${minutes} minutes</figcaption>
    <svg viewBox="0 0 ${wide.width} ${wide.height}" role="img" aria-label="p95 over time">
${grid}${lines}</svg></figure>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
