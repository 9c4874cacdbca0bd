// All answers line by line: a place to a line, a role to a column, what differs marked.
import type { JSX } from 'preact'
import type { Role } from '../../model/comparison.ts'
import type { AnswerView, ExchangeView, SideRow } from '../../model/console.ts'
import { formatMicros } from './format.ts'
import { t, tOf } from './state.ts'
import { RoleName, Scroll } from './widgets.tsx'

const order: readonly Role[] = ['production', 'baseline', 'baseline2', 'candidate']

/** Those that answered; the baseline's second answer where it differs somewhere. */
export function rolesOf({ answers, rows }: ExchangeView): readonly Role[] {
  const isNoisy = rows.some(({ values }) => {
    return values.baseline2 !== undefined && values.baseline2 !== values.baseline
  })
  return order.filter((role) => answers[role] !== undefined && (role !== 'baseline2' || isNoisy))
}

export function AnswerTree({
  view,
  onlyDifferences,
}: {
  readonly view: ExchangeView
  readonly onlyDifferences: boolean
}): JSX.Element {
  const roles = rolesOf(view)
  const rows = onlyDifferences ? view.rows.filter(({ differs }) => differs) : view.rows
  return (
    <Scroll label={t('exchange.answers')}>
      <table class="sides">
        <thead>
          <tr>
            <th>{t('exchange.place')}</th>
            {roles.map((role) => (
              <th>
                <RoleName role={role} />
                <AnswerFacts answer={view.answers[role]!} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Line row={row} roles={roles} />
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p class="quiet">{t('exchange.alike')}</p>}
    </Scroll>
  )
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
  roles,
}: {
  readonly row: SideRow
  readonly roles: readonly Role[]
}): JSX.Element {
  const { name, place, depth, values, holder, differs, label, part } = row
  const held = values.baseline ?? values.production
  const mark = differs && !holder ? (label === null ? 'plain' : label) : null
  return (
    <tr class={`part-${part}${mark === null ? '' : ` differs differs-${mark}`}`}>
      <th scope="row" title={place} style={{ paddingInlineStart: `${0.75 + depth * 0.9}rem` }}>
        <code>{name}</code>
        {mark !== null && label !== null && <small>{tOf('label', label)}</small>}
      </th>
      {roles.map((role) => {
        const value = values[role]
        const isOther = mark !== null && value !== held
        if (value === undefined) return <td class={isOther ? 'absent other' : 'absent'}>∅</td>
        return (
          <td class={holder ? 'holder' : isOther ? 'other' : ''}>
            <code>{value}</code>
          </td>
        )
      })}
    </tr>
  )
}
