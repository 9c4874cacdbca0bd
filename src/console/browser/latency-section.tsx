// How long the answers of each role take: their distributions over one another, and quantiles.
import type { JSX } from 'preact'
import type { Role } from '../../model/comparison.ts'
import type { EndpointView, LatencyBucket } from '../../model/console.ts'
import { formatMicros } from './format.ts'
import { joinBuckets } from './latency-bars.ts'
import { t } from './state.ts'
import { comparedRoles, RoleName, Section } from './widgets.tsx'

const [width, height] = [560, 150]
const axisHeight = 20

export function LatencySection({ view }: { readonly view: EndpointView }): JSX.Element {
  const shown = comparedRoles.filter((role) => (view.distributions[role]?.length ?? 0) > 0)
  const all = shown.flatMap((role) => view.distributions[role] ?? [])
  const low = Math.min(...all.map(({ from }) => from))
  const high = Math.max(...all.map(({ to }) => to))
  return (
    <Section title={t('endpoint.distribution')} lead={t('endpoint.distributionHint')}>
      {shown.length > 0 && (
        <>
          <Distributions view={view} roles={shown} low={low} high={high} />
          <table class="compact">
            <thead>
              <tr>
                <th />
                <th class="number">p50</th>
                <th class="number">p95</th>
                <th class="number">p99</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((role) => (
                <tr>
                  <th scope="row">
                    <RoleName role={role} />
                  </th>
                  {(['p50', 'p95', 'p99'] as const).map((name) => (
                    <td class="number">{formatMicros(view.quantiles[role]?.[name])}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </Section>
  )
}

function Distributions({
  view,
  roles: shown,
  low,
  high,
}: {
  readonly view: EndpointView
  readonly roles: readonly Role[]
  readonly low: number
  readonly high: number
}): JSX.Element {
  const bars = shown.map((role) => joinBuckets(view.distributions[role] ?? [], low, high))
  const most = Math.max(...bars.flat())
  return (
    <svg
      class="distribution"
      viewBox={`0 0 ${width} ${height + axisHeight}`}
      role="img"
      aria-label={t('endpoint.distribution')}
    >
      {ticksBetween(low, high).map((at) => {
        const x = placeOf(at, low, high)
        return (
          <>
            <path class="axis" d={`M${x} 0V${height}`} />
            <text x={x} y={height + 14}>
              {formatMicros(at)}
            </text>
          </>
        )
      })}
      {shown.map((role, index) => (
        <path class={`area area-${role}`} d={outline(bars[index]!, most)} />
      ))}
    </svg>
  )
}

function placeOf(micros: number, low: number, high: number): number {
  return (Math.log(micros / low) / Math.log(high / low)) * width
}

function outline(bars: readonly number[], most: number): string {
  const step = width / bars.length
  const top = bars.map((share, index) => {
    const y = height - (share / most) * (height - 6)
    return `L${((index + 0.5) * step).toFixed(1)} ${y.toFixed(1)}`
  })
  return `M0 ${height}${top.join('')}L${width} ${height}`
}

/** 1, 2 and 5 times the powers of ten, but for those at the very edge. */
function ticksBetween(low: LatencyBucket['from'], high: LatencyBucket['to']): readonly number[] {
  const ticks: number[] = []
  for (let power = 1; power <= high; power *= 10) {
    for (const factor of [1, 2, 5]) {
      const x = placeOf(power * factor, low, high)
      if (x > width * 0.03 && x < width * 0.95) ticks.push(power * factor)
    }
  }
  return ticks.length > 8 ? ticks.filter((at) => /^1/.test(String(at))) : ticks
}
