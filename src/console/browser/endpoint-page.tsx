// One endpoint: what was found, where its answers are not alike, how long they take, their status.
import type { JSX } from 'preact'
import type { EndpointView, PlaceView } from '../../model/console.ts'
import { ExchangeList } from './exchange-list.tsx'
import { apiPath, useFetched } from './fetching.ts'
import { FindingView } from './finding-view.tsx'
import { formatCount, formatShare } from './format.ts'
import { LatencySection } from './latency-section.tsx'
import { RatioInterval } from './ratio-marks.tsx'
import { SizeSection } from './size-section.tsx'
import { kindName, language, linkTo, revision, route, t, tOf } from './state.ts'
import { StatusSection } from './status-section.tsx'
import { EndpointName, LabelBar, LabelTag, Loaded, Scroll, Section, StateTag } from './widgets.tsx'

export function EndpointPage(): JSX.Element {
  const { name = '' } = route.value.query
  const fetched = useFetched<EndpointView>(apiPath('endpoint', { name }), revision.value)
  return (
    <>
      <p class="crumbs">
        <a href={linkTo('endpoints')}>{t('endpoints.title')}</a>
      </p>
      <h1>
        <EndpointName name={name} />
      </h1>
      <Loaded from={fetched} missing={t('endpoint.missing')}>
        {(view) => <Endpoint view={view} />}
      </Loaded>
    </>
  )
}

function Endpoint({ view }: { readonly view: EndpointView }): JSX.Element {
  return (
    <>
      <div class="facts headline">
        <StateTag state={view.state} />
        <span>
          <b>{formatCount(view.exchanges, language.value)}</b> {t('endpoints.exchanges')}
        </span>
        <span class="wide">
          <LabelBar counts={view.labels} total={view.exchanges} />
        </span>
        <span>
          {t('endpoints.latency')} <RatioInterval ratio={view.latency} />
        </span>
      </div>
      <Section title={t('endpoint.findings')}>
        {view.findingList.length === 0 && <p class="quiet">{t('endpoint.noFindings')}</p>}
        {view.findingList.slice(0, findingsMax).map((finding) => (
          <FindingView key={finding.id} finding={finding} />
        ))}
      </Section>
      <Section title={t('endpoint.places')} lead={t('endpoint.placesLead')}>
        {view.places.length === 0 ? (
          <p class="quiet">{t('endpoint.noPlaces')}</p>
        ) : (
          <Places view={view} />
        )}
      </Section>
      <div class="halves">
        <LatencySection view={view} />
        <div>
          <StatusSection view={view} />
          <SizeSection view={view} />
        </div>
      </div>
      <ExchangeList endpoint={view.endpoint} />
    </>
  )
}

/** Beyond these the table of places, which has all of them, is clearer. */
const findingsMax = 50

function Places({ view }: { readonly view: EndpointView }): JSX.Element {
  return (
    <Scroll label={t('endpoint.places')}>
      <table class="places">
        <thead>
          <tr>
            <th>{t('endpoint.place')}</th>
            <th class="number" title={tOf('role', 'baseline2')}>
              {t('endpoint.b2')}
            </th>
            <th class="number" title={tOf('role', 'production')}>
              {t('endpoint.p')}
            </th>
            <th class="number" title={tOf('role', 'candidate')}>
              {t('endpoint.c')}
            </th>
            <th>{t('endpoint.class')}</th>
            <th>{t('endpoint.values')}</th>
          </tr>
        </thead>
        <tbody>
          {view.places.map((place) => (
            <Place place={place} exchanges={view.exchanges} />
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

function Place({
  place,
  exchanges,
}: {
  readonly place: PlaceView
  readonly exchanges: number
}): JSX.Element {
  const [pair] = place.pairs
  const [drift] = place.drifts
  const [from, to] =
    pair !== undefined
      ? [pair.from, pair.to]
      : drift !== undefined
        ? [drift.production, drift.staging]
        : [undefined, undefined]
  return (
    <tr>
      <td>
        <code>{place.path}</code> <span class="quiet small">{kindName(place.kind)}</span>
      </td>
      {(['baseline2', 'production', 'candidate'] as const).map((role) => (
        <td class="number">
          <Rate share={(place.differing[role] ?? 0) / Math.max(1, exchanges)} role={role} />
        </td>
      ))}
      <td>
        <LabelTag label={place.label} />
        {place.finding !== null && <StateTag state={place.finding.state} />}
      </td>
      <td>
        {from !== undefined && to !== undefined && (
          <code class="pair">
            {from ?? '∅'} → {to ?? '∅'}
          </code>
        )}
        {place.examples[0] !== undefined && (
          <a class="small aside" href={linkTo('exchange', { id: place.examples[0] })}>
            {t('causes.example', { number: 1 })}
          </a>
        )}
      </td>
    </tr>
  )
}

/** A share with a bar behind it, in the colour of whose it is. */
function Rate({ share, role }: { readonly share: number; readonly role: string }): JSX.Element {
  if (share === 0) return <span class="quiet">0</span>
  return (
    <span class="rate">
      <i class={`rate-${role}`} style={{ width: `${Math.max(2, Math.min(1, share) * 100)}%` }} />
      {formatShare(Math.min(1, share))}
    </span>
  )
}
