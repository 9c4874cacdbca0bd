// What comes of framing one side of a connection.
import type { Micros } from '../../model/message.ts'
import type { ChunkedError } from './chunked-reader.ts'
import type { HeadError } from './head-reader.ts'
import type { MessageHead } from './message-head.ts'

export type FramerLoss =
  | Exclude<HeadError, 'http2'>
  | ChunkedError
  | 'gap'
  | 'truncated'
  | 'message-too-long'
  | 'memory'

/** Where a message began, as TCP has it. */
export interface MessageStart {
  /** Sequence number of its first octet. */
  readonly sequence: number
  /** How far its sender had received the other side when it sent that octet; null: unknown. */
  readonly acknowledgement: number | null
}

export type FramedEvent =
  | {
      readonly kind: 'message'
      /** Whole, as on the wire; or what came of it, where incomplete messages are allowed. */
      readonly payload: Uint8Array
      readonly head: MessageHead
      readonly startedAt: Micros
      readonly endedAt: Micros
      readonly start: MessageStart
    }
  /** At the end of a push, of a message whose head is whole and whose body is not; once. */
  | { readonly kind: 'head'; readonly head: MessageHead; readonly start: MessageStart }
  /** Exactly one for each message that is known to be lost; `follows`: behind one that was. */
  | { readonly kind: 'lost'; readonly reason: FramerLoss; readonly follows?: true }
  /** What follows on this side is not HTTP/1, and is ignored; it begins with `bytes`, if known. */
  | { readonly kind: 'opaque'; readonly bytes: Uint8Array }
