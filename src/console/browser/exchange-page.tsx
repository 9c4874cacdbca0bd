// One request and all that it was answered, side by side. Whatever was captured is shown as text.
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import type { ExchangeView, ReaskView } from '../../model/console.ts'
import { AnswerColumns } from './answer-columns.tsx'
import { AnswerTree } from './answer-tree.tsx'
import { apiPath, useFetched } from './fetching.ts'
import { formatCount, formatTime } from './format.ts'
import { Message } from './message.tsx'
import { ReplayAgain, type ReplayAgainProps } from './replay-again.tsx'
import { language, linkTo, overview, route, t } from './state.ts'
import { Choice, EndpointName, LabelTag, Loaded, Section } from './widgets.tsx'

export function ExchangePage(): JSX.Element {
  const { id = '' } = route.value.query
  const fetched = useFetched<ExchangeView>(apiPath('exchange', { id }))
  return (
    <Loaded from={fetched} missing={t('exchange.missing')}>
      {(view) => <Exchange key={view.id} view={view} />}
    </Loaded>
  )
}

function Exchange({ view }: { readonly view: ExchangeView }): JSX.Element {
  const again = useSignal<ReaskView | null>(null)
  const shown = again.value?.exchange ?? view
  return (
    <>
      <p class="crumbs">
        <a href={linkTo('endpoints')}>{t('endpoints.title')}</a>
        <a href={linkTo('endpoint', { name: view.endpoint })}>
          <EndpointName name={view.endpoint} />
        </a>
      </p>
      <h1 class="request-line">
        <code>{view.request.startLine.replace(/ HTTP\/\d\.\d$/, '')}</code>
      </h1>
      <p class="facts">
        <LabelTag label={view.label} />
        <span class="quiet">{formatTime(view.at, language.value)}</span>
        <span class="quiet">
          <code>{view.id}</code>
        </span>
      </p>
      <Actions view={view} again={again} />
      <Section title={t('exchange.request')} lead={t('exchange.masked')}>
        <Message message={view.request} />
      </Section>
      <Answers view={shown} />
    </>
  )
}

type View = 'tree' | 'raw'

function Answers({ view }: { readonly view: ExchangeView }): JSX.Element {
  const how = useSignal<View>('tree')
  const hasDifferences = view.rows.some(({ differs }) => differs)
  const onlyDifferences = useSignal(hasDifferences)
  const aside = (
    <span class="buttons">
      {how.value === 'tree' && (
        <label class="check">
          <input
            type="checkbox"
            checked={onlyDifferences.value}
            onChange={(event) => {
              onlyDifferences.value = event.currentTarget.checked
            }}
          />
          {t('exchange.onlyDifferences')}
        </label>
      )}
      <Choice
        label={t('exchange.answers')}
        options={[
          ['tree', t('exchange.tree')],
          ['raw', t('exchange.raw')],
        ]}
        chosen={how.value}
        choose={(chosen) => {
          how.value = chosen
        }}
      />
    </span>
  )
  return (
    <Section title={t('exchange.answers')} aside={aside}>
      {how.value === 'tree' ? (
        <>
          <AnswerTree view={view} onlyDifferences={onlyDifferences.value} />
          {view.rowsOmitted > 0 && (
            <p class="quiet small">
              {t('exchange.omitted', { count: formatCount(view.rowsOmitted, language.value) })}
            </p>
          )}
        </>
      ) : (
        <AnswerColumns view={view} />
      )}
    </Section>
  )
}

function Actions({ view, again }: ReplayAgainProps): JSX.Element {
  const copy = <CopyButton text={view.curl} />
  if (overview.value?.canReask !== true) return <p class="buttons">{copy}</p>
  return (
    <ReplayAgain view={view} again={again}>
      {copy}
    </ReplayAgain>
  )
}

/** Browsers give the clipboard on loopback or by TLS alone; elsewhere one selects the text. */
function CopyButton({ text }: { readonly text: string }): JSX.Element {
  const copied = useSignal<'no' | 'yes' | 'by-hand'>('no')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      copied.value = 'yes'
    } catch {
      copied.value = 'by-hand'
    }
  }
  return (
    <>
      <button type="button" onClick={copy}>
        {t(copied.value === 'yes' ? 'exchange.copied' : 'exchange.curl')}
      </button>
      {copied.value === 'by-hand' && (
        <label class="by-hand">
          {t('exchange.notCopied')}
          <textarea
            readOnly
            rows={4}
            value={text}
            onFocus={(event) => event.currentTarget.select()}
          />
        </label>
      )}
    </>
  )
}
