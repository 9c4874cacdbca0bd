// The nouns that every stage shares: one message of one exchange, and what a connection is called.

/** A whole number of microseconds; since the Unix epoch where a point in time is meant. */
export type Micros = number

declare const idBrand: unique symbol

/** Shared by a request and the responses to it; a token without spaces. */
export type ExchangeId = string & { readonly [idBrand]: 'ExchangeId' }

/** A captured client connection, unique over all recording hosts. */
export type ConnectionId = string & { readonly [idBrand]: 'ConnectionId' }

/**
 * request: from the client; response: what production answered; replayed: what a target did;
 * closed: the client's connection ended, told behind its last message; its payload is empty.
 */
export type MessageKind = 'request' | 'response' | 'replayed' | 'closed'

/** One direction of one exchange, whole, as on the wire; parsed views are computed over it. */
export interface Message {
  readonly kind: MessageKind
  readonly id: ExchangeId
  readonly connection: ConnectionId
  /** Number of the exchange within its connection, from 0. */
  readonly sequence: number
  /** When the first byte was seen; for a replayed message, when sending began. */
  readonly at: Micros
  /** From the first packet to the last; for a replayed message, until the answer was whole. */
  readonly duration: Micros
  readonly payload: Uint8Array
  /** The client sent it before it had read any of the answer to the request before; if known. */
  readonly pipelined?: boolean
  /** Bytes of another protocol, behind an upgrade or of a port that does not speak HTTP/1. */
  readonly raw?: boolean
  /** Of a replayed message: the output that it came back to. */
  readonly target?: string
  /** When it is to be sent, by the run's clock; absent: as soon as its turn comes. */
  readonly due?: Micros
  /** Of what `|300%` makes more of: the number of the copy, from 1; absent for the original. */
  readonly copy?: number
  /** Names of the outputs that it is for; absent: all. */
  readonly outputs?: readonly string[]
}

/** A message that is being made: whoever reads many sets what few have only where it is there. */
export type MutableMessage = { -readonly [Key in keyof Message]: Message[Key] }

/** In batches, so that one await serves many items. */
export type Source<T> = AsyncIterable<readonly T[]>

/** Pure: never throws on input, never waits, never reads a clock. */
export interface Machine<In, Out> {
  push(input: In): readonly Out[]
  /** No more input will come. */
  finish(): readonly Out[]
}
