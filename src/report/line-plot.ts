// A plot of lines as SVG, for pages that hold all they need.

export interface PlotSeries {
  readonly name: string
  /** A class of the page's style sheet, which has the colour. */
  readonly style: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

export interface LinePlot {
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  readonly series: readonly PlotSeries[]
  /** Both scales grow by factors where that is set; x always does. */
  readonly yLogarithmic: boolean
  /** A line across, with its name. */
  readonly limit: { readonly name: string; readonly y: number } | null
  /** A line up, with its name. */
  readonly mark: { readonly name: string; readonly x: number } | null
  readonly formatY: (y: number) => string
}

const size = { width: 640, height: 300, left: 64, right: 16, top: 34, bottom: 44 } as const

/** The plot as an `svg` element; empty where no series has a point. */
export function renderLinePlot(plot: LinePlot): string {
  const points = plot.series.flatMap((series) => series.points)
  if (points.length === 0) return ''
  const x = createScale(
    [...points.map(([value]) => value), ...(plot.mark === null ? [] : [plot.mark.x])],
    [size.left, size.width - size.right],
    true,
  )
  const y = createScale(
    [...points.map(([, value]) => value), ...(plot.limit === null ? [] : [plot.limit.y])],
    [size.height - size.bottom, size.top],
    plot.yLogarithmic,
  )
  const parts = [
    ...renderGrid(x, y, plot.formatY),
    renderLimit(plot, y),
    renderMark(plot, x),
    ...plot.series.map((series) => renderSeries(series, x, y, plot)),
    renderLegend(plot.series),
    text(size.width / 2, size.height - 6, plot.xLabel, 'middle'),
    text(12, size.top - 18, plot.yLabel, 'start'),
  ]
  const box = `0 0 ${size.width} ${size.height}`
  const name = escapeMarkup(plot.title)
  return `<svg viewBox="${box}" role="img" aria-label="${name}">${parts.join('')}</svg>`
}

export function escapeMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

interface Scale {
  readonly at: (value: number) => number
  readonly ticks: readonly number[]
}

function createScale(
  values: readonly number[],
  [from, to]: readonly [number, number],
  isLogarithmic: boolean,
): Scale {
  const positive = values.filter((value) => value > 0)
  if (isLogarithmic && positive.length > 0) {
    const low = Math.min(...positive)
    const high = Math.max(...positive, low * 1.5)
    const at = (value: number) =>
      from + ((to - from) * Math.log(Math.max(low, value) / low)) / Math.log(high / low)
    return { at, ticks: logarithmicTicks(low, high) }
  }
  const high = Math.max(...values, 1e-9) * 1.05
  const step = niceStep(high / 4)
  const ticks = Array.from({ length: Math.floor(high / step) + 1 }, (_, index) => index * step)
  return { at: (value) => from + ((to - from) * value) / high, ticks }
}

const ticksMax = 9

/** 1, 2 and 5 of each power of ten; fewer where that is too many. */
function logarithmicTicks(low: number, high: number): readonly number[] {
  for (const digits of [[1, 2, 5], [1, 3], [1]]) {
    const ticks: number[] = []
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      for (const digit of digits) ticks.push(digit * 10 ** power)
    }
    const inside = ticks.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001)
    if (inside.length <= ticksMax) return inside
  }
  return [low, high]
}

function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step))
  return power * ([1, 2, 5, 10].find((digit) => digit * power >= step) ?? 10)
}

function renderGrid(x: Scale, y: Scale, formatY: (value: number) => string): readonly string[] {
  const bottom = size.height - size.bottom
  const right = size.width - size.right
  return [
    ...y.ticks.map((tick) => {
      const at = round(y.at(tick))
      const label = text(size.left - 6, at + 4, formatY(tick), 'end')
      return `<line class="grid" x1="${size.left}" x2="${right}" y1="${at}" y2="${at}"/>${label}`
    }),
    ...x.ticks.map((tick) => {
      const at = round(x.at(tick))
      const label = text(at, bottom + 16, `${Number(tick.toPrecision(3))}×`, 'middle')
      return `<line class="grid" x1="${at}" x2="${at}" y1="${size.top}" y2="${bottom}"/>${label}`
    }),
  ]
}

function renderLimit({ limit }: LinePlot, y: Scale): string {
  if (limit === null) return ''
  const at = round(y.at(limit.y))
  const right = size.width - size.right
  const line = `<line class="limit" x1="${size.left}" x2="${right}" y1="${at}" y2="${at}"/>`
  return line + text(right, at - 4, limit.name, 'end')
}

function renderMark({ mark }: LinePlot, x: Scale): string {
  if (mark === null) return ''
  const at = round(x.at(mark.x))
  const bottom = size.height - size.bottom
  const line = `<line class="mark" x1="${at}" x2="${at}" y1="${size.top}" y2="${bottom}"/>`
  return line + text(at - 4, bottom - 6, mark.name, 'end')
}

function renderSeries(
  { name, style, points }: PlotSeries,
  x: Scale,
  y: Scale,
  plot: LinePlot,
): string {
  const places = points.map(([a, b]) => `${round(x.at(a))},${round(y.at(b))}`)
  const dots = points.map(([a, b], index) => {
    const [cx, cy] = places[index]!.split(',')
    const title = escapeMarkup(`${name} at ${Number(a.toPrecision(3))}×: ${plot.formatY(b)}`)
    return `<circle class="${style}" cx="${cx}" cy="${cy}" r="3"><title>${title}</title></circle>`
  })
  return `<polyline class="${style}" points="${places.join(' ')}"/>${dots.join('')}`
}

function renderLegend(series: readonly PlotSeries[]): string {
  let at = size.left + 90
  return series
    .map(({ name, style }) => {
      const line = `<line class="${style}" x1="${at}" x2="${at + 18}" y1="14" y2="14"/>`
      const label = text(at + 23, 18, name, 'start')
      at += 40 + name.length * 7
      return line + label
    })
    .join('')
}

function text(x: number, y: number, content: string, anchor: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escapeMarkup(content)}</text>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
