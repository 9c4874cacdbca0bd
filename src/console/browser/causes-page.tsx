// What explains the differences, the gravest first; then what does not count, and data out of step.
import type { JSX } from 'preact'
import type { CausesView, SomeFindings } from '../../model/console.ts'
import type { DriftEntity, Finding } from '../../model/verdict.ts'
import { apiPath, useFetched } from './fetching.ts'
import { FindingView } from './finding-view.tsx'
import { formatCount } from './format.ts'
import { causeTitle, language, linkTo, revision, t } from './state.ts'
import { EndpointName, Loaded, Scroll } from './widgets.tsx'

export function CausesPage(): JSX.Element {
  const fetched = useFetched<CausesView>(apiPath('causes'), revision.value)
  return (
    <>
      <h1>{t('causes.title')}</h1>
      <p class="lead">{t('causes.lead')}</p>
      <Loaded from={fetched}>{(view) => <Causes view={view} />}</Loaded>
    </>
  )
}

function Causes({ view }: { readonly view: CausesView }): JSX.Element {
  const { causes, more, advice, accepted } = view
  const findings = new Map(view.findings.map((finding) => [finding.id, finding]))
  return (
    <>
      {causes.length === 0 ? (
        <p class="empty">{t('causes.none')}</p>
      ) : (
        <ol class="causes">
          {causes.map((cause) => (
            <CauseView
              key={cause.findings[0]}
              cause={cause}
              findings={cause.findings.flatMap((id) => findings.get(id) ?? [])}
            />
          ))}
        </ol>
      )}
      {more > 0 && (
        <p class="quiet">
          {t('causes.moreCauses', { count: formatCount(more, language.value) })}{' '}
          <a href={linkTo('endpoints', { troubled: 'true' })}>{t('endpoints.title')}</a>
        </p>
      )}
      <Findings title={t('causes.accepted')} some={accepted} />
      <Findings title={t('causes.advice')} lead={t('causes.adviceLead')} some={advice} />
      {view.drift.entities.length > 0 && (
        <Drift entities={view.drift.entities} more={view.moreDrift} />
      )}
    </>
  )
}

/** Findings of one cause that are shown before one asks for more. */
const shownFirst = 2

/** A cause with one finding is that finding; one with several has a title of its own. */
function CauseView({
  cause,
  findings,
}: {
  readonly cause: CausesView['causes'][number]
  readonly findings: readonly Finding[]
}): JSX.Element {
  const [first] = findings
  const isOne = cause.endpoints === 1
  const rest = findings.slice(isOne ? 1 : shownFirst)
  return (
    <li class="cause">
      {isOne && first !== undefined ? (
        <FindingView finding={first} titled />
      ) : (
        <>
          <header>
            <h2>{causeTitle(cause.title)}</h2>
          </header>
          {findings.slice(0, shownFirst).map((finding) => (
            <FindingView key={finding.id} finding={finding} />
          ))}
        </>
      )}
      {rest.length > 0 && (
        <details>
          <summary>
            {t('causes.more', { count: formatCount(rest.length + cause.more, language.value) })}
          </summary>
          {rest.map((finding) => (
            <FindingView key={finding.id} finding={finding} />
          ))}
        </details>
      )}
    </li>
  )
}

function Findings({
  title,
  lead,
  some: { total, findings },
}: {
  readonly title: string
  readonly lead?: string
  readonly some: SomeFindings
}): JSX.Element | null {
  if (total === 0) return null
  return (
    <details class="section folded">
      <summary>
        <h2>{title}</h2> <small>{formatCount(total, language.value)}</small>
      </summary>
      {lead !== undefined && <p class="lead">{lead}</p>}
      {findings.map((finding) => (
        <FindingView key={finding.id} finding={finding} />
      ))}
      <More count={total - findings.length} />
    </details>
  )
}

/** What is not listed is told. */
function More({ count }: { readonly count: number }): JSX.Element | null {
  if (count <= 0) return null
  return <p class="quiet">{t('causes.moreAside', { count: formatCount(count, language.value) })}</p>
}

function Drift({
  entities,
  more,
}: {
  readonly entities: readonly DriftEntity[]
  readonly more: number
}): JSX.Element {
  return (
    <details class="section folded">
      <summary>
        <h2>{t('causes.drift')}</h2>{' '}
        <small>{formatCount(entities.length + more, language.value)}</small>
      </summary>
      <p class="lead">{t('causes.driftLead')}</p>
      <Scroll label={t('causes.drift')}>
        <table>
          <thead>
            <tr>
              <th>{t('endpoints.name')}</th>
              <th>{t('causes.driftPlace')}</th>
              <th class="number">{t('causes.driftExchanges')}</th>
              <th>{t('causes.driftSample')}</th>
            </tr>
          </thead>
          <tbody>
            {entities.map(({ endpoint, path, exchanges, samples: [sample] }) => (
              <tr>
                <td>
                  <a href={linkTo('endpoint', { name: endpoint })}>
                    <EndpointName name={endpoint} />
                  </a>
                </td>
                <td>
                  <code>{path}</code>
                </td>
                <td class="number">{formatCount(exchanges, language.value)}</td>
                <td>
                  {sample !== undefined && (
                    <code class="pair">
                      {sample.production ?? '∅'} → {sample.staging ?? '∅'}
                    </code>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <More count={more} />
    </details>
  )
}
