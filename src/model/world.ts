// The only doors to time, chance and the network, so that a simulation can stand in for each.
import type { Micros } from './message.ts'

/** Time and chance. */
export interface World {
  /** Microseconds since the Unix epoch; never goes back while the program runs. */
  now(): Micros
  sleep(duration: Micros): Promise<void>
  /** From 0 up to, not including, 1. */
  random(): number
  /** Runs it behind all that has arrived by now; absent: whoever would call it runs it at once. */
  readonly soon?: (run: () => void) => void
}

/** A name or address and a port that can be dialled or listened on. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  readonly secure: boolean
}

/**
 * Why a wire closed: `ended` is a clean end by the peer or by us, the others are failures;
 * exhausted: this host has no port, file or memory left for it.
 */
export type WireClose = 'ended' | 'refused' | 'unreachable' | 'reset' | 'failed' | 'exhausted'

/** What happens on a wire; every call comes later than the call that made the wire. */
export interface WireHandler {
  connected(): void
  /** `bytes` is valid during the call only. */
  received(bytes: Uint8Array): void
  /** The peer has read enough for `write` to be worth calling again. */
  drained(): void
  /** Exactly once, and nothing after it. */
  closed(why: WireClose): void
}

/** A byte stream to a peer (TCP or TLS): dialled by us or accepted. */
export interface Wire {
  /** Queues the bytes, which must not change later; false: wait for `drained`. */
  write(bytes: Uint8Array): boolean
  /** Bytes that the operating system has not taken yet. */
  pendingBytes(): number
  /** Sends what is pending, then ends our side. */
  end(): void
  /** Closes at once. */
  destroy(): void
}

/** Starts to connect and answers at once; the handler hears how it went. */
export type Dial = (endpoint: Endpoint, handler: WireHandler) => Wire
