// The operator's decisions: each can be removed, and each change taken back.
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import type { RulesChange, RulesView } from '../../model/console.ts'
import type { Rule } from '../../model/rule.ts'
import type { RuleUse } from '../../model/verdict.ts'
import { apiPath, post, useFetched } from './fetching.ts'
import { formatCount } from './format.ts'
import { NoiseSection } from './noise-section.tsx'
import { draft } from './rule-form.tsx'
import { judged, language, overview, revision, t, tOf } from './state.ts'
import { Loaded, Scroll, VerdictMark } from './widgets.tsx'

export function RulesPage(): JSX.Element {
  const fetched = useFetched<RulesView>(apiPath('rules'), revision.value)
  return (
    <>
      <h1>{t('rules.title')}</h1>
      <Loaded from={fetched}>{(view) => <Rules read={view} />}</Loaded>
    </>
  )
}

function Rules({ read }: { readonly read: RulesView }): JSX.Element {
  const shown = useSignal(read)
  const trouble = useSignal('')
  useEffect(() => {
    shown.value = read
  }, [read])
  if (overview.value?.canRule === false) return <p class="empty">{t('rules.readOnly')}</p>
  const change = async (wanted: RulesChange) => {
    const outcome = await post<RulesView>(apiPath('rules'), wanted)
    trouble.value = outcome.kind === 'failed' ? outcome.why : ''
    if (outcome.kind === 'here') shown.value = outcome.value
  }
  const { file, rules, uses, noise, undoable, verdict, trouble: unread } = shown.value
  return (
    <>
      <p class="lead">{t('rules.lead', { file: file ?? 'rules.yaml' })}</p>
      <p class="buttons">
        <button
          type="button"
          class="primary"
          onClick={() => {
            draft.value = { action: 'accept', endpoint: '*', path: '*', reason: '' }
          }}
        >
          {t('rules.add')}
        </button>
        <button
          type="button"
          disabled={undoable === 0}
          title={t('rules.undoHint', { count: undoable })}
          onClick={() => change({ kind: 'undo' })}
        >
          {t('rules.undo')}
        </button>
        <span class="facts" role="status">
          {t('rules.verdict')} <VerdictMark verdict={verdict} />
        </span>
      </p>
      {unread !== null && (
        <p class="trouble" role="alert">
          {t('rules.trouble', { why: unread })}
        </p>
      )}
      {trouble.value !== '' && (
        <p class="trouble" role="alert">
          {trouble.value}
        </p>
      )}
      {rules.length === 0 ? (
        <p class="empty">{t('rules.none')}</p>
      ) : (
        <RuleTable rules={rules} uses={uses} remove={change} />
      )}
      <NoiseSection noise={noise} />
    </>
  )
}

function RuleTable({
  rules,
  uses,
  remove,
}: {
  readonly rules: readonly Rule[]
  readonly uses: readonly RuleUse[]
  readonly remove: (change: RulesChange) => void
}): JSX.Element {
  return (
    <Scroll label={t('rules.title')}>
      <table>
        <thead>
          <tr>
            <th>{t('rules.rule')}</th>
            <th>{t('rules.reason')}</th>
            <th>{t('rules.owner')}</th>
            <th>{t('rules.until')}</th>
            <th class="number">{t('rules.hits')}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {rules.map((rule, index) => (
            <RuleRow
              rule={rule}
              use={uses[index]}
              remove={(name) => remove({ kind: 'remove', index, name })}
            />
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

function RuleRow({
  rule,
  use,
  remove,
}: {
  readonly rule: Rule
  readonly use: RuleUse | undefined
  readonly remove: (name: string) => void
}): JSX.Element {
  const { action, endpoint, path, kind, from, to, reason, owner, until } = rule
  return (
    <tr>
      <td>
        <span class="tag">{tOf('action', action)}</span> <code>{endpoint}</code>{' '}
        <code class="path">{path}</code>{' '}
        <span class="quiet small">
          {kind} {(from !== undefined || to !== undefined) && `${from ?? '*'} → ${to ?? '*'}`}
        </span>
        {use?.warning != null && <p class="warning">{judged(use.warning)}</p>}
      </td>
      <td>{reason}</td>
      <td>{owner}</td>
      <td>{until}</td>
      <td class="number">{formatCount(use?.hits ?? 0, language.value)}</td>
      <td class="number">
        <button type="button" disabled={use === undefined} onClick={() => remove(use?.rule ?? '')}>
          {t('rules.remove')}
        </button>
      </td>
    </tr>
  )
}
