// All runs that this console was given, the newest first.
import type { JSX } from 'preact'
import type { RunSummary } from '../../model/console.ts'
import { useFetched } from './fetching.ts'
import { formatCount, formatDuration, formatTime } from './format.ts'
import { formatRoute } from './route.ts'
import { causeTitle, language, revision, route, t } from './state.ts'
import { Loaded, Scroll, VerdictMark } from './widgets.tsx'

export function RunsPage(): JSX.Element {
  const fetched = useFetched<readonly RunSummary[]>('/api/runs', revision.value)
  return (
    <>
      <h1>{t('runs.title')}</h1>
      <Loaded from={fetched}>
        {(runs) =>
          runs.length === 0 ? <p class="empty">{t('runs.none')}</p> : <Runs runs={runs} />
        }
      </Loaded>
    </>
  )
}

function Runs({ runs }: { readonly runs: readonly RunSummary[] }): JSX.Element {
  return (
    <Scroll label={t('runs.title')}>
      <table class="history">
        <thead>
          <tr>
            <th>{t('runs.run')}</th>
            <th>{t('runs.verdict')}</th>
            <th class="number">{t('runs.exchanges')}</th>
            <th>{t('runs.causes')}</th>
            <th>{t('runs.candidate')}</th>
            <th>{t('runs.started')}</th>
            <th class="number">{t('runs.lasted')}</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <Run run={run} />
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

function Run({ run }: { readonly run: RunSummary }): JSX.Element {
  const { info, exchanges, causes, trouble } = run
  const isShown = run.id === route.value.run
  if (trouble !== null) {
    return (
      <tr>
        <td>{run.name}</td>
        <td colSpan={6} class="quiet">
          {trouble}
        </td>
      </tr>
    )
  }
  return (
    <tr class={isShown ? 'current' : ''}>
      <td>
        <a href={formatRoute(run.id, 'now')}>{run.name}</a>{' '}
        {run.live && <span class="tag">{t('app.live')}</span>}
        {run.unreadable.map((what) => (
          <p key={what} class="warning small">
            {t('runs.unreadable', { what })}
          </p>
        ))}
      </td>
      <td>
        <VerdictMark verdict={run.verdict} />
      </td>
      <td class="number">{formatCount(exchanges, language.value)}</td>
      <td class="title">{causes[0] === undefined ? '' : causeTitle(causes[0])}</td>
      <td>
        <code>{info.targets.candidate}</code>
      </td>
      <td>{formatTime(info.startedAt, language.value)}</td>
      <td class="number">
        {info.endedAt === null
          ? '–'
          : formatDuration(info.endedAt - info.startedAt, language.value)}
      </td>
    </tr>
  )
}
