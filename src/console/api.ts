// The console: requests to answers, and nothing else. Who listens, and where runs come from, is
// handed in.
import type { ConsoleRun, ConsoleRuns } from '../model/console.ts'
import { OperatorError } from '../model/operator-error.ts'
import { type AccessOptions, decideAccess } from './access.ts'
import { isConfirmed, readEndpointQuery, readExchangeQuery, readRulesChange } from './api-input.ts'
import { listEndpoints } from './endpoint-list.ts'
import { streamEvents } from './event-stream.ts'
import { bucketSeries } from './series-buckets.ts'

export interface ConsoleApiOptions {
  readonly runs: ConsoleRuns
  readonly access: AccessOptions
  /** A file of the built pages, by its path; null where there is none. */
  readonly asset: (path: string) => Asset | null
  /** Beats for one page that listens, about every second. */
  readonly ticks: () => AsyncIterator<unknown>
  /** Pages that may listen at once; more are told to come later. */
  readonly listenersMax: number
  /** What a scraper of metrics reads; null where no run goes on. */
  readonly metrics: (() => Promise<MetricsText>) | null
}

export interface MetricsText {
  readonly text: string
  readonly type: string
}

export interface Asset {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
  /** Its name holds its hash, so that it never changes. */
  readonly immutable: boolean
}

/** Points of each role that a chart is given. */
const seriesPointsMax = 600

/** Never throws: what goes wrong is an answer. */
export function createConsoleApi(
  options: ConsoleApiOptions,
): (request: Request) => Promise<Response> {
  let listeners = 0
  const listen = (run: ConsoleRun): Response => {
    if (listeners >= options.listenersMax) return refuse(503, 'too many pages are open')
    listeners += 1
    const stream = streamEvents({
      ticks: options.ticks(),
      // The moment itself is no news.
      read: async () => ({ ...(await run.overview()), at: 0, rules: (await run.rules()).revision }),
      onEnd: () => {
        listeners -= 1
      },
    })
    return new Response(stream, { headers: { 'content-type': 'text/event-stream' } })
  }
  return async (request) => {
    const access = decideAccess(request, options.access)
    if (access.kind === 'refused') return secure(refuse(access.status, access.why))
    if (access.kind === 'login') {
      const headers = { location: access.location, 'set-cookie': access.cookie }
      return secure(new Response(null, { status: 303, headers }))
    }
    try {
      return secure(await answer(request, options, listen))
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error
      return secure(refuse(409, `${error.message}; ${error.hint}`))
    }
  }
}

async function answer(
  request: Request,
  options: ConsoleApiOptions,
  listen: (run: ConsoleRun) => Response,
): Promise<Response> {
  const url = new URL(request.url)
  const [, root, runs, id, what] = url.pathname.split('/')
  if (url.pathname === '/metrics') return await serveMetrics(request, options)
  if (root !== 'api') return serveAsset(request, url, options)
  if (runs !== 'runs') return refuse(404, 'there is no such page')
  if (id === undefined) return json(await options.runs.list())
  const run = await options.runs.get(id)
  if (run === null) return refuse(404, 'there is no such run')
  if (request.method === 'POST') return await change(request, url, run, what)
  if (request.method !== 'GET') return refuse(405, 'only GET and POST are answered')
  if (what === 'events') return listen(run)
  const read = readers.get(what ?? '')
  if (read === undefined) return refuse(404, 'there is no such page')
  const found = await read(run, url.searchParams)
  return found === null ? refuse(404, 'it is not in this run') : json(found)
}

type Reader = (run: ConsoleRun, query: URLSearchParams) => Promise<unknown>

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>(
  Object.entries({
    overview: (run) => run.overview(),
    series: async (run, query) => bucketSeries(await run.series(readFrom(query)), seriesPointsMax),
    causes: (run) => run.causes(),
    endpoints: async (run, query) => listEndpoints(await run.endpoints(), readEndpointQuery(query)),
    endpoint: (run, query) => run.endpoint(query.get('name') ?? ''),
    exchanges: (run, query) => run.findExchanges(readExchangeQuery(query)),
    exchange: (run, query) => run.exchange(query.get('id') ?? ''),
    rules: (run) => run.rules(),
    capacity: (run) => run.capacity(),
  } satisfies Record<string, Reader>),
)

function readFrom(query: URLSearchParams): number {
  const from = Number(query.get('from') ?? 0)
  return Number.isFinite(from) ? from : 0
}

async function change(
  request: Request,
  url: URL,
  run: ConsoleRun,
  what: string | undefined,
): Promise<Response> {
  // A form cannot send this type without asking first (Fetch, section 3.2).
  if (request.headers.get('content-type') !== 'application/json') {
    return refuse(415, 'JSON is asked for')
  }
  if (what === 'rules' && run.changeRules !== null) {
    const wanted = readRulesChange(await request.text())
    return wanted === null
      ? refuse(400, 'that is no change of rules')
      : json(await run.changeRules(wanted))
  }
  if (what === 'reask' && run.reask !== null) {
    const confirmed = isConfirmed(await request.text())
    const asked = await run.reask(url.searchParams.get('id') ?? '', confirmed)
    return asked === null ? refuse(404, 'it is not in this run') : json(asked)
  }
  return refuse(404, 'nothing can be changed there')
}

async function serveMetrics(request: Request, { metrics }: ConsoleApiOptions): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'GET it')
  if (metrics === null) return refuse(404, 'finished runs have no metrics: a run under way has')
  const { text, type } = await metrics()
  const body = request.method === 'HEAD' ? null : text
  return new Response(body, { headers: { 'content-type': type } })
}

function serveAsset(request: Request, url: URL, { asset }: ConsoleApiOptions): Response {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'GET it')
  const found = asset(url.pathname === '/' ? '/index.html' : url.pathname)
  if (found === null) return refuse(404, 'there is no such page')
  const cache = found.immutable ? 'private, max-age=31536000, immutable' : 'no-cache'
  const body = request.method === 'HEAD' ? null : found.bytes
  return new Response(body, { headers: { 'content-type': found.type, 'cache-control': cache } })
}

function json(value: unknown): Response {
  return new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' } })
}

function refuse(status: number, why: string): Response {
  return new Response(`${why}\n`, { status, headers: { 'content-type': 'text/plain' } })
}

/** Scripts and styles of our own alone, no request to anywhere else, never in a frame. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const securityHeaders = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
} as const

function secure(response: Response): Response {
  for (const [name, value] of Object.entries(securityHeaders)) response.headers.set(name, value)
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store')
  return response
}
