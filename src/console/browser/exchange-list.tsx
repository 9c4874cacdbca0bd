// The exchanges of an endpoint that were kept, page by page.
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import type { ExchangePage } from '../../model/run-store.ts'
import { apiPath, useFetched } from './fetching.ts'
import { formatCount, formatTime } from './format.ts'
import { language, linkTo, revision, t } from './state.ts'
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
                <table class="compact">
                  <tbody>
                    {entries.map(({ exchange, at, label }) => (
                      <tr>
                        <td>
                          <a href={linkTo('exchange', { id: exchange })}>
                            <code>{exchange}</code>
                          </a>
                        </td>
                        <td>
                          <LabelTag label={label} />
                        </td>
                        <td class="quiet">{formatTime(at, language.value)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
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
