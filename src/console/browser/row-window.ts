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

/** Where a key leads from a row, or from none, in a table of `total` rows; null: nowhere. */
export function stepRow(key: string, from: number | null, total: number): number | null {
  if (total === 0) return null
  const last = total - 1
  if (key === 'ArrowDown') return from === null ? 0 : Math.min(last, from + 1)
  if (from === null) return null
  if (key === 'ArrowUp') return Math.max(0, from - 1)
  if (key === 'Home') return 0
  return key === 'End' ? last : null
}
