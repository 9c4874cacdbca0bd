// What the capture asks of a protocol: both sides of one connection in, its messages out.
import type { SourceDropReason } from '../model/ledger.ts'
import type { Micros } from '../model/message.ts'

/** Bytes of one side in order, and what TCP says of them. */
export interface SideBytes {
  readonly side: 'client' | 'server'
  /** Valid during the call only. */
  readonly bytes: Uint8Array
  readonly at: Micros
  /** Sequence number of the first byte. */
  readonly sequence: number
  /** How far their sender had received the other side when it sent them; null: unknown. */
  readonly acknowledgement: number | null
}

/** Bytes of one side that never came. */
export interface SideGap {
  readonly side: 'client' | 'server'
  readonly byteCount: number
  readonly at: Micros
  /** Sequence number of the first of them. */
  readonly sequence: number
}

/** Hears what becomes of a connection's bytes. */
export interface ConnectionListener {
  captured(message: CapturedMessage): void
  /** Once for each message that is known to be lost. */
  lost(reason: SourceDropReason): void
}

export interface CapturedMessage {
  readonly kind: 'request' | 'response'
  /** Of its exchange within the connection, from 0; a request comes before its responses. */
  readonly sequence: number
  readonly startedAt: Micros
  readonly endedAt: Micros
  /** Valid during the call only. */
  readonly payload: Uint8Array
  /** Sent before its sender had received any of the answer to the request before. */
  readonly pipelined: boolean
  /** Bytes that are no HTTP message. */
  readonly raw: boolean
}

/**
 * Follows one connection; never throws, whatever the bytes. Bytes of a side are pushed in order,
 * and after those of the other side that their sender had received, where both are followed.
 */
export interface ConnectionMachine {
  push(bytes: SideBytes): void
  gap(gap: SideGap): void
  /** The side's FIN was reached. */
  ended(side: 'client' | 'server', at: Micros): void
  /** The connection is over: gives up what is not whole, and all memory. */
  closed(at: Micros): void
  /** Ends raw messages to which nothing was added since before `before`. */
  expire(before: Micros): void
  /** How many exchanges its messages belong to. */
  exchanges(): number
}
