// What a pool of connections asks of what is spoken on them.
import type { OutputDropReason, UnansweredReason } from '../model/ledger.ts'
import type { Message, Micros } from '../model/message.ts'
import type { WireClose } from '../model/world.ts'
import type { TargetConnection } from './target-connection.ts'

/** What is spoken on the connections. None of these calls closes the wire but through the pool. */
export interface ConnectionProtocol {
  tick(now: Micros): void
  /** Settles messages at the head of the queue that a new wire could not carry. */
  sift(connection: TargetConnection): void
  /** A wire came about, and nothing was sent on it. */
  opened(connection: TargetConnection): void
  /** Sends what is due and may go now; the connection has a wire. */
  send(connection: TargetConnection, now: Micros): void
  received(connection: TargetConnection, bytes: Uint8Array, now: Micros): void
  /** From a wire that was let go to end, behind the last message. */
  receivedLate(connection: TargetConnection, bytes: Uint8Array, now: Micros): void
  drained(connection: TargetConnection, now: Micros): void
  /** The wire is gone: what was in flight goes back to the queue, or has its fate. */
  broke(connection: TargetConnection, why: WireClose, now: Micros): void
  /** Settles all that is in flight: an answer did not come in time, or the run ends. */
  giveUp(connection: TargetConnection, reason: UnansweredReason, now: Micros): void
  /** A message that waited is dropped. */
  dropped(message: Message, reason: OutputDropReason): void
}
