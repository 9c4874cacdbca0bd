// The nouns that every stage shares: one message of one exchange, and what a connection is called.

/** A whole number of microseconds; since the Unix epoch where a point in time is meant. */
export type Micros = number

declare const idBrand: unique symbol

/** Shared by a request and the responses to it; a token without spaces. */
export type ExchangeId = string & { readonly [idBrand]: 'ExchangeId' }

/** A captured client connection, unique over all recording hosts. */
export type ConnectionId = string & { readonly [idBrand]: 'ConnectionId' }

/** request: from the client; response: what production answered; replayed: what a target did. */
export type MessageKind = 'request' | 'response' | 'replayed'

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
}

/** In batches, so that one await serves many items. */
export type Source<T> = AsyncIterable<readonly T[]>

/** Pure: never throws on input, never waits, never reads a clock. */
export interface Machine<In, Out> {
  push(input: In): readonly Out[]
  /** No more input will come. */
  finish(): readonly Out[]
}
