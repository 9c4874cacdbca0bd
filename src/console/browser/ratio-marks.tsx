// How much slower the candidate is, or how much larger its answers: a ratio with its interval, and
// its way over time.
import type { JSX } from 'preact'
import type { RatioView } from '../../model/console.ts'
import type { RatioBlock } from '../../model/run-tally.ts'
import { formatRatio } from './format.ts'
import { t } from './state.ts'

const width = 64
/** The scale ends at half and at twice as slow. */
const reach = Math.log(2)

/** Where a ratio stands on the scale; 1 is in the middle. */
function placeOf(ratio: number): number {
  const share = Math.log(ratio) / reach
  return (width / 2) * (1 + Math.max(-1, Math.min(1, share)))
}

export function RatioInterval({ ratio: found }: { readonly ratio: RatioView | null }): JSX.Element {
  if (found === null) return <span class="quiet small">{t('endpoints.unknown')}</span>
  const { ratio, low, high } = found
  const kind = low > 1.1 ? 'slower' : high < 0.9 ? 'faster' : 'alike'
  const text = `${formatRatio(ratio)} (${low.toFixed(2)}–${high.toFixed(2)})`
  return (
    <span class={`ratio ratio-${kind}`} title={text}>
      <svg viewBox={`0 0 ${width} 12`} width={width} height="12" role="img" aria-label={text}>
        <path class="axis" d={`M${width / 2} 0V12`} />
        <path
          class="interval"
          d={`M${placeOf(low)} 6H${Math.max(placeOf(low) + 1, placeOf(high))}`}
        />
        <circle cx={placeOf(ratio)} cy="6" r="2.5" />
      </svg>
      <b>{formatRatio(ratio)}</b>
    </span>
  )
}

const sparkWidth = 80
const sparkHeight = 22

/** The ratio of latencies block by block; the line in the middle is 1. */
export function Spark({ blocks }: { readonly blocks: readonly RatioBlock[] }): JSX.Element | null {
  if (blocks.length < 2) return null
  const limit = Math.max(0.2, ...blocks.map(({ logRatio }) => Math.abs(logRatio)))
  const step = sparkWidth / (blocks.length - 1)
  const points = blocks.map(({ logRatio }, index) => {
    const y = sparkHeight / 2 - (logRatio / limit) * (sparkHeight / 2 - 2)
    return `${(index * step).toFixed(1)} ${y.toFixed(1)}`
  })
  return (
    <svg class="spark" viewBox={`0 0 ${sparkWidth} ${sparkHeight}`} aria-hidden="true">
      <path class="axis" d={`M0 ${sparkHeight / 2}H${sparkWidth}`} />
      <path class="line" d={`M${points.join('L')}`} />
    </svg>
  )
}
