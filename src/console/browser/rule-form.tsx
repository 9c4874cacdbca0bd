// A decision about a difference: what to do, where, and why.
import { signal, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { RulesView } from '../../model/console.ts'
import type { Rule, RuleAction } from '../../model/rule.ts'
import type { Finding } from '../../model/verdict.ts'
import { apiPath, post } from './fetching.ts'
import { overview, t, tOf } from './state.ts'

/** The rule that is being written; null where none is. */
export const draft = signal<Rule | null>(null)
/** What came of the last change, for whoever hears the page read. */
export const said = signal('')

const actions: readonly RuleAction[] = ['accept', 'ignore', 'noise']

/** Buttons that begin a rule for what a finding is about. */
export function RuleButtons({ finding }: { readonly finding: Finding }): JSX.Element | null {
  if (overview.value?.canRule !== true || finding.state === 'accepted') return null
  const { endpoint, path, kind } = finding
  const offered = actions.filter((action) => action !== 'noise' || kind === 'value')
  return (
    <span class="buttons">
      {offered.map((action) => (
        <button
          type="button"
          title={tOf('actionWhy', action)}
          onClick={() => {
            draft.value = { action, endpoint, path, kind, reason: '' }
          }}
        >
          {tOf('action', action)}…
        </button>
      ))}
    </span>
  )
}

/** In a dialog, whenever there is a draft. */
export function RuleDialog(): JSX.Element | null {
  const dialog = useRef<HTMLDialogElement>(null)
  const isOpen = draft.value !== null
  useLayoutEffect(() => {
    if (isOpen) dialog.current?.showModal()
  }, [isOpen])
  if (draft.value === null) return null
  return (
    <dialog
      ref={dialog}
      aria-labelledby="rule-title"
      onClose={() => {
        draft.value = null
      }}
    >
      <RuleForm rule={draft.value} />
    </dialog>
  )
}

function RuleForm({ rule }: { readonly rule: Rule }): JSX.Element {
  const trouble = useSignal('')
  const save = async (event: Event) => {
    event.preventDefault()
    const written = readForm(event.currentTarget as HTMLFormElement)
    const outcome = await post<RulesView>(apiPath('rules'), { kind: 'add', rule: written })
    if (outcome.kind === 'here') {
      draft.value = null
      said.value = t('rules.saved', { verdict: tOf('verdict', outcome.value.verdict ?? 'none') })
    } else if (outcome.kind === 'failed') trouble.value = outcome.why
  }
  return (
    <form class="rule-form" onSubmit={save}>
      <h2 id="rule-title">{t('rules.add')}</h2>
      <fieldset>
        <legend>{t('rules.action')}</legend>
        {actions.map((action) => (
          <label class="radio">
            <input
              type="radio"
              name="action"
              value={action}
              defaultChecked={action === rule.action}
            />
            <span>
              <b>{tOf('action', action)}</b>
              <small>{tOf('actionWhy', action)}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <Field name="endpoint" value={rule.endpoint} hint={t('rules.starHint')} code required />
      <Field name="path" value={rule.path} hint={t('rules.starHint')} code required />
      <Field name="kind" value={rule.kind ?? ''} hint={t('rules.any')} code />
      <Field name="reason" value={rule.reason} hint={t('rules.reasonHint')} required focused />
      <div class="fields">
        <Field name="owner" value="" hint={t('rules.ownerHint')} />
        <Field name="until" value="" hint={t('rules.untilHint')} type="date" />
      </div>
      {trouble.value !== '' && (
        <p class="trouble" role="alert">
          {trouble.value}
        </p>
      )}
      <p class="buttons">
        <button type="submit" class="primary">
          {t('rules.save')}
        </button>
        <button
          type="button"
          onClick={() => {
            draft.value = null
          }}
        >
          {t('rules.cancel')}
        </button>
      </p>
    </form>
  )
}

interface FieldProps {
  readonly name: 'endpoint' | 'path' | 'kind' | 'reason' | 'owner' | 'until'
  readonly value: string
  readonly hint: string
  readonly type?: 'text' | 'date'
  readonly code?: boolean
  readonly required?: boolean
  readonly focused?: boolean
}

function Field({ name, value, hint, type = 'text', ...how }: FieldProps): JSX.Element {
  const input = {
    class: how.code === true ? 'code' : '',
    id: `rule-${name}`,
    name,
    defaultValue: value,
    required: how.required === true,
    // A dialog that a button opened begins at what it lacks.
    autoFocus: how.focused === true,
    autoComplete: 'off',
  } as const
  return (
    <label class="field" for={`rule-${name}`}>
      <span>
        {tOf('rules', name)} <small>{hint}</small>
      </span>
      {type === 'date' ? <input {...input} type="date" /> : <input {...input} type="text" />}
    </label>
  )
}

/** What is left empty is not part of the rule. */
function readForm(form: HTMLFormElement): Readonly<Record<string, string>> {
  const entries = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()])
  return Object.fromEntries(entries.filter(([, value]) => value !== ''))
}
