// All endpoints of the run: filtered, sorted, and drawn only where they are in sight.
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { EndpointRow } from '../../model/console.ts'
import { apiPath } from './fetching.ts'
import { formatCount, formatMicros, formatShare } from './format.ts'
import { pageRows, usePagedRows } from './paged-rows.ts'
import { RatioInterval, Spark } from './ratio-marks.tsx'
import { findWindow, stepRow } from './row-window.ts'
import { language, linkTo, refine, revision, route, t } from './state.ts'
import type { TextKey } from './texts-en.ts'
import { EndpointName, LabelBar, StateTag } from './widgets.tsx'

interface Column {
  readonly name: TextKey
  /** How the console orders by it; absent: it does not. */
  readonly sort?: string
  readonly number?: true
  readonly hint?: TextKey
  readonly cell: (row: EndpointRow) => JSX.Element | string
}

const columns: readonly Column[] = [
  {
    name: 'endpoints.name',
    sort: 'endpoint',
    cell: ({ endpoint }) => (
      <a href={linkTo('endpoint', { name: endpoint })} title={endpoint}>
        <EndpointName name={endpoint} />
      </a>
    ),
  },
  { name: 'endpoints.state', sort: 'state', cell: ({ state }) => <StateTag state={state} /> },
  {
    name: 'endpoints.exchanges',
    sort: 'exchanges',
    number: true,
    cell: ({ exchanges }) => formatCount(exchanges, language.value),
  },
  {
    name: 'endpoints.differing',
    sort: 'differing',
    number: true,
    cell: ({ labels, exchanges }) => {
      const { changed = 0 } = labels
      const others =
        (labels['changed-agrees-with-production'] ?? 0) + (labels['changed-under-drift'] ?? 0)
      return formatShare(exchanges === 0 ? 0 : (changed + others) / exchanges)
    },
  },
  {
    name: 'endpoints.classes',
    cell: ({ labels, exchanges }) => <LabelBar counts={labels} total={exchanges} />,
  },
  {
    name: 'endpoints.latency',
    sort: 'latency',
    hint: 'endpoints.latencyHint',
    cell: ({ latency }) => <RatioInterval ratio={latency} />,
  },
  { name: 'endpoints.spark', cell: ({ spark }) => <Spark blocks={spark} /> },
  {
    name: 'endpoints.p99',
    sort: 'p99',
    number: true,
    cell: ({ p99 }) => formatMicros(p99.candidate),
  },
  {
    name: 'endpoints.errors',
    sort: 'errors',
    number: true,
    cell: ({ errors }) => formatShare(errors.candidate),
  },
]

const rowHeight = 40

export function EndpointsPage(): JSX.Element {
  const { query } = route.value
  const { filter = '', troubled = '' } = query
  return (
    <div class="filling">
      <h1>{t('endpoints.title')}</h1>
      <form class="toolbar" onSubmit={(event) => event.preventDefault()}>
        <label class="field">
          <span class="unseen">{t('endpoints.filter')}</span>
          <input
            type="search"
            value={filter}
            placeholder={`${t('endpoints.filter')}: ${t('endpoints.filterHint')}`}
            onInput={(event) => refine({ filter: event.currentTarget.value })}
          />
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={troubled === 'true'}
            onChange={(event) => refine({ troubled: event.currentTarget.checked ? 'true' : null })}
          />
          {t('endpoints.troubled')}
        </label>
      </form>
      <EndpointTable />
    </div>
  )
}

function EndpointTable(): JSX.Element {
  const { filter = '', troubled = '', sort = 'state', down = 'true' } = route.value.query
  const holder = useRef<HTMLElement>(null)
  const sight = useSignal({ scrollTop: 0, height: 600 })
  const known = useSignal(0)
  const wanted = useSignal<number | null>(null)
  const drawn = findWindow({ ...sight.value, rowHeight, total: known.value, pageRows })
  const path = (offset: number) =>
    apiPath('endpoints', {
      filter,
      troubled,
      sort,
      descending: down,
      offset: String(offset),
      limit: String(pageRows),
    })
  const rows = usePagedRows(path, drawn.pages, revision.value)
  useEffect(() => {
    if (rows.total !== null) known.value = rows.total
  }, [rows.total])
  useEffect(() => {
    const element = holder.current!
    const look = () => {
      sight.value = { scrollTop: element.scrollTop, height: element.clientHeight }
    }
    const watch = new ResizeObserver(look)
    watch.observe(element)
    const step = (event: KeyboardEvent) => {
      // Keys come faster than rows are drawn.
      const from = wanted.value ?? rowOf(event.target as Element)
      const index = stepRow(event.key, from, known.value)
      if (index === null) return
      event.preventDefault()
      keepInSight(element, index)
      wanted.value = index
    }
    element.addEventListener('scroll', look, { passive: true })
    element.addEventListener('keydown', step)
    return () => {
      watch.disconnect()
      element.removeEventListener('scroll', look)
      element.removeEventListener('keydown', step)
    }
  }, [])
  const next = wanted.value
  useEffect(() => {
    // Its row may have been drawn only now.
    if (next === null) return
    const row = holder.current?.querySelector(`[aria-rowindex="${next + 2}"] a`)
    if (!(row instanceof HTMLElement)) return
    row.focus({ preventScroll: true })
    if (wanted.value === next) wanted.value = null
  })
  const indexes = Array.from({ length: drawn.to - drawn.from }, (_, place) => drawn.from + place)
  const counts = { matching: count(known.value), total: count(rows.all) }
  return (
    <>
      <p class="quiet small" role="status">
        {rows.total === 0 ? t('endpoints.none') : t('endpoints.count', counts)}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to take the focus. */}
      <section class="scroll long" ref={holder} tabIndex={0} aria-label={t('endpoints.title')}>
        <table class="rows" aria-rowcount={known.value + 1}>
          <Head sort={sort} down={down === 'true'} />
          <tbody>
            <tr class="spacer" style={{ height: `${drawn.from * rowHeight}px` }} />
            {indexes.map((index) => (
              <Row key={index} index={index} row={rows.row(index)} />
            ))}
            <tr class="spacer" style={{ height: `${(known.value - drawn.to) * rowHeight}px` }} />
          </tbody>
        </table>
      </section>
    </>
  )
}

function rowOf(element: Element): number | null {
  const index = element.closest('[aria-rowindex]')?.getAttribute('aria-rowindex')
  return index === null || index === undefined ? null : Number(index) - 2
}

/** Scrolls no further than the row needs, and clear of the head. */
function keepInSight(element: HTMLElement, index: number): void {
  const top = index * rowHeight
  const room = element.clientHeight - 2 * rowHeight
  const { scrollTop } = element
  if (top < scrollTop) element.scrollTop = top
  else if (top > scrollTop + room) element.scrollTop = top - room
}

function Head({ sort, down }: { readonly sort: string; readonly down: boolean }): JSX.Element {
  return (
    <thead>
      <tr>
        {columns.map(({ name, sort: own, number, hint }) => {
          const order = own === sort ? (down ? 'descending' : 'ascending') : undefined
          const title = hint === undefined ? undefined : t(hint)
          return (
            <th aria-sort={order} class={number === true ? 'number' : ''} title={title}>
              {own === undefined ? (
                t(name)
              ) : (
                <button
                  type="button"
                  class="plain"
                  onClick={() =>
                    refine({ sort: own, down: String(own === sort ? !down : own !== 'endpoint') })
                  }
                >
                  {t(name)}
                </button>
              )}
            </th>
          )
        })}
      </tr>
    </thead>
  )
}

function Row({
  index,
  row,
}: {
  readonly index: number
  readonly row: EndpointRow | undefined
}): JSX.Element {
  return (
    <tr aria-rowindex={index + 2}>
      {columns.map(({ cell, number }) => (
        <td class={number === true ? 'number' : ''}>{row === undefined ? '…' : cell(row)}</td>
      ))}
    </tr>
  )
}

function count(number: number): string {
  return formatCount(number, language.value)
}
