// Dials targets and link peers over TCP or TLS.
import { type LookupAddress, lookup as resolve } from 'node:dns'
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls, type SecureContext } from 'node:tls'
import { onlyOnce } from '../../base/only-once.ts'
import type { Dial, Endpoint, Wire, WireClose, WireHandler } from '../../model/world.ts'

export interface DialOptions {
  /** Accept a TLS certificate that does not verify. */
  readonly skipVerify: boolean
  /** What is trusted, and the client's own certificate; null: what Node trusts, and none. */
  readonly context: SecureContext | null
  /** Hears why a TLS connection could not be had, at most once for each host and reason. */
  readonly onTlsError: (host: string, why: string) => void
}

/** A `Dial` over real sockets; addresses of names are kept for half a minute. */
export function createDial(options: DialOptions): Dial {
  const lookup = createCachedLookup()
  // One buffer serves all wires: a read is handled before the next one begins.
  const shared = Buffer.allocUnsafe(receiveBytes)
  const onTlsError = onlyOnce(options.onTlsError)
  return (endpoint, handler) => {
    const parts = { ...options, lookup, shared, onTlsError }
    const socket = openSocket(endpoint, handler, parts)
    return attachWire(socket, handler)
  }
}

/** Makes a socket, dialled or accepted, into a wire that reports to `handler`. */
export function attachWire(socket: Socket, handler: WireHandler): Wire {
  let why: WireClose = 'ended'
  socket.on('drain', () => handler.drained())
  socket.on('error', (error: NodeJS.ErrnoException) => {
    why = closeReasons.get(error.code ?? '') ?? 'failed'
  })
  socket.on('close', () => handler.closed(why))
  // What is written after the peer ended is never taken, though the socket does not hold it.
  let refusedBytes = 0
  return {
    write: (bytes) => {
      if (socket.writable) return socket.write(bytes)
      refusedBytes += bytes.length
      return false
    },
    pendingBytes: () => socket.writableLength + refusedBytes,
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  }
}

const receiveBytes = 64 * 1024

/** What a failed connection's error code says. */
export const closeReasons: ReadonlyMap<string, WireClose> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['ENOTFOUND', 'unreachable'],
  ['EAI_AGAIN', 'unreachable'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['ETIMEDOUT', 'unreachable'],
  ['EADDRNOTAVAIL', 'exhausted'],
  ['EMFILE', 'exhausted'],
  ['ENFILE', 'exhausted'],
  ['ENOBUFS', 'exhausted'],
])

interface SocketParts extends DialOptions {
  readonly lookup: LookupFunction
  readonly shared: Buffer
}

function openSocket(endpoint: Endpoint, handler: WireHandler, parts: SocketParts): Socket {
  const { host, port } = endpoint
  const lookup = parts.lookup
  if (!endpoint.secure) {
    const callback = (length: number) => {
      handler.received(parts.shared.subarray(0, length))
      return true
    }
    const onread = { buffer: parts.shared, callback }
    const socket = connectTcp({ host, port, lookup, noDelay: true, onread })
    return socket.once('connect', () => handler.connected())
  }
  const servername = isIP(host) === 0 ? host : ''
  const rejectUnauthorized = !parts.skipVerify
  const context = parts.context === null ? {} : { secureContext: parts.context }
  const socket = connectTls({ host, port, lookup, servername, rejectUnauthorized, ...context })
  socket.setNoDelay(true)
  socket.on('data', (bytes: Buffer) => handler.received(bytes))
  socket.once('error', (error: TlsError) => {
    // What TCP says is told by how the wire closes.
    if (!closeReasons.has(error.code ?? '')) parts.onTlsError(host, error.reason ?? error.message)
  })
  return socket.once('secureConnect', () => handler.connected())
}

/** `reason` is what OpenSSL's message ends in, behind places in its sources. */
export type TlsError = NodeJS.ErrnoException & { readonly reason?: string }

const lookupKeptMillis = 30_000

/** Spares the resolver one question per connection, and follows a name that moves. */
function createCachedLookup(): LookupFunction {
  const known = new Map<string, { readonly addresses: LookupAddress[]; readonly until: number }>()
  return (host, options, done) => {
    const answer = (addresses: LookupAddress[]) => {
      if (options.all) return done(null, addresses)
      done(null, addresses[0]!.address, addresses[0]!.family)
    }
    const kept = known.get(host)
    if (kept !== undefined && kept.until > performance.now()) {
      return process.nextTick(answer, kept.addresses)
    }
    resolve(host, { all: true }, (error, addresses) => {
      if (error !== null) return done(error, [])
      known.set(host, { addresses, until: performance.now() + lookupKeptMillis })
      answer(addresses)
    })
  }
}
