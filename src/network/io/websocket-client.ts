// Dials WebSocket peers (RFC 6455): each write is one binary message.
import type { SecureContext } from 'node:tls'
import { WebSocket } from 'ws'
import { onlyOnce } from '../../base/only-once.ts'
import type { Dial, WireClose } from '../../model/world.ts'
import { closeReasons, type TlsError } from './tcp-client.ts'

export interface WebSocketDialOptions {
  /** Path and query of the URL. */
  readonly path: string
  /** `user:password` for Basic credentials; null for none. */
  readonly credentials: string | null
  readonly skipVerify: boolean
  readonly context: SecureContext | null
  /** Hears why a peer could not be had, at most once for each reason. */
  readonly onError: (why: string) => void
}

/** A write asks to wait when so much is pending, and `drained` comes when half of it is gone. */
const pendingBytesMax = 1024 * 1024
/** What a peer may send us in a message; nobody reads it. */
const receivedBytesMax = 64 * 1024
const handshakeMillisMax = 5_000

/** A `Dial` of `ws:` or, where the endpoint is secure, `wss:` peers. */
export function createWebSocketDial(options: WebSocketDialOptions): Dial {
  const onError = onlyOnce(options.onError)
  return ({ host, port, secure }, handler) => {
    const name = host.includes(':') ? `[${host}]` : host
    const socket = new WebSocket(`${secure ? 'wss' : 'ws'}://${name}:${port}${options.path}`, {
      perMessageDeflate: false,
      handshakeTimeout: handshakeMillisMax,
      maxPayload: receivedBytesMax,
      rejectUnauthorized: !options.skipVerify,
      ...(options.context === null ? {} : { secureContext: options.context }),
      ...(options.credentials === null ? {} : { auth: options.credentials }),
    })
    let why: WireClose = 'ended'
    let waiting = false
    /** By us: what then goes wrong is nobody's fault. */
    let isLeft = false
    socket.on('open', () => handler.connected())
    socket.on('error', (error: TlsError) => {
      why = closeReasons.get(error.code ?? '') ?? 'failed'
      if (why === 'failed' && !isLeft) onError(describeError(error))
    })
    socket.on('close', () => handler.closed(why))
    const onSent = () => {
      if (!waiting || socket.bufferedAmount > pendingBytesMax / 2) return
      waiting = false
      handler.drained()
    }
    return {
      write: (bytes) => {
        // Bytes for a socket that is closing stay pending, and are lost with it.
        socket.send(bytes, { binary: true }, onSent)
        waiting ||= socket.bufferedAmount > pendingBytesMax
        return !waiting
      },
      pendingBytes: () => socket.bufferedAmount,
      end: () => {
        isLeft = true
        socket.close(1000)
      },
      destroy: () => {
        isLeft = true
        socket.terminate()
      },
    }
  }
}

/** OpenSSL's messages hold the reason behind places in its sources. */
function describeError({ reason, message }: TlsError): string {
  const [, found] = /:SSL routines:[^:]*:([^:]+):/.exec(message) ?? []
  return reason ?? found ?? message.split('\n')[0]!
}
