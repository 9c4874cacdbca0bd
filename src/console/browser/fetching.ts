// What pages read from the console and change in it.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { isLost, route } from './state.ts'

export type Fetched<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly why: string; readonly missing: boolean }
  | { readonly kind: 'here'; readonly value: T }

/** The address of a part of the run that is shown. */
export function apiPath(part: string, query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString()
  const run = encodeURIComponent(route.value.run ?? '')
  return `/api/runs/${run}/${part}${search === '' ? '' : `?${search}`}`
}

/** Reads `path` when it changes, and again when `revision` does; what is there stays meanwhile. */
export function useFetched<T>(path: string | null, revision: string | number = ''): Fetched<T> {
  const state = useSignal<Fetched<T>>({ kind: 'loading' })
  const shown = useSignal<string | null>(null)
  useEffect(() => {
    if (path === null) return
    const ending = new AbortController()
    if (shown.peek() !== path) state.value = { kind: 'loading' }
    void read<T>(path, ending.signal).then((fetched) => {
      if (ending.signal.aborted) return
      shown.value = path
      state.value = fetched
    })
    return () => ending.abort()
  }, [path, revision])
  return state.value
}

async function read<T>(path: string, signal: AbortSignal): Promise<Fetched<T>> {
  try {
    const response = await fetch(path, { signal })
    isLost.value = false
    if (response.ok) return { kind: 'here', value: (await response.json()) as T }
    const why = (await response.text()).trim()
    return { kind: 'failed', why, missing: response.status === 404 }
  } catch (error) {
    if (!signal.aborted) isLost.value = true
    return { kind: 'failed', why: (error as Error).message, missing: false }
  }
}

/** Changes something; answers what is there then, or why it was refused. */
export async function post<T>(path: string, body: unknown): Promise<Fetched<T>> {
  try {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
    if (response.ok) return { kind: 'here', value: (await response.json()) as T }
    return { kind: 'failed', why: (await response.text()).trim(), missing: false }
  } catch (error) {
    return { kind: 'failed', why: (error as Error).message, missing: false }
  }
}
