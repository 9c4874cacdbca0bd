// A stored request, put once more to baseline and candidate: what is sent, where, and what came.
import { type Signal, useSignal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { ExchangeView, ReaskView } from '../../model/console.ts'
import { apiPath, post } from './fetching.ts'
import { formatTime } from './format.ts'
import { language, overview, t, tOf } from './state.ts'
import { LabelTag } from './widgets.tsx'

export interface ReplayAgainProps {
  readonly view: ExchangeView
  /** Null until it was put again. */
  readonly again: Signal<ReaskView | null>
}

/** `children` are buttons that stand beside its own. */
export function ReplayAgain({
  view,
  again,
  children,
}: ReplayAgainProps & { readonly children: ComponentChildren }): JSX.Element {
  const trouble = useSignal('')
  const isAsking = useSignal(false)
  const isUnsure = useSignal(false)
  const ask = async () => {
    isUnsure.value = false
    isAsking.value = true
    const path = apiPath('reask', { id: view.id })
    const outcome = await post<ReaskView>(path, { confirmed: !view.safe })
    isAsking.value = false
    trouble.value = outcome.kind === 'failed' ? outcome.why : ''
    if (outcome.kind === 'here') again.value = outcome.value
  }
  return (
    <div class="again">
      <p class="buttons">
        <button
          type="button"
          disabled={isAsking.value}
          onClick={() => {
            if (view.safe) void ask()
            else isUnsure.value = true
          }}
        >
          {t(view.safe ? 'exchange.reask' : 'exchange.reaskUnsafe')}
        </button>
        {children}
      </p>
      <p class="quiet small">
        <Sent view={view} />
      </p>
      {isUnsure.value && (
        <Confirmation
          view={view}
          confirm={ask}
          cancel={() => {
            isUnsure.value = false
          }}
        />
      )}
      {trouble.value !== '' && (
        <p class="trouble" role="alert">
          {trouble.value}
        </p>
      )}
      {again.value !== null && (
        <Came
          view={view}
          again={again.value}
          back={() => {
            again.value = null
          }}
        />
      )}
    </div>
  )
}

/** Who gets the request, and what of it is not as production had it. */
function Sent({ view }: { readonly view: ExchangeView }): JSX.Element {
  const { baseline, candidate } = overview.value?.info.targets ?? {}
  const asked = [baseline, candidate].filter((url) => url !== undefined)
  return (
    <>
      {t('exchange.reaskSent', { targets: asked.join(t('exchange.and')) })} <Masked view={view} />
    </>
  )
}

function Masked({ view: { masked } }: { readonly view: ExchangeView }): JSX.Element | null {
  if (masked.length === 0) return null
  const values = masked.map(({ part, name }) => `${tOf('masked', part)} ${name}`)
  return (
    <strong class="warned">
      {t('exchange.reaskMasked', { values: values.join(t('exchange.comma')) })}
    </strong>
  )
}

function Confirmation({
  view,
  confirm,
  cancel,
}: {
  readonly view: ExchangeView
  readonly confirm: () => void
  readonly cancel: () => void
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} aria-labelledby="again-title" onClose={cancel}>
      <h2 id="again-title">{t('exchange.reaskSure')}</h2>
      <p>
        <code>{view.request.startLine}</code>
      </p>
      <p class="quiet">
        <Sent view={view} />
      </p>
      <p class="buttons">
        <button type="button" class="primary" onClick={confirm}>
          {t('exchange.reaskYes')}
        </button>
        <button type="button" onClick={cancel}>
          {t('rules.cancel')}
        </button>
      </p>
    </dialog>
  )
}

function Came({
  view,
  again,
  back,
}: {
  readonly view: ExchangeView
  readonly again: ReaskView
  readonly back: () => void
}): JSX.Element {
  return (
    <div class="notice" role="status">
      <p>
        {t('exchange.reaskAt', { time: formatTime(again.at, language.value) })}{' '}
        <LabelTag label={again.exchange.label} />
      </p>
      <p class="small">
        {t('exchange.reaskBeside')} <Masked view={view} />
      </p>
      {again.renamed && <p class="warning small">{t('exchange.reaskRenamed')}</p>}
      <button type="button" onClick={back}>
        {t('exchange.reaskBack')}
      </button>
    </div>
  )
}
