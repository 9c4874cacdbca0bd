// Lines over time, drawn by uPlot in the page's own colours.

import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Role } from '../../model/comparison.ts'
import type { SeriesPoint } from '../../model/run-store.ts'
import { language, theme } from './state.ts'

export interface TimeChartProps {
  readonly points: readonly SeriesPoint[]
  readonly roles: readonly Role[]
  readonly value: (point: SeriesPoint) => number | null
  readonly show: (value: number) => string
  /** The axis goes at least so far up, so that next to nothing looks like that. */
  readonly least: number
  /** What the chart shows, for whoever cannot see it. */
  readonly label: string
}

const height = 170
/** So many are drawn one by one, too. */
const pointsShownMax = 5

/** One line for each role. The chart is made once and given new numbers; it keeps none itself. */
export function TimeChart(props: TimeChartProps): JSX.Element {
  const { points, roles, value, show, label } = props
  const holder = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  const showing = useRef(show)
  showing.current = show
  const look = `${theme.value} ${language.value} ${roles.join()}`
  useEffect(() => {
    const element = holder.current!
    const options = chartOptions(element, props, (shown) => showing.current(shown))
    const made = new uPlot(options, toColumns(points, roles, value), element)
    chart.current = made
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    watch.observe(element)
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const redraw = () => made.redraw(false)
    dark.addEventListener('change', redraw)
    return () => {
      dark.removeEventListener('change', redraw)
      watch.disconnect()
      made.destroy()
    }
  }, [look])
  useEffect(() => chart.current?.setData(toColumns(points, roles, value)), [points, value])
  return <div class="chart" ref={holder} role="img" aria-label={label} />
}

function chartOptions(
  element: HTMLElement,
  { roles, least }: TimeChartProps,
  show: (value: number) => string,
): uPlot.Options {
  const colour = (name: string) => () => resolveColour(element, name)
  const font = '11px "Inter Variable", sans-serif'
  const axis = { stroke: colour('--ink-quiet'), font, ticks: { show: false } }
  const grid = { stroke: colour('--line'), width: 1 }
  return {
    width: element.clientWidth,
    height,
    padding: [8, 26, 0, 0],
    legend: { show: false },
    cursor: { points: { size: 6 }, y: false },
    scales: { y: { range: (_, __, most) => [0, Math.max(least, most * 1.1)] } },
    series: [
      {},
      ...roles.map((role) => ({
        label: role,
        stroke: colour(`--${role}`),
        width: role === 'candidate' ? 2 : 1.5,
        // A line of one point would be nothing.
        points: { show: (chart: uPlot) => chart.data[0].length <= pointsShownMax, size: 5 },
        spanGaps: true,
      })),
    ],
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 48,
        size: 30,
        values: (_, times) => times.map((time) => formatTick(time, times)),
      },
      { ...axis, grid, size: 62, values: (_, values) => values.map((shown) => show(shown)) },
    ],
    plugins: [readout(roles, show)],
  }
}

/** A colour of the page as a canvas understands it: `light-dark()` is for style sheets alone. */
function resolveColour(element: HTMLElement, name: string): string {
  element.style.color = `var(${name})`
  return getComputedStyle(element).color
}

/** Without seconds where ticks are minutes apart. */
function formatTick(time: number, [first = 0, second = 0]: readonly number[]): string {
  return second - first < 60 ? formatClock(time) : formatClock(time).slice(0, 5)
}

function formatClock(seconds: number): string {
  const time = new Date(seconds * 1_000)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
}

/** The numbers under the pointer, beside it. */
function readout(roles: readonly Role[], show: (value: number) => string): uPlot.Plugin {
  const box = document.createElement('div')
  box.className = 'readout'
  return {
    hooks: {
      init: (chart) => chart.over.append(box),
      setCursor: (chart) => {
        const { idx, left = -1 } = chart.cursor
        box.hidden = idx === null || idx === undefined || left < 0
        if (box.hidden) return
        const rows = roles.map((role, index) => {
          const shown = chart.data[index + 1]?.[idx!]
          const row = document.createElement('span')
          row.className = `readout-${role}`
          row.textContent = shown === null || shown === undefined ? '–' : show(shown)
          return row
        })
        const time = document.createElement('time')
        time.textContent = formatClock(chart.data[0][idx!] ?? 0)
        box.replaceChildren(time, ...rows)
        const isRight = left > chart.over.clientWidth / 2
        box.style.left = isRight ? 'auto' : `${left + 12}px`
        box.style.right = isRight ? `${chart.over.clientWidth - left + 12}px` : 'auto'
      },
    },
  }
}

function toColumns(
  points: readonly SeriesPoint[],
  roles: readonly Role[],
  value: (point: SeriesPoint) => number | null,
): uPlot.AlignedData {
  const times = [...new Set(points.map(({ at }) => at))].sort((a, b) => a - b)
  const places = new Map(times.map((at, index) => [at, index]))
  const columns = roles.map(() => new Array<number | null>(times.length).fill(null))
  for (const point of points) {
    columns[roles.indexOf(point.role)]?.splice(places.get(point.at)!, 1, value(point))
  }
  return [times.map((at) => at / 1_000_000), ...columns]
}
