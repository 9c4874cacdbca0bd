// The rows of a long table, read page by page as they come into sight; few pages are kept.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { EndpointRow, EndpointsPage } from '../../model/console.ts'

export const pageRows = 100
const pagesMax = 10

export interface PagedRows {
  /** Null until the first page is here. */
  readonly total: number | null
  readonly all: number
  /** Undefined while it is on its way. */
  readonly row: (index: number) => EndpointRow | undefined
}

/** `path` answers a page from an offset on; `revision` grows when what was read is out of date. */
export function usePagedRows(
  path: (offset: number) => string,
  pages: readonly number[],
  revision: string,
): PagedRows {
  const shown = useSignal(0)
  const kept = useRef(new Map<number, EndpointsPage>())
  const asked = useRef(new Map<number, string>())
  const address = path(0)
  const before = useRef(address)
  if (before.current !== address) {
    before.current = address
    kept.current.clear()
  }
  const wanted = pages.length === 0 ? [0] : pages
  useEffect(() => {
    for (const page of wanted) {
      const key = `${address} ${revision}`
      if (asked.current.get(page) === key) continue
      asked.current.set(page, key)
      void readPage(path(page * pageRows)).then((read) => {
        const isStale = asked.current.get(page) !== key
        if (read === null || isStale) {
          if (!isStale) asked.current.delete(page)
          return
        }
        keepPage(kept.current, asked.current, page, read)
        shown.value += 1
      })
    }
  }, [address, revision, wanted.join()])
  // Read, so that the table is drawn again when a page has come.
  void shown.value
  const [first] = kept.current.values()
  return {
    total: first?.matching ?? null,
    all: first?.total ?? 0,
    row: (index) => kept.current.get(Math.floor(index / pageRows))?.rows[index % pageRows],
  }
}

function keepPage(
  kept: Map<number, EndpointsPage>,
  asked: Map<number, string>,
  page: number,
  read: EndpointsPage,
): void {
  kept.delete(page)
  kept.set(page, read)
  for (const oldest of kept.keys()) {
    if (kept.size <= pagesMax) break
    kept.delete(oldest)
    asked.delete(oldest)
  }
}

async function readPage(path: string): Promise<EndpointsPage | null> {
  try {
    const response = await fetch(path)
    return response.ok ? ((await response.json()) as EndpointsPage) : null
  } catch {
    return null
  }
}
