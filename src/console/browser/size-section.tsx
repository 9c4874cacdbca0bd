// How large the answers of each role are, and the candidate's beside those they are held against.
import type { JSX } from 'preact'
import type { EndpointView } from '../../model/console.ts'
import { formatBytes } from './format.ts'
import { RatioInterval } from './ratio-marks.tsx'
import { t } from './state.ts'
import { comparedRoles, RoleName, Section } from './widgets.tsx'

export function SizeSection({ view }: { readonly view: EndpointView }): JSX.Element {
  const shown = comparedRoles.filter((role) => view.sizes[role] !== undefined)
  return (
    <Section title={t('endpoint.sizes')} lead={t('endpoint.sizesHint')}>
      {shown.length > 0 && (
        <table class="compact">
          <tbody>
            {shown.map((role) => (
              <tr>
                <th scope="row">
                  <RoleName role={role} />
                </th>
                <td class="number">{formatBytes(view.sizes[role] ?? 0)}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">{t('endpoint.sizeRatio')}</th>
              <td class="number">
                <RatioInterval ratio={view.size} />
              </td>
            </tr>
          </tbody>
        </table>
      )}
    </Section>
  )
}
