// How the run stands: the verdict and what it rests on, where messages went, and what was measured.
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import type { Role } from '../../model/comparison.ts'
import type { SeriesPoint } from '../../model/run-store.ts'
import type { Gate } from '../../model/verdict.ts'
import { TimeChart } from './charts.tsx'
import { apiPath, useFetched } from './fetching.ts'
import {
  formatCount,
  formatDuration,
  formatMicros,
  formatShare,
  formatShort,
  formatTime,
} from './format.ts'
import { LedgerPicture } from './ledger-picture.tsx'
import {
  causeTitle,
  judged,
  type LiveOverview,
  language,
  linkTo,
  overview,
  t,
  tOf,
} from './state.ts'
import { Choice, Mark, RoleName, Section, VerdictMark } from './widgets.tsx'

export function NowPage(): JSX.Element {
  const seen = overview.value
  if (seen === null) return <p class="quiet">{t('app.loading')}</p>
  return (
    <>
      <Hero seen={seen} />
      <Measured seen={seen} />
      <Section title={t('now.picture')}>
        <LedgerPicture seen={seen} />
      </Section>
    </>
  )
}

function Hero({ seen }: { readonly seen: LiveOverview }): JSX.Element {
  const { verdict, info, exchanges, endpoints, live } = seen
  const end =
    info.endedAt ??
    (live ? Date.now() * 1_000 : seen.ledger ? Date.parse(seen.ledger.at) * 1_000 : info.startedAt)
  return (
    <>
      <div class="hero">
        <h1>
          <VerdictMark verdict={verdict?.verdict ?? null} large />
          {live && verdict !== null && <small>{t('verdict.soFar')}</small>}
        </h1>
        <p>
          {verdict !== null &&
            t('now.summary', {
              exchanges: formatCount(exchanges, language.value),
              endpoints: formatCount(endpoints, language.value),
            })}
          <span class="quiet">
            {t('now.since', {
              duration: formatDuration(end - info.startedAt, language.value),
              start: formatTime(info.startedAt, language.value),
            })}
          </span>
        </p>
      </div>
      {verdict === null ? (
        <p class="empty">{t('now.notCompared')}</p>
      ) : (
        <div class="halves">
          <Section
            title={t('now.causes')}
            aside={<a href={linkTo('causes')}>{t('now.allCauses')}</a>}
          >
            {verdict.causes.length === 0 ? (
              <p class="quiet">{t(exchanges === 0 ? 'now.learning' : 'now.noCauses')}</p>
            ) : (
              <ol class="top-causes">
                {verdict.causes.map(({ title, shown }) => (
                  <li>
                    <a href={linkTo('causes')}>{causeTitle(title)}</a>
                    <span class="quiet">{formatCount(shown, language.value)}</span>
                  </li>
                ))}
              </ol>
            )}
          </Section>
          <Section title={t('now.gates')}>
            <Gates gates={verdict.gates} />
            <p class="quiet small">{judged(verdict.proves)}</p>
          </Section>
        </div>
      )}
    </>
  )
}

function Gates({ gates }: { readonly gates: readonly Gate[] }): JSX.Element {
  return (
    <ul class="gates">
      {gates.map(({ name, outcome, why }) => (
        <li class={`gate-${outcome}`}>
          <Mark kind={outcome} />
          <b>
            {tOf('gate', name)}
            <span class="unseen">: {tOf('verdict', outcome)}</span>
          </b>
          <span>{judged(why)}</span>
        </li>
      ))}
    </ul>
  )
}

type Percentile = 'p50' | 'p95' | 'p99'

const percentiles: readonly (readonly [Percentile, string])[] = [
  ['p50', 'p50'],
  ['p95', 'p95'],
  ['p99', 'p99'],
]

const chartRoles: readonly Role[] = ['production', 'baseline', 'candidate']

const rateOf = ({ requests, seconds }: SeriesPoint) => requests / seconds
const errorsOf = ({ errors, requests }: SeriesPoint) => (requests === 0 ? null : errors / requests)
const latencyOf: Readonly<Record<Percentile, (point: SeriesPoint) => number | null>> = {
  p50: ({ p50 }) => p50,
  p95: ({ p95 }) => p95,
  p99: ({ p99 }) => p99,
}

function Measured({ seen }: { readonly seen: LiveOverview }): JSX.Element {
  const percentile = useSignal<Percentile>('p99')
  const beat = seen.live ? `${seen.exchanges} ${seen.ledger?.captured ?? 0}` : ''
  const fetched = useFetched<readonly SeriesPoint[]>(apiPath('series'), beat)
  const points = fetched.kind === 'here' ? fetched.value : none
  const roles = useMemo(
    () => chartRoles.filter((role) => points.some((point) => point.role === role)),
    [points],
  )
  if (fetched.kind === 'here' && points.length === 0) {
    return <p class="quiet">{t('now.noSeries')}</p>
  }
  const showRate = (value: number) => formatShort(value, language.value)
  return (
    <div class="measured">
      <p class="legend">
        {roles.map((role) => (
          <RoleName role={role} />
        ))}
      </p>
      <div class="charts">
        <figure>
          <figcaption>{t('now.rate')}</figcaption>
          <TimeChart
            {...{ points, roles, value: rateOf, show: showRate, least: 1, label: t('now.rate') }}
          />
        </figure>
        <figure>
          <figcaption>
            {t('now.latency')}
            <Choice
              label={t('now.percentile')}
              options={percentiles}
              chosen={percentile.value}
              choose={(chosen) => {
                percentile.value = chosen
              }}
            />
          </figcaption>
          <TimeChart
            points={points}
            roles={roles}
            value={latencyOf[percentile.value]}
            show={formatMicros}
            least={1_000}
            label={`${t('now.latency')} ${percentile.value}`}
          />
        </figure>
        <figure>
          <figcaption title={t('now.errorsHint')}>{t('now.errors')}</figcaption>
          <TimeChart
            {...{ points, roles, value: errorsOf, show: formatShare, least: 0.018 }}
            label={t('now.errors')}
          />
        </figure>
      </div>
    </div>
  )
}

const none: readonly SeriesPoint[] = []
