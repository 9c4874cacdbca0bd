// `--metrics :9090`: a small HTTP server that Prometheus scrapes.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { OperatorError } from '../../model/operator-error.ts'
import type { Exposition } from './prometheus.ts'

export interface MetricsServer {
  readonly port: number
  close(): Promise<void>
}

/** Whoever scrapes keeps one; beyond, connections are refused. */
const connectionsMax = 32
const requestMillisMax = 10_000

/** Resolves when it listens; an address that cannot be had is an operator error. */
export async function serveMetrics(
  address: { readonly host: string | null; readonly port: number },
  exposition: Exposition,
): Promise<MetricsServer> {
  const server = createServer((request, response) => void answer(request, response, exposition))
  server.maxConnections = connectionsMax
  server.requestTimeout = requestMillisMax
  server.setTimeout(requestMillisMax)
  const { host, port } = address
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(address, error)))
    server.listen({ port, ...(host === null ? {} : { host }) }, resolve)
  })
  const bound = server.address()
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      return closed
    },
  }
}

async function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  exposition: Exposition,
): Promise<void> {
  if (url?.split('?')[0] !== '/metrics') return refuse(response, 404, 'metrics are at /metrics\n')
  if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, 'GET alone is answered\n')
  const text = await exposition.text()
  response.writeHead(200, {
    'content-type': exposition.contentType,
    'content-length': Buffer.byteLength(text),
  })
  response.end(method === 'HEAD' ? undefined : text)
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(text)
}

function cannotListen(
  { host, port }: { readonly host: string | null; readonly port: number },
  { code, message }: NodeJS.ErrnoException,
): OperatorError {
  return new OperatorError(
    'cannot-listen',
    `--metrics cannot listen on ${host ?? ''}:${port}: ${code ?? message}`,
    code === 'EADDRINUSE'
      ? 'another program has the port: choose another'
      : 'give an address of this host, and a port that this user may listen on',
  )
}
