// The shop behind node:http.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ShopOptions } from '../call.ts'
import { makeRequest } from '../http.ts'
import { createShop, type Shop } from '../shop.ts'
import { createWorkerPool, type WorkerPool } from '../worker-pool.ts'

export interface ShopServer extends AsyncDisposable {
  readonly port: number
  stop(): Promise<void>
}

export interface ServeOptions {
  readonly address?: string
  /** 0 for any free one. */
  readonly port: number
  readonly options: ShopOptions
  /** Waits before each answer as long as the model says that it takes. */
  readonly isSlow: boolean
  /** With `isSlow`: answers that are made at a time, by default as many as are asked for. */
  readonly workers?: number
}

const bodyBytesMax = 1_000_000

/** Answers come in the order that the shop gave them. */
export async function serveShop(serving: ServeOptions): Promise<ShopServer> {
  const { address = '127.0.0.1', port, options, isSlow, workers = Infinity } = serving
  const shop = createShop(options)
  const pool = isSlow ? createWorkerPool(workers, sleep) : null
  const server = createServer((request, response) => {
    answerOne(shop, pool, request, response).catch(() => response.destroy())
  })
  // Longer than any pause of a visitor, so that only visitors end connections.
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, resolve)
  })
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return {
    port: (server.address() as AddressInfo).port,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function answerOne(
  shop: Shop,
  pool: WorkerPool | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request)
  const headers = new Map(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const),
  )
  const { method = 'GET', url = '/' } = request
  const { answer, latencyMicros } = shop.serve(
    makeRequest(method, url, headers, body),
    Date.now() * 1000,
  )
  await pool?.work(latencyMicros / 1000)
  const isEmpty = answer.status === 204 || answer.status === 304
  const length = isEmpty ? [] : ['Content-Length', String(answer.body.length)]
  response.sendDate = false
  response.writeHead(answer.status, [...answer.headers.flat(), ...length])
  response.end(answer.body)
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > bodyBytesMax) throw new Error('the body is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
