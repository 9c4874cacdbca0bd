// A target that keeps every byte it is sent. Node's own HTTP parser, not ours, decides what a
// request is and when to answer it.
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Socket } from 'node:net'

export interface RecordingTarget extends AsyncDisposable {
  readonly port: number
  /** Bytes as received, by connection in the order they were opened. */
  readonly connections: readonly (readonly Buffer[])[]
  /** Requests that were read whole. */
  requests(): number
  close(): Promise<void>
}

export interface RecordingTargetOptions {
  /** 0: any. */
  readonly port?: number
  readonly host?: string
  /** Speaks TLS, with a certificate that nobody vouches for. */
  readonly secure?: boolean
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => void
}

const pem = readFileSync(new URL('./localhost.pem', import.meta.url))
const pair = { key: pem, cert: pem }

/** Listens on loopback unless `host` says otherwise. */
export async function startRecordingTarget(
  options: RecordingTargetOptions = {},
): Promise<RecordingTarget> {
  const connections: Buffer[][] = []
  const sockets = new Set<Socket>()
  let requests = 0
  const answer = options.answer ?? ((_, response) => response.end('ok'))
  const secure = options.secure ?? false
  const common = { insecureHTTPParser: true, keepAliveTimeout: 60_000 }
  const server = secure ? createSecureServer({ ...common, ...pair }) : createServer(common)
  server.on(secure ? 'secureConnection' : 'connection', (socket: Socket) => {
    const received: Buffer[] = []
    connections.push(received)
    sockets.add(socket)
    socket.on('data', (bytes: Buffer) => received.push(bytes))
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    request.resume().on('end', () => {
      requests++
      answer(request, response)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
  })
  const { port } = server.address() as { port: number }
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return { port, connections, requests: () => requests, close, [Symbol.asyncDispose]: close }
}
