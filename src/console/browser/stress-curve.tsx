// The 99th percentile over load, for each target, with its limit; the line where it gave way.
import type { JSX } from 'preact'
import type { StressTarget } from '../../model/console.ts'
import { formatMicros, formatRatio } from './format.ts'
import { t } from './state.ts'

const [width, height] = [720, 260]
const edge = { left: 64, right: 24, top: 12, bottom: 28 }

export function StressCurve({
  targets,
}: {
  readonly targets: readonly StressTarget[]
}): JSX.Element {
  const trials = targets.flatMap(({ trials }) => trials)
  const levelMost = Math.max(1, ...trials.map(({ level }) => level)) * 1.05
  const limit = targets[0]?.p99Max ?? 0
  const slowest = Math.max(limit * 1.5, ...trials.map(({ p99 }) => p99), 1)
  const fastest = Math.max(1, Math.min(limit, ...trials.map(({ p99 }) => p99)) / 1.5)
  const x = (level: number) => edge.left + (level / levelMost) * (width - edge.left - edge.right)
  const y = (micros: number) => {
    const share = Math.log(Math.max(fastest, micros) / fastest) / Math.log(slowest / fastest)
    return height - edge.bottom - share * (height - edge.top - edge.bottom)
  }
  return (
    <svg class="curve" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={t('stress.curve')}>
      {powersBetween(fastest, slowest).map((at) => (
        <>
          <path class="axis" d={`M${edge.left} ${y(at)}H${width - edge.right}`} />
          <text class="left" x={edge.left - 8} y={y(at) + 4}>
            {formatMicros(at)}
          </text>
        </>
      ))}
      {levelsUpTo(levelMost).map((level) => (
        <text x={x(level)} y={height - 8}>
          ×{level}
        </text>
      ))}
      {limit > 0 && (
        <>
          <path class="limit" d={`M${edge.left} ${y(limit)}H${width - edge.right}`} />
          <text class="start limit-text" x={edge.left + 6} y={y(limit) - 6}>
            {t('stress.limit', { limit: formatMicros(limit) })}
          </text>
        </>
      )}
      {targets.map((target) => (
        <TargetCurve target={target} x={x} y={y} />
      ))}
    </svg>
  )
}

function TargetCurve({
  target,
  x,
  y,
}: {
  readonly target: StressTarget
  readonly x: (level: number) => number
  readonly y: (micros: number) => number
}): JSX.Element {
  const { level } = target.answer
  const trials = [...target.trials].sort((a, b) => a.level - b.level)
  const line = trials.map(({ level, p99 }) => `${x(level)} ${y(p99)}`).join('L')
  return (
    <g class={`curve-${target.role}`}>
      {level > 0 && (
        <>
          <path class="knee" d={`M${x(level)} ${edge.top}V${height - edge.bottom}`} />
          <text class="start knee-text" x={x(level) + 5} y={height - edge.bottom - 6}>
            {formatRatio(level)}
          </text>
        </>
      )}
      <path class="line" d={`M${line}`} />
      {trials.map(({ level, p99, verdict }) => (
        <circle class={verdict} cx={x(level)} cy={y(p99)} r="4">
          <title>{`${formatRatio(level)}: ${formatMicros(p99)}`}</title>
        </circle>
      ))}
    </g>
  )
}

function powersBetween(low: number, high: number): readonly number[] {
  const found: number[] = []
  for (let power = 1; power <= high; power *= 10) if (power >= low) found.push(power)
  return found
}

function levelsUpTo(most: number): readonly number[] {
  const step = Math.max(1, Math.ceil(most / 8))
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step)
}
