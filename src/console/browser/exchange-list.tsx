// The exchanges of an endpoint that were kept, page by page.
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import type { Role } from '../../model/comparison.ts'
import type { ExchangePage, ListedExchange } from '../../model/run-store.ts'
import { apiPath, useFetched } from './fetching.ts'
import { formatCount, formatTime } from './format.ts'
import { language, linkTo, revision, t, tOf } from './state.ts'
import { LabelTag, Loaded, Section } from './widgets.tsx'

const pageLength = 20

export function ExchangeList({ endpoint }: { readonly endpoint: string }): JSX.Element {
  const offset = useSignal(0)
  const query = { endpoint, offset: String(offset.value), limit: String(pageLength) }
  const fetched = useFetched<ExchangePage>(apiPath('exchanges', query), revision.value)
  return (
    <Section title={t('endpoint.exchanges')} lead={t('endpoint.exchangesLead')}>
      <Loaded from={fetched}>
        {({ total, entries }) =>
          total === 0 ? (
            <p class="quiet">{t('endpoint.noExchanges')}</p>
          ) : (
            <>
              <div class="wide">
                <Entries entries={entries} />
              </div>
              <Pager
                total={total}
                offset={offset.value}
                move={(to) => {
                  offset.value = to
                }}
              />
            </>
          )
        }
      </Loaded>
    </Section>
  )
}

const roles: readonly Role[] = ['production', 'baseline', 'baseline2', 'candidate']

/** With a column for each role that any of them knows. */
function Entries({ entries }: { readonly entries: readonly ListedExchange[] }): JSX.Element {
  const known = roles.filter((role) => entries.some(({ statuses }) => role in statuses))
  return (
    <table class="compact">
      <thead>
        <tr>
          <th>{t('endpoint.when')}</th>
          <th>{t('endpoint.asked')}</th>
          {known.map((role) => (
            <th class="number">{tOf('role', role)}</th>
          ))}
          <th>{t('endpoint.difference')}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <Entry key={entry.exchange} entry={entry} known={known} />
        ))}
      </tbody>
    </table>
  )
}

function Entry({
  entry,
  known,
}: {
  readonly entry: ListedExchange
  readonly known: readonly Role[]
}): JSX.Element {
  const { exchange, at, asked, label, statuses } = entry
  return (
    <tr>
      <td class="quiet">{formatTime(at, language.value)}</td>
      <td class="title">
        <a href={linkTo('exchange', { id: exchange })}>
          <code>{asked}</code>
        </a>
      </td>
      {known.map((role) => (
        <td class="number">{showStatus(statuses[role])}</td>
      ))}
      <td>
        <LabelTag label={label} />
      </td>
    </tr>
  )
}

/** – where nobody was asked. */
function showStatus(status: number | null | undefined): string {
  if (status === undefined) return '–'
  return status === null ? t('endpoint.unanswered') : String(status)
}

function Pager({
  total,
  offset,
  move,
}: {
  readonly total: number
  readonly offset: number
  readonly move: (offset: number) => void
}): JSX.Element | null {
  if (total <= pageLength) return null
  const count = (number: number) => formatCount(number, language.value)
  const to = Math.min(total, offset + pageLength)
  return (
    <p class="buttons">
      <button type="button" disabled={offset === 0} onClick={() => move(offset - pageLength)}>
        {t('endpoint.previous')}
      </button>
      <button type="button" disabled={to >= total} onClick={() => move(offset + pageLength)}>
        {t('endpoint.next')}
      </button>
      <span class="quiet small">
        {t('endpoint.range', { from: count(offset + 1), to: count(to), total: count(total) })}
      </span>
    </p>
  )
}
