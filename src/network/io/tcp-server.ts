// Listens for peers over TCP or TLS.
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { OperatorError } from '../../model/operator-error.ts'
import type { Wire, WireHandler } from '../../model/world.ts'
import { attachWire, type TlsError } from './tcp-client.ts'
import type { Identity } from './tls-files.ts'

export interface TcpServer {
  readonly port: number
  /** Accepts no more; wires that are open stay so until their peers or handlers end them. */
  close(): void
}

/**
 * Listens on `host` (null: all addresses, IPv6 and IPv4) and hands each wire to `accept`, with
 * the address of its peer; over TLS where there is an `identity`. `onTlsError` hears of each peer
 * with whom that does not come about.
 */
export async function listenTcp(
  address: { readonly host: string | null; readonly port: number },
  identity: Identity | null,
  accept: (wire: Wire, peer: string) => WireHandler,
  onTlsError: (peer: string, why: string) => void = () => {},
): Promise<TcpServer> {
  const accepted = (socket: Socket) => attachAccepted(socket, accept)
  // A peer that is gone without a word is noticed after a minute or two.
  const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }
  const server =
    identity === null
      ? createServer(options, accepted)
      : createTlsServer({ ...options, ...identity }, accepted)
  server.on('tlsClientError', (error: TlsError, socket: Socket) => {
    onTlsError(socket.remoteAddress ?? 'a host', error.reason ?? error.message)
  })
  await listening(server, address)
  const bound = server.address()
  const port = bound !== null && typeof bound === 'object' ? bound.port : address.port
  return { port, close: () => void server.close() }
}

function attachAccepted(socket: Socket, accept: (wire: Wire, peer: string) => WireHandler): void {
  let handler: WireHandler | null = null
  const wire = attachWire(socket, {
    connected: () => {},
    received: () => {},
    drained: () => handler?.drained(),
    closed: (why) => handler?.closed(why),
  })
  handler = accept(wire, socket.remoteAddress ?? '')
  socket.on('data', (bytes: Buffer) => handler.received(bytes))
}

function listening(
  server: Server,
  address: { readonly host: string | null; readonly port: number },
): Promise<void> {
  const where = `${address.host ?? ''}:${address.port}`
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(where, error)))
    server.listen(
      { port: address.port, ...(address.host === null ? {} : { host: address.host }) },
      resolve,
    )
  })
}

function listenError(where: string, error: NodeJS.ErrnoException): OperatorError {
  switch (error.code) {
    case 'EADDRINUSE':
      return new OperatorError(
        'port-in-use',
        `cannot listen on ${where}: the port is in use`,
        'end the program that holds it (ss -ltnp shows it), or choose another port',
      )
    case 'EACCES':
      return new OperatorError(
        'port-denied',
        `cannot listen on ${where}: not permitted`,
        'choose a port above 1023, or run as root',
      )
    default:
      return new OperatorError(
        'cannot-listen',
        `cannot listen on ${where}: ${error.message}`,
        'give an address of this host, such as :28020 or 127.0.0.1:28020',
      )
  }
}
