// Classes of noise: what values of each are still held to, how often, and what that hides.
import type { JSX } from 'preact'
import type { NoiseUse } from '../../model/verdict.ts'
import { formatCount } from './format.ts'
import { judged, language, linkTo, t, tOf } from './state.ts'
import { EndpointName, Scroll, Section } from './widgets.tsx'

export function NoiseSection({ noise }: { readonly noise: readonly NoiseUse[] }): JSX.Element {
  return (
    <Section title={t('noise.title')} lead={t('noise.lead')}>
      {noise.length === 0 ? (
        <p class="quiet">{t('noise.none')}</p>
      ) : (
        <Scroll label={t('noise.title')}>
          <table>
            <thead>
              <tr>
                <th>{t('noise.class')}</th>
                <th>{t('noise.check')}</th>
                <th class="number">{t('noise.hits')}</th>
                <th class="number">{t('noise.places')}</th>
              </tr>
            </thead>
            <tbody>
              {noise.map((use) => (
                <NoiseRow use={use} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Section>
  )
}

function NoiseRow({ use }: { readonly use: NoiseUse }): JSX.Element {
  const { rule, hits, places, hides, warning } = use
  return (
    <tr>
      <td>
        <code>{rule}</code>
      </td>
      <td>
        {tOf('noiseCheck', rule)}
        {warning !== null && <p class="warning">{judged(warning)}</p>}
        {hides.map(({ endpoint, path, exchanges }) => (
          <p class="small">
            <a href={linkTo('endpoint', { name: endpoint })}>
              <EndpointName name={endpoint} />
            </a>{' '}
            <code class="path">{path}</code> {formatCount(exchanges, language.value)}
          </p>
        ))}
      </td>
      <td class="number">{formatCount(hits, language.value)}</td>
      <td class="number">{formatCount(places, language.value)}</td>
    </tr>
  )
}
