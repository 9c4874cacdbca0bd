// Which rows of a long table are drawn: those in sight and a few around them.

export interface RowWindow {
  /** The first row that is drawn, and the one behind the last. */
  readonly from: number
  readonly to: number
  /** Pages of rows that these are on. */
  readonly pages: readonly number[]
}

export interface RowWindowOptions {
  readonly scrollTop: number
  readonly height: number
  readonly rowHeight: number
  readonly total: number
  readonly pageRows: number
}

const around = 10

export function findWindow(options: RowWindowOptions): RowWindow {
  const { scrollTop, height, rowHeight, total, pageRows } = options
  const first = Math.floor(scrollTop / rowHeight) - around
  const from = Math.max(0, Math.min(first, total))
  const to = Math.min(total, Math.ceil((scrollTop + height) / rowHeight) + around)
  const pages: number[] = []
  for (let page = Math.floor(from / pageRows); page * pageRows < to; page++) pages.push(page)
  return { from, to: Math.max(from, to), pages }
}
