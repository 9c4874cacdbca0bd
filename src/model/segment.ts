// One TCP segment as decoded in place; the record that capture fills and reassembly reads.
import type { Micros } from './message.ts'

/** TCP header flags (RFC 9293, section 3.1). */
export const tcpFlags = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const

/** Filled in place by the decoder for each packet; valid until the next one is decoded. */
export interface Segment {
  /** Eight big-endian words as int32: source 0–3, destination 4–7; IPv4 as ::ffff:a.b.c.d. */
  readonly addresses: Int32Array
  sourcePort: number
  destinationPort: number
  /** As int32, so that distances are `(to - from) | 0`. */
  sequence: number
  acknowledgement: number
  flags: number
  at: Micros
  /** True when the destination is the captured service. */
  fromClient: boolean
  /** The memory that holds the payload; the ring's own, so copy what is kept. */
  bytes: Uint8Array
  payloadStart: number
  payloadEnd: number
  /** Payload bytes that were on the wire but are missing at the end of this capture. */
  cutBytes: number
}

/** An empty record to decode into. */
export function createSegment(): Segment {
  return {
    addresses: new Int32Array(8),
    sourcePort: 0,
    destinationPort: 0,
    sequence: 0,
    acknowledgement: 0,
    flags: 0,
    at: 0,
    fromClient: false,
    bytes: new Uint8Array(0),
    payloadStart: 0,
    payloadEnd: 0,
    cutBytes: 0,
  }
}
