// Where messages go: what the application asks of every output.
import type { ConnectionId, Message, Micros } from './message.ts'

/** Takes messages and sees each to its fate, reported to its account; never blocks its caller. */
export interface Output {
  /** As the operator wrote it, for the ledger. */
  readonly name: string
  write(batch: readonly Message[]): void
  /** Client connections that ended, told behind the last message of each. */
  ended?(connections: readonly ConnectionId[]): void
  /** Called about every 100 ms: time-outs, reconnects, retries. */
  tick(now: Micros): void
  /** True when nothing is queued or in flight. */
  idle(): boolean
  /** What waits here, in bytes; absent: not known. */
  queuedBytes?(): number
  /** Gives up what is left, counted as `exit`, and lets go of all connections. */
  close(): Promise<void>
}
