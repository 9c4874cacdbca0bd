// What the page shows, as the address after `#` says: the run, the page, and what of it.

export const pages = [
  'now',
  'causes',
  'endpoints',
  'endpoint',
  'exchange',
  'rules',
  'stress',
  'runs',
] as const

export type PageName = (typeof pages)[number]

export interface Route {
  /** Null until a run is chosen. */
  readonly run: string | null
  readonly page: PageName
  readonly query: Readonly<Record<string, string>>
}

/** Whatever the text is, it is a route; what is not known in it is left out. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  const [run = '', page = ''] = path.split('/')
  return {
    run: run === '' ? null : decode(run),
    page: pages.find((name) => name === page) ?? 'now',
    query: Object.fromEntries(new URLSearchParams(query)),
  }
}

export function formatRoute(
  run: string | null,
  page: PageName,
  query: Readonly<Record<string, string | null>> = {},
): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => {
    return entry[1] !== null && entry[1] !== ''
  })
  const search = new URLSearchParams(given).toString()
  return `#/${encodeURIComponent(run ?? '')}/${page}${search === '' ? '' : `?${search}`}`
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
