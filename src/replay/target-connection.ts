// One connection to a target, for one captured client connection.
import type { HeapItem } from '../base/indexed-heap.ts'
import { Queue } from '../base/queue.ts'
import type { OutputDropReason, UnansweredReason } from '../model/ledger.ts'
import type { ConnectionId, Message, Micros } from '../model/message.ts'
import type { Wire } from '../model/world.ts'
import type { MessageFramer } from '../protocol/http1/message-framer.ts'
import type { QueuedRequest } from './request-queue.ts'

/**
 * none: no wire; waiting: for leave to dial; connecting; ready: no answer is to come; busy: one is;
 * open: another protocol is spoken, both ways.
 */
export type ConnectionState = 'none' | 'waiting' | 'connecting' | 'ready' | 'busy' | 'open'

/** A request that was sent and has no whole answer yet. */
export interface InFlight {
  readonly entry: QueuedRequest
  readonly bytes: Uint8Array
  readonly sentAt: Micros
  /** Any byte of an answer came. */
  answering: boolean
}

export interface TargetConnection extends HeapItem {
  readonly id: ConnectionId
  state: ConnectionState
  /** Messages of this client connection that wait, in order. */
  readonly queue: Queue<QueuedRequest>
  /** Sent, in order, and answered in the same. */
  readonly inFlight: Queue<InFlight>
  wire: Wire | null
  /** Counts the wires it has had, so that one that was let go is not listened to. */
  wires: number
  framer: MessageFramer | null
  /** Requests that this wire has answered. */
  answers: number
  /** Whether a request of this client was sent at all, over any wire. */
  asked: boolean
  /** Whether the target agreed to speak another protocol with this client. */
  upgraded: boolean
  /** Of another protocol, the newest message sent, or the request for the upgrade; if asked for. */
  newest: { readonly message: Message; readonly sentAt: Micros } | null
  /** Written, but not wholly taken by the operating system yet: nothing follows before it is. */
  unsent: QueuedRequest | null
  /** The client has closed its connection; so is this one once its last answer came. */
  ended: boolean
  /** When it became what it is; for a busy one, since when it waits for the next answer. */
  since: Micros
}

export function createTargetConnection(id: ConnectionId): TargetConnection {
  return {
    id,
    heapIndex: -1,
    wakeAt: 0,
    state: 'none',
    queue: new Queue(),
    inFlight: new Queue(),
    wire: null,
    wires: 0,
    framer: null,
    answers: 0,
    asked: false,
    upgraded: false,
    newest: null,
    unsent: null,
    ended: false,
    since: 0,
  }
}

/**
 * How long before its first request is due it is dialled, so that it is there then; not where its
 * last wire came to nothing, or a target that closes at once is dialled all that time.
 */
export function dialLead({ wires, answers }: TargetConnection): Micros {
  return wires > 0 && answers === 0 ? 0 : 20_000
}

/** Whether it sends nothing any more, and waits for nothing. */
export function isDone({ ended, inFlight, unsent }: TargetConnection): boolean {
  return ended && inFlight.length === 0 && unsent === null
}

/** Whether it has nothing to do before it is woken for its next request, and a wire for that. */
export function isAsleep({ queue, heapIndex, wire }: TargetConnection, now: Micros): boolean {
  const head = queue.first()
  return head !== undefined && head.sendFrom > now && heapIndex >= 0 && wire !== null
}

/** May be sent again when a kept-alive connection closes under them (RFC 9110, section 9.2.2). */
const idempotentMethods = ['GET ', 'HEAD ', 'OPTIONS ', 'TRACE ', 'PUT ', 'DELETE '].map((text) =>
  Buffer.from(text, 'latin1'),
)

/** True where the target closed an idle connection just as the request was on its way to it. */
export function mayRetry(connection: TargetConnection, inFlight: InFlight): boolean {
  if (inFlight.entry.retried || inFlight.answering || connection.answers === 0) return false
  return idempotentMethods.some((method) => startsWith(inFlight.bytes, method))
}

/** Of a request that was not wholly written when there was no more waiting for its answer. */
export function unwrittenReason(reason: UnansweredReason): OutputDropReason {
  if (reason === 'timeout') return 'write-timeout'
  return reason === 'exit' ? 'exit' : 'reset'
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
