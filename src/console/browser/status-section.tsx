// Which status answers have by role, and from which to which they changed.
import type { JSX } from 'preact'
import type { EndpointView } from '../../model/console.ts'
import type { ValuePair } from '../../model/run-tally.ts'
import { formatCount, formatShare } from './format.ts'
import { language, t } from './state.ts'
import { comparedRoles, RoleName, Section } from './widgets.tsx'

export function StatusSection({ view }: { readonly view: EndpointView }): JSX.Element {
  const shown = comparedRoles.filter((role) => view.statuses[role] !== undefined)
  const statuses = [...new Set(shown.flatMap((role) => Object.keys(view.statuses[role] ?? {})))]
  statuses.sort()
  return (
    <Section title={t('endpoint.status')}>
      <table class="compact">
        <thead>
          <tr>
            <th />
            {shown.map((role) => (
              <th class="number">
                <RoleName role={role} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {statuses.map((status) => (
            <tr>
              <th scope="row">
                <code class={statusClass(status)}>{status}</code>
              </th>
              {shown.map((role) => (
                <td class="number">
                  {formatCount(view.statuses[role]?.[status] ?? 0, language.value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <h3>{t('endpoint.statusChanges')}</h3>
      {view.statusChanges.length === 0 ? (
        <p class="quiet">{t('endpoint.noStatusChanges')}</p>
      ) : (
        <StatusBands changes={view.statusChanges} exchanges={view.exchanges} />
      )}
    </Section>
  )
}

const [width, rowHeight] = [320, 34]

/** Bands from what the candidate is held against, left, to what it answered, right. */
function StatusBands({
  changes,
  exchanges,
}: {
  readonly changes: readonly ValuePair[]
  readonly exchanges: number
}): JSX.Element {
  const from = [...new Set(changes.map((pair) => pair.from ?? '–'))].sort()
  const to = [...new Set(changes.map((pair) => pair.to ?? '–'))].sort()
  const height = Math.max(from.length, to.length) * rowHeight
  const most = Math.max(...changes.map(({ count }) => count))
  const text = changes
    .map((pair) => `${pair.from ?? '–'} → ${pair.to ?? '–'}: ${pair.count}`)
    .join(', ')
  return (
    <svg class="bands" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={text}>
      {changes.map((pair) => {
        const [y1, y2] = [rowOf(from, pair.from), rowOf(to, pair.to)]
        const thick = 2 + (pair.count / most) * 14
        return (
          <>
            <path
              class={Number(pair.to) < 500 ? 'band' : 'band band-error'}
              style={{ strokeWidth: thick }}
              d={`M48 ${y1}C${width / 2} ${y1} ${width / 2} ${y2} ${width - 48} ${y2}`}
            />
            <text class="band-count" x={width * 0.3} y={y1 + (y2 - y1) * 0.18 + 4}>
              {formatCount(pair.count, language.value)} ({formatShare(pair.count / exchanges)})
            </text>
          </>
        )
      })}
      {from.map((status, index) => (
        <text x="40" y={index * rowHeight + rowHeight / 2 + 4} class="band-from">
          {status}
        </text>
      ))}
      {to.map((status, index) => (
        <text x={width - 40} y={index * rowHeight + rowHeight / 2 + 4}>
          {status}
        </text>
      ))}
    </svg>
  )
}

function rowOf(statuses: readonly string[], status: string | null): number {
  return statuses.indexOf(status ?? '–') * rowHeight + rowHeight / 2
}

function statusClass(status: string): string {
  return /^[1-4]\d\d$/.test(status) ? '' : 'bad'
}
