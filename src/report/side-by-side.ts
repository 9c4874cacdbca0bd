// Answers beside one another, line by line, with what differs marked: each aligned with the
// candidate's by their longest common subsequence (Myers, 1986, bounded).

/** One line of each column; null where a column has none there. */
export interface SideRow {
  readonly cells: readonly (string | null)[]
  readonly differs: boolean
}

/** Equal lines between two that differ, told as one number. */
export interface SideGap {
  readonly equal: number
}

/** Equal lines kept around those that differ. */
const contextLines = 3
const rowsMax = 300
/** Edits beyond: the rest is taken as other altogether. */
const editsMax = 600

/** The columns' lines aligned with those of the last column; long equal stretches are gaps. */
export function alignColumns(
  columns: readonly (readonly string[])[],
): readonly (SideRow | SideGap)[] {
  const last = columns.at(-1) ?? []
  const rows = columns.slice(0, -1).reduceRight<readonly SideRow[]>(
    (below, column) => mergeColumn(column, below),
    last.map((line) => ({ cells: [line], differs: false })),
  )
  const marked = rows.map(({ cells }) => ({
    cells,
    differs: cells.some((cell) => cell !== cells[0]),
  }))
  return foldEqual(marked).slice(0, rowsMax)
}

/** Puts a column before the rows, aligned with their last cell. */
function mergeColumn(column: readonly string[], rows: readonly SideRow[]): readonly SideRow[] {
  const width = rows[0]?.cells.length ?? 1
  const keyed = rows.flatMap((row, index) => {
    const cell = row.cells.at(-1) ?? null
    return cell === null ? [] : [{ cell, index }]
  })
  const pairs = matchLines(
    column,
    keyed.map(({ cell }) => cell),
  )
  const merged: SideRow[] = []
  let left = 0
  let right = 0
  const emit = (leftEnd: number, rightEnd: number) => {
    // Lines without an equal stand beside one another as far as they go.
    while (left < leftEnd || right < rightEnd) {
      const own = left < leftEnd ? column[left++]! : null
      const cells = right < rightEnd ? rows[right++]!.cells : Array<null>(width).fill(null)
      merged.push({ cells: [own, ...cells], differs: true })
    }
  }
  for (const [own, other] of pairs) {
    const index = keyed[other]!.index
    emit(own, index)
    merged.push({ cells: [column[own]!, ...rows[index]!.cells], differs: false })
    left = own + 1
    right = index + 1
  }
  emit(column.length, rows.length)
  return merged
}

/** Pairs of indices of equal lines, growing on both sides. */
export function matchLines(
  a: readonly string[],
  b: readonly string[],
): readonly (readonly [number, number])[] {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  const shorter = Math.min(a.length, b.length) - start
  while (end < shorter && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const middle = matchMiddle(a.slice(start, a.length - end), b.slice(start, b.length - end))
  return [
    ...Array.from({ length: start }, (_, index) => [index, index] as const),
    ...middle.map(([x, y]) => [x + start, y + start] as const),
    ...Array.from(
      { length: end },
      (_, index) => [a.length - end + index, b.length - end + index] as const,
    ),
  ]
}

function matchMiddle(
  a: readonly string[],
  b: readonly string[],
): readonly (readonly [number, number])[] {
  const trace: Map<number, number>[] = []
  const furthest = new Map<number, number>([[1, 0]])
  for (let edits = 0; edits <= Math.min(editsMax, a.length + b.length); edits++) {
    trace.push(new Map(furthest))
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = stepDown(furthest, diagonal, edits)
        ? (furthest.get(diagonal + 1) ?? 0)
        : (furthest.get(diagonal - 1) ?? 0) + 1
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++
      furthest.set(diagonal, x)
      if (x >= a.length && x - diagonal >= b.length) return traceBack(trace, a.length, b.length)
    }
  }
  return []
}

function stepDown(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean {
  if (diagonal === -edits) return true
  if (diagonal === edits) return false
  return (furthest.get(diagonal - 1) ?? -1) < (furthest.get(diagonal + 1) ?? -1)
}

function traceBack(
  trace: readonly ReadonlyMap<number, number>[],
  length: number,
  otherLength: number,
): readonly (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = []
  let [x, y] = [length, otherLength]
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const furthest = trace[edits]!
    const diagonal = x - y
    const before = stepDown(furthest, diagonal, edits) ? diagonal + 1 : diagonal - 1
    const fromX = edits === 0 ? 0 : (furthest.get(before) ?? 0)
    const fromY = edits === 0 ? 0 : fromX - before
    while (x > fromX && y > fromY) pairs.push([--x, --y])
    x = fromX
    y = fromY
  }
  return pairs.reverse()
}

function foldEqual(rows: readonly SideRow[]): readonly (SideRow | SideGap)[] {
  const folded: (SideRow | SideGap)[] = []
  const near = rows.map(() => false)
  rows.forEach(({ differs }, index) => {
    if (!differs) return
    for (let at = index - contextLines; at <= index + contextLines; at++) near[at] = true
  })
  let equal = 0
  rows.forEach((row, index) => {
    if (near[index]!) {
      if (equal > 0) folded.push({ equal })
      equal = 0
      folded.push(row)
    } else equal += 1
  })
  if (equal > 0) folded.push({ equal })
  return folded
}
