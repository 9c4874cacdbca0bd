// Measured figures beside their targets, as a table.

export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** Null for a figure that is there to be compared with. */
  readonly max: number | null
  /** For a figure that must not be smaller; `max` is null then. */
  readonly min?: number
}

export function formatFigures(figures: readonly Figure[]): string {
  const rows = [
    ['figure', 'measured', 'target', ''],
    ...figures.map((figure) => [
      figure.name,
      formatValue(figure.value, figure.unit),
      formatTarget(figure),
      judge(figure),
    ]),
  ]
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map(([name, value, max, verdict]) =>
      [
        name!.padEnd(widths[0]!),
        value!.padStart(widths[1]!),
        max!.padStart(widths[2]!),
        verdict,
      ].join('  '),
    )
    .map((line) => line.trimEnd())
    .join('\n')
}

function formatTarget({ min, max, unit }: Figure): string {
  if (min !== undefined) return `≥ ${formatValue(min, unit)}`
  return max === null ? '' : `≤ ${formatValue(max, unit)}`
}

function judge({ value, min, max }: Figure): string {
  if (min !== undefined)
    return value >= min ? 'met' : `GAP: ${(value / min).toFixed(2)} × the target`
  if (max === null) return ''
  if (value <= max) return 'met'
  return max === 0 ? 'GAP' : `GAP: ${(value / max).toFixed(2)} × the target`
}

function formatValue(value: number, unit: string): string {
  const text = Number.isInteger(value) || value >= 1_000 ? value.toFixed(0) : value.toPrecision(3)
  return unit === '' ? text : `${text} ${unit}`
}
