// Who may ask the console: the pages that it served itself, from this host or with the token. A web
// page elsewhere must reach it neither by another name for this host (DNS rebinding) nor by a form.

export interface AccessOptions {
  /** Null: whoever reaches this host's loopback interface may look. */
  readonly token: string | null
  /** Names that the console may be asked by, lower case, beside addresses and `localhost`. */
  readonly names: readonly string[]
  /** Of the cookie: one for each console of a host, since cookies know no ports. */
  readonly cookie: string
  /** Whether two texts are the same, in a time that does not tell where they differ. */
  readonly isSame: (a: string, b: string) => boolean
}

export type Access =
  | { readonly kind: 'granted' }
  /** The token was in the address: it goes into a cookie, and out of the address. */
  | { readonly kind: 'login'; readonly cookie: string; readonly location: string }
  | { readonly kind: 'refused'; readonly status: 401 | 403 | 421; readonly why: string }

/** Decides by address, Host, Origin, Sec-Fetch-Site, cookie and token; never by a body. */
export function decideAccess(request: Request, options: AccessOptions): Access {
  const url = new URL(request.url)
  if (!isOwnName(url.hostname, options.names)) {
    return { kind: 'refused', status: 421, why: 'the console is not asked by that name' }
  }
  if (!isFromOwnPage(request, url)) {
    return { kind: 'refused', status: 403, why: 'asked by a page of another origin' }
  }
  const { token, isSame } = options
  if (token === null) return { kind: 'granted' }
  const given = url.searchParams.get('token')
  if (given !== null && request.method === 'GET' && isSame(given, token)) {
    url.searchParams.delete('token')
    const cookie = `${options.cookie}=${token}; HttpOnly; SameSite=Strict; Path=/`
    return { kind: 'login', cookie, location: `${url.pathname}${url.search}` }
  }
  // Scrapers of metrics keep no cookies. A page elsewhere cannot send it unasked (Fetch, 4.8).
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  if (bearer !== undefined && isSame(bearer, token)) return { kind: 'granted' }
  const held = readCookie(request.headers.get('cookie') ?? '', options.cookie)
  if (held !== null && isSame(held, token)) return { kind: 'granted' }
  return { kind: 'refused', status: 401, why: 'open the address that was printed at the start' }
}

/** An address cannot be rebound; a name can, so that only known ones count. */
function isOwnName(hostname: string, names: readonly string[]): boolean {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(hostname) || hostname.startsWith('[')) return true
  return hostname === 'localhost' || names.includes(hostname)
}

/** Browsers tell where a request comes from; other programs tell nothing, and may ask. */
function isFromOwnPage(request: Request, url: URL): boolean {
  const site = request.headers.get('sec-fetch-site')
  // A link that was followed from elsewhere opens the page, and gives away nothing.
  const isOpened = request.method === 'GET' && request.headers.get('sec-fetch-mode') === 'navigate'
  if (site !== null && site !== 'same-origin' && site !== 'none' && !isOpened) return false
  const origin = request.headers.get('origin')
  if (origin === null) return request.method === 'GET' || request.method === 'HEAD' || site !== null
  // Behind a proxy that speaks TLS the scheme differs, and the name does not.
  return /^https?:\/\/(.+)$/.exec(origin)?.[1] === url.host
}

function readCookie(header: string, name: string): string | null {
  for (const part of header.split(';')) {
    const [key = '', ...value] = part.trim().split('=')
    if (key === name) return value.join('=')
  }
  return null
}
