// All answers line by line: a place to a line, a role to a column, what differs marked.
import type { JSX } from 'preact'
import type { AnswerColumn, AnswerView, ExchangeView, SideRow } from '../../model/console.ts'
import { formatMicros } from './format.ts'
import { t, tOf } from './state.ts'
import { Scroll } from './widgets.tsx'

const order: readonly AnswerColumn[] = [
  'production',
  'baseline',
  'baseline2',
  'candidate',
  'baseline-now',
  'candidate-now',
]

/** Those that answered; the baseline's second answer where it differs somewhere. */
export function columnsOf({ answers, rows }: ExchangeView): readonly AnswerColumn[] {
  const isNoisy = rows.some(({ values }) => {
    return values.baseline2 !== undefined && values.baseline2 !== values.baseline
  })
  return order.filter((column) => {
    return answers[column] !== undefined && (column !== 'baseline2' || isNoisy)
  })
}

export function AnswerTree({
  view,
  onlyDifferences,
}: {
  readonly view: ExchangeView
  readonly onlyDifferences: boolean
}): JSX.Element {
  const columns = columnsOf(view)
  const rows = onlyDifferences ? view.rows.filter(({ differs }) => differs) : view.rows
  return (
    <Scroll label={t('exchange.answers')}>
      <table class="sides">
        <thead>
          <tr>
            <th>{t('exchange.place')}</th>
            {columns.map((column) => (
              <th class={isNow(column) ? 'now' : ''}>
                <ColumnName column={column} />
                <AnswerFacts answer={view.answers[column]!} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Line row={row} columns={columns} />
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p class="quiet">{t('exchange.alike')}</p>}
    </Scroll>
  )
}

export function ColumnName({ column }: { readonly column: AnswerColumn }): JSX.Element {
  const role = column === 'baseline-now' ? 'baseline' : column
  return (
    <span class="role">
      <i class={`stroke stroke-${role === 'candidate-now' ? 'candidate' : role}`} />
      {tOf('role', column)}
    </span>
  )
}

function isNow(column: AnswerColumn): boolean {
  return column.endsWith('-now')
}

export function AnswerFacts({ answer }: { readonly answer: AnswerView }): JSX.Element {
  const { status, failure, latency } = answer.summary
  if (failure !== null) return <small>{t('exchange.noAnswer', { why: failure })}</small>
  return (
    <small>
      {status} · {formatMicros(latency)}
    </small>
  )
}

function Line({
  row,
  columns,
}: {
  readonly row: SideRow
  readonly columns: readonly AnswerColumn[]
}): JSX.Element {
  const { name, place, depth, values, holder, differs, label, part } = row
  const held = values.baseline ?? values.production
  const mark = differs && !holder ? (label === null ? 'plain' : label) : null
  return (
    <tr class={`part-${part}${mark === null ? '' : ` differs differs-${mark}`}`}>
      <th scope="row" title={place} style={{ '--depth': depth }}>
        <code>{name}</code>
        {mark !== null && label !== null && <small>{tOf('label', label)}</small>}
      </th>
      {columns.map((column) => {
        const value = values[column]
        // What was asked again is held against what was asked with it.
        const own = isNow(column) ? (values['baseline-now'] ?? held) : held
        const isOther = mark !== null && value !== own
        const kind = value === undefined ? 'absent' : holder ? 'holder' : ''
        return (
          <td class={`${kind} ${isOther ? 'other' : ''}`}>
            <code>{value ?? '∅'}</code>
          </td>
        )
      })}
    </tr>
  )
}
