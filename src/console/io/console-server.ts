// Listens for browsers with the plain server of Node: the console is a function of requests, so
// that a framework would only stand between.
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { setInterval as beats } from 'node:timers/promises'
import type { ConsoleRuns } from '../../model/console.ts'
import { OperatorError } from '../../model/operator-error.ts'
import { type Asset, createConsoleApi, type MetricsText } from '../api.ts'

export interface ConsoleServerOptions {
  readonly runs: ConsoleRuns
  readonly host: string
  readonly port: number
  /** Null: whoever reaches the address may look. */
  readonly token: string | null
  readonly asset: (path: string) => Asset | null
  /** For `/metrics`; null where no run goes on. */
  readonly metrics: (() => Promise<MetricsText>) | null
  /** Hears of a broken invariant; the page gets a 500. */
  readonly onBug: (error: unknown) => void
}

export interface ConsoleServer extends AsyncDisposable {
  /** To open in a browser; with the token, where there is one. */
  readonly url: string
}

const bodyBytesMax = 64 * 1024
const connectionsMax = 200
const listenersMax = 50
const beatMillis = 1_000

/** Listens; fails with an operator error where the address cannot be had. */
export async function startConsoleServer(options: ConsoleServerOptions): Promise<ConsoleServer> {
  const closing = new AbortController()
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 })
  server.maxConnections = connectionsMax
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explainListening(options, error)))
    server.listen(options.port, options.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const api = createConsoleApi({
    runs: options.runs,
    access: {
      token: options.token,
      names: [hostname().toLowerCase()],
      cookie: `rehearsal-${port}`,
      isSame: isSameText,
    },
    asset: options.asset,
    metrics: options.metrics,
    ticks: () => tick(closing.signal),
    listenersMax,
  })
  server.on('request', (request, response) => {
    serve(api, request, response).catch((error: unknown) => {
      if (!response.writableEnded && !request.destroyed) options.onBug(error)
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  const query = options.token === null ? '' : `?token=${options.token}`
  return {
    url: `http://${host}:${port}/${query}`,
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

async function serve(
  api: (request: Request) => Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const request = await toRequest(incoming)
  if (request === null) {
    outgoing.writeHead(400).end()
    return
  }
  const response = await api(request)
  outgoing.writeHead(response.status, [...response.headers].flat())
  if (response.body === null) {
    outgoing.end()
    return
  }
  const reader = response.body.getReader()
  outgoing.on('close', () => void reader.cancel().catch(() => {}))
  for (;;) {
    const { done, value } = await reader.read()
    if (done || outgoing.destroyed) break
    if (!outgoing.write(value)) await drained(outgoing)
  }
  outgoing.end()
}

/** Resolves when there is room again, or nobody reads any more. */
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      outgoing.off('drain', go).off('close', go)
      resolve()
    }
    outgoing.on('drain', go).on('close', go)
  })
}

/** Null for what no browser sends: a target that is no path, or a body that is too large. */
async function toRequest(incoming: IncomingMessage): Promise<Request | null> {
  const { method = 'GET', url = '', headers } = incoming
  const address = `http://${headers.host ?? ''}${url}`
  if (!url.startsWith('/') || !URL.canParse(address)) return null
  const body = method === 'POST' ? await readBody(incoming) : undefined
  if (body === null) return null
  const given = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  )
  const request = new Request(address, { method, ...(body === undefined ? {} : { body }) })
  for (const [name, value] of given) request.headers.set(name, value)
  return request
}

async function readBody(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer> | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function* tick(signal: AbortSignal): AsyncGenerator<void> {
  try {
    for await (const _ of beats(beatMillis, undefined, { signal, ref: false })) yield
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** Hashes are of one length, so that the time does not tell the length either. */
function isSameText(a: string, b: string): boolean {
  const [first, second] = [a, b].map((text) => createHash('sha256').update(text).digest())
  return timingSafeEqual(first!, second!)
}

function explainListening({ host, port }: ConsoleServerOptions, error: Error): OperatorError {
  const { code } = error as NodeJS.ErrnoException
  return new OperatorError(
    'console-address',
    `the console cannot listen on ${host}:${port} (${code ?? error.message})`,
    code === 'EADDRINUSE'
      ? 'give --console another port'
      : 'give --console an address of this host',
  )
}
