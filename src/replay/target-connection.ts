// One connection to a target, for one captured client connection: a request at a time, in order.
import type { MemoryBudget } from '../base/memory-budget.ts'
import type { ConnectionId, Micros } from '../model/message.ts'
import type { Wire } from '../model/world.ts'
import { MessageFramer } from '../protocol/http1/message-framer.ts'
import type { QueuedRequest } from './request-queue.ts'

/** none: no wire; waiting: for leave to dial; then connecting, ready (nothing sent) and busy. */
export type ConnectionState = 'none' | 'waiting' | 'connecting' | 'ready' | 'busy'

/** The request that was sent and has no whole answer yet. */
export interface InFlight {
  readonly entry: QueuedRequest
  readonly sentAt: Micros
  /** Any byte of an answer came. */
  answering: boolean
}

export interface TargetConnection {
  readonly id: ConnectionId
  state: ConnectionState
  /** Requests of this client connection that wait, in order. */
  readonly queue: QueuedRequest[]
  inFlight: InFlight | null
  wire: Wire | null
  framer: MessageFramer | null
  /** Requests that this wire has answered. */
  answers: number
  /** When it became connecting, ready or busy. */
  since: Micros
}

export function createTargetConnection(id: ConnectionId): TargetConnection {
  return {
    id,
    state: 'none',
    queue: [],
    inFlight: null,
    wire: null,
    framer: null,
    answers: 0,
    since: 0,
  }
}

/** A framer for the answers of a target, of which nothing is kept. */
export function createResponseFramer(budget: MemoryBudget): MessageFramer {
  return new MessageFramer({
    side: 'response',
    limits: { headBytesMax: 256 * 1024, messageBytesMax: Number.MAX_SAFE_INTEGER },
    budget,
    synchronized: true,
    keep: false,
  })
}

/** May be sent again when a kept-alive connection closes under them (RFC 9110, section 9.2.2). */
const idempotentMethods = ['GET ', 'HEAD ', 'OPTIONS ', 'TRACE ', 'PUT ', 'DELETE '].map((text) =>
  Buffer.from(text, 'latin1'),
)

/** True where the target closed an idle connection just as the request was on its way to it. */
export function mayRetry(connection: TargetConnection, inFlight: InFlight): boolean {
  if (inFlight.entry.retried || inFlight.answering || connection.answers === 0) return false
  const { payload } = inFlight.entry.message
  return idempotentMethods.some((method) => startsWith(payload, method))
}

/** What the framer of the answer has to know of the request. */
export function requestMethod(payload: Uint8Array): string {
  if (startsWith(payload, headMethod)) return 'HEAD'
  return startsWith(payload, connectMethod) ? 'CONNECT' : 'GET'
}

const headMethod = Buffer.from('HEAD ', 'latin1')
const connectMethod = Buffer.from('CONNECT ', 'latin1')

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  for (let index = 0; index < prefix.length; index++) {
    if (bytes[index] !== prefix[index]) return false
  }
  return true
}
