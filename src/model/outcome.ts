// What replaying one request came to, and what a replayer asks of the stages around it.
import type { OutputDropReason, UnansweredReason } from './ledger.ts'
import type { Message } from './message.ts'

/** Why a request has no outcome to compare, though the ledger may count it as answered. */
export type FailureReason =
  | UnansweredReason
  | OutputDropReason
  /** Answered, but longer than what is kept of an answer. */
  | 'response-too-long'

/** Exactly one for each request that an output was given. */
export type Outcome =
  | {
      readonly kind: 'answered'
      /** As the output was given it. */
      readonly request: Message
      /** `replayed`, with the request's id, connection and sequence, and the output as `target`. */
      readonly response: Message
    }
  | {
      readonly kind: 'failed'
      readonly request: Message
      /** The output that it was for. */
      readonly target: string
      readonly reason: FailureReason
    }

/** Hears of every outcome as it comes; must neither throw nor keep its caller. */
export type OutcomeListener = (outcome: Outcome) => void

/**
 * Hears what targets say behind an upgrade, a `replayed` message for each piece that comes: it has
 * the id of the newest request before it, whose outcome it is not. As for `OutcomeListener`.
 */
export type TunnelListener = (message: Message) => void

/**
 * The request as it is to be sent, asked right before it is written. Null: it needs a value that is
 * not known yet; asked again after each answer of this target and on each tick. With `last` it can
 * wait no longer, and null means that it cannot be sent.
 */
export type PrepareRequest = (request: Message, last: boolean) => Message | null
