// One thing that the candidate does otherwise, with its numbers, its examples and what to do.
import type { JSX } from 'preact'
import type { Finding } from '../../model/verdict.ts'
import { formatCount } from './format.ts'
import { RuleButtons } from './rule-form.tsx'
import { exampleText, featureText, judged, kindName, language, linkTo, t } from './state.ts'
import { EndpointName, StateTag } from './widgets.tsx'

export function FindingView({
  finding,
  titled = false,
}: {
  readonly finding: Finding
  /** It is the title of what it stands in. */
  readonly titled?: boolean
}): JSX.Element {
  const { endpoint, path, kind, example, when, examples, consequenceOf, rule } = finding
  const count = (number: number) => formatCount(number, language.value)
  const shown = t('causes.shown', {
    shown: count(finding.shown),
    exchanges: count(finding.exchanges),
  })
  const Title = titled ? 'h2' : 'h3'
  return (
    <article class="finding">
      <header>
        <Title>
          <a href={linkTo('endpoint', { name: endpoint })}>
            <EndpointName name={endpoint} />
          </a>
          {path !== kind && <code class="path">{path}</code>}
          <span class="quiet">{kindName(kind)}</span>
        </Title>
        <StateTag state={finding.state} />
      </header>
      {example !== '' && <Change example={example} />}
      <p class="facts">
        <meter
          min={0}
          max={1}
          value={finding.shown / Math.max(1, finding.exchanges)}
          title={shown}
        />
        <span>{shown}</span>
        {when !== null && <span>{t('causes.when', { feature: featureText(when) })}</span>}
        {consequenceOf !== null && <span title={consequenceOf}>{t('causes.follows')}</span>}
        {rule !== null && <code>{rule}</code>}
      </p>
      <p class="quiet small">{judged(finding.why)}</p>
      <footer>
        {examples.slice(0, 3).map((id, index) => (
          <a href={linkTo('exchange', { id })}>{t('causes.example', { number: index + 1 })}</a>
        ))}
        <RuleButtons finding={finding} />
      </footer>
    </article>
  )
}

/** `before → after`, apart. */
function Change({ example }: { readonly example: string }): JSX.Element {
  const arrow = example.indexOf(' → ')
  if (arrow < 0) return <p class="change">{<ins>{exampleText(example)}</ins>}</p>
  return (
    <p class="change">
      <del>{exampleText(example.slice(0, arrow))}</del>
      <span aria-hidden="true">→</span>
      <ins>{exampleText(example.slice(arrow + 3))}</ins>
    </p>
  )
}
