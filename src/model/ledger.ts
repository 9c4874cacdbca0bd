// The ledger's vocabulary: every message that is not delivered has exactly one of these reasons.
// docs/ledger.md explains each reason, its unit and what to do about it.

import type { Micros } from './message.ts'

/** Why a source lost something before it was a captured message. */
export type SourceDropReason =
  /** Packets, not messages: the ring was full and the kernel dropped them. */
  | 'kernel-packet'
  /** Packets whose end is missing: longer than what the ring holds, or where a file was cut. */
  | 'packet-cut'
  /** A message cut by bytes that never arrived, or a stretch without a message boundary. */
  | 'gap'
  /** A message whose connection ended before it was whole. */
  | 'truncated'
  /** Bytes that are no HTTP/1 message where one should begin, once per connection. */
  | 'not-http'
  | 'bad-start-line'
  | 'bad-header'
  /** Content-Length and Transfer-Encoding contradict; replaying would mean guessing. */
  | 'conflicting-length'
  | 'bad-chunk'
  | 'head-too-long'
  | 'message-too-long'
  /** The ceiling for buffered bytes of all connections was reached. */
  | 'memory'
  /** Carries the rehearsal mark: a replayed request came back to production; and its response. */
  | 'marked'
  /** A response whose request was not captured, or is not known for certain. */
  | 'no-request'
  /** The response to a captured request: none came, or which one it is is not certain. */
  | 'no-response'
  /** The address's own `|N` or `|P%`. */
  | 'limit'
  /** A request that an `--http-allow-…`, `--http-disallow-…`, auth or limiter rule keeps out. */
  | 'filter'
  /** A message that the middleware did not print. */
  | 'middleware'
  /** A message that was with the middleware when it ended. */
  | 'middleware-exit'
  /** The middleware did not keep up, or was down: the newest went. */
  | 'middleware-queue'
  /** A message that a hook of the script dropped. */
  | 'script'
  /** The thread behind the capture did not keep up. */
  | 'thread-queue'
  /** A record of the link or of a file that could not be read. */
  | 'bad-record'
  /** Still in a buffer when the program ended. */
  | 'exit'

/** Why an output did not deliver a captured message. */
export type OutputDropReason =
  /** The address's own `|N` or `|P%`. */
  | 'limit'
  /** `--split-output`: another output's share. */
  | 'split'
  /** The script sent the request to other outputs. */
  | 'route'
  /** The queue's ceiling was reached: the oldest went. */
  | 'queue-full'
  /** Waited for its turn longer than the time-out while the target was slow. */
  | 'queue-timeout'
  /** Waited longer than the time-out for a target that accepted no connection. */
  | 'unreachable'
  /** The connection broke before the request was wholly written. */
  | 'reset'
  /** The request could not be wholly written within the time-out. */
  | 'write-timeout'
  /** The recording could not be written: no space, no permission, a broken disk. */
  | 'write-failed'
  /** The recording reached the size that its operator allowed it. */
  | 'size-limit'
  /** No message of a kind that this output sends. */
  | 'kind'
  /** Bytes behind an upgrade that this target did not agree to. */
  | 'upgrade-refused'
  /** The message is no HTTP request, so no Host header could be set in it. */
  | 'not-http'
  /** Still waiting when the program ended. */
  | 'exit'

/** Why a delivered request has no answer. */
export type UnansweredReason =
  | 'timeout'
  | 'reset'
  | 'bad-response'
  /** Bytes behind an upgrade, which nobody answers one by one. */
  | 'raw'
  | 'exit'

/** What a source reports; counts add up. */
export interface SourceAccount {
  captured(count: number): void
  dropped(reason: SourceDropReason, count: number): void
}

/** What an output reports: for each message it was given, one `delivered` or one `dropped`. */
export interface OutputAccount {
  /** Copies beyond the first, made by `|300%`. */
  amplified(count: number): void
  /** Taken into the queue. */
  accepted(count: number): void
  /** Wholly handed to the target's connection. */
  delivered(count: number): void
  /**
   * A whole response came back (status 0: it has none), `latency` after the request was sent;
   * `sinceDue` counts from when it was to be sent, where that was given.
   */
  answered(status: number, latency: Micros, sinceDue: Micros | null): void
  /**
   * A request was sent so far from when it was due: behind it, or up to 1 ms before; of it, `own`
   * while its connection was free to send it, which no target is to blame for.
   */
  scheduled(error: Micros, own: Micros): void
  /** A connection to the target came about. */
  connected(): void
  /** An answer that pointed elsewhere was followed. */
  redirected(): void
  unanswered(reason: UnansweredReason, count: number): void
  dropped(reason: OutputDropReason, count: number): void
}
