// A message as text: its first line, its fields, its body. Nothing of it is ever markup here.
import type { JSX } from 'preact'
import type { MessageView } from '../../model/console.ts'
import { formatBytes } from './format.ts'
import { t } from './state.ts'

export function Message({ message }: { readonly message: MessageView }): JSX.Element {
  const { startLine, fields, body, bodyBytes, cut } = message
  return (
    <div class="message">
      <pre class="start">{startLine}</pre>
      <details open={fields.length <= 8}>
        <summary>{t('exchange.fields', { count: fields.length })}</summary>
        <dl>
          {fields.map(([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </>
          ))}
        </dl>
      </details>
      {body === null ? (
        <p class="quiet">{t('exchange.binary', { bytes: formatBytes(bodyBytes) })}</p>
      ) : body === '' ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to take the focus.
        <pre tabIndex={0}>{body}</pre>
      )}
      {cut && <p class="quiet small">{t('exchange.cut', { bytes: formatBytes(bodyBytes) })}</p>}
    </div>
  )
}
