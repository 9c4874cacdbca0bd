// Small parts that several pages show.
import type { ComponentChildren, JSX } from 'preact'
import type { Label, Role } from '../../model/comparison.ts'
import type { Counts } from '../../model/run-tally.ts'
import type { FindingState, VerdictKind } from '../../model/verdict.ts'
import type { Fetched } from './fetching.ts'
import { formatShare } from './format.ts'
import { t, tOf } from './state.ts'

/** Those whose answers an endpoint's page lays beside each other. */
export const comparedRoles: readonly Role[] = ['production', 'baseline', 'candidate']

/** A word and a shape, so that colour is never all that tells. */
export function VerdictMark({
  verdict,
  large = false,
}: {
  readonly verdict: VerdictKind | null
  readonly large?: boolean
}): JSX.Element {
  const kind = verdict ?? 'none'
  return (
    <span class={`verdict verdict-${kind}${large ? ' verdict-large' : ''}`}>
      <Mark kind={kind} />
      {tOf('verdict', kind)}
    </span>
  )
}

const markPaths = {
  pass: 'M4 8.5l2.7 2.7L12 5.5',
  fail: 'M5 5l6 6M11 5l-6 6',
  undecided: 'M4.5 8h7',
  none: 'M7.9 8h.2',
} as const

export function Mark({ kind }: { readonly kind: VerdictKind | 'none' }): JSX.Element {
  return (
    <svg class={`mark mark-${kind}`} viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="8" />
      <path d={markPaths[kind]} />
    </svg>
  )
}

export function StateTag({ state }: { readonly state: FindingState | null }): JSX.Element {
  if (state === null) {
    return (
      <span class="quiet" title={t('state.none')}>
        –<span class="unseen">{t('state.none')}</span>
      </span>
    )
  }
  return <span class={`tag tag-${state}`}>{tOf('state', state)}</span>
}

export function LabelTag({ label }: { readonly label: Label }): JSX.Element {
  return (
    <span class="label" title={tOf('labelWhy', label)}>
      <i class={`dot dot-${label}`} />
      {tOf('label', label)}
    </span>
  )
}

export const labels: readonly Label[] = [
  'changed',
  'changed-agrees-with-production',
  'changed-under-drift',
  'unstable',
  'drift',
  'same',
]

/** Exchanges by label, as parts of one bar; its numbers stand in its description. */
export function LabelBar({
  counts,
  total,
}: {
  readonly counts: Counts<Label>
  readonly total: number
}): JSX.Element {
  const shown = labels.filter((label) => (counts[label] ?? 0) > 0)
  const text = shown
    .map((label) => `${tOf('label', label)} ${formatShare((counts[label] ?? 0) / total)}`)
    .join(', ')
  return (
    <span class="bar" role="img" aria-label={text} title={text}>
      {shown.map((label) => (
        <i class={`dot-${label}`} style={{ flexGrow: (counts[label] ?? 0) / total }} />
      ))}
    </span>
  )
}

export function RoleName({ role }: { readonly role: Role }): JSX.Element {
  return (
    <span class="role">
      <i class={`stroke stroke-${role}`} />
      {tOf('role', role)}
    </span>
  )
}

/** `GET /orders/{id}`, with the method set apart. */
export function EndpointName({ name }: { readonly name: string }): JSX.Element {
  const space = name.indexOf(' ')
  if (space < 0) return <code class="endpoint">{name}</code>
  return (
    <code class="endpoint">
      <b>{name.slice(0, space)}</b> {name.slice(space + 1)}
    </code>
  )
}

/** What was fetched, or why not, or that it is on its way. */
export function Loaded<T>({
  from,
  missing,
  children,
}: {
  readonly from: Fetched<T>
  /** What to say where there is no such thing. */
  readonly missing?: string
  readonly children: (value: T) => ComponentChildren
}): JSX.Element {
  if (from.kind === 'loading') return <p class="quiet">{t('app.loading')}</p>
  if (from.kind === 'here') return <>{children(from.value)}</>
  if (from.missing && missing !== undefined) return <p class="empty">{missing}</p>
  return <p class="trouble">{t('app.failed', { why: from.why })}</p>
}

export function Section({
  title,
  lead,
  aside,
  children,
}: {
  readonly title: string
  readonly lead?: string
  readonly aside?: ComponentChildren
  readonly children: ComponentChildren
}): JSX.Element {
  return (
    <section class="section">
      <header>
        <h2>{title}</h2>
        {aside}
      </header>
      {lead !== undefined && <p class="lead">{lead}</p>}
      {children}
    </section>
  )
}

/** What may be wider than the page: scrolls by itself, with the keyboard too. */
export function Scroll({
  label,
  children,
}: {
  readonly label: string
  readonly children: ComponentChildren
}): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to take the focus.
    <section class="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}

/** One of a few, as buttons side by side. */
export function Choice<T extends string>({
  label,
  options,
  chosen,
  choose,
}: {
  readonly label: string
  readonly options: readonly (readonly [value: T, text: string])[]
  readonly chosen: T
  readonly choose: (value: T) => void
}): JSX.Element {
  return (
    <fieldset class="choice" aria-label={label}>
      {options.map(([value, text]) => (
        <button type="button" aria-pressed={value === chosen} onClick={() => choose(value)}>
          {text}
        </button>
      ))}
    </fieldset>
  )
}
