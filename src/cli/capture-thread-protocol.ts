// What the main thread and the capture thread say to each other.
import type { CaptureEndpoint } from '../capture/capture-address.ts'
import type { CaptureFilter } from '../capture/filter-program.ts'
import type { RingOptions } from '../capture/io/packet-ring.ts'
import type { SourceDropReason } from '../model/ledger.ts'

/** Given to the thread at its start, as plain data. */
export interface CaptureThreadOptions {
  readonly endpoints: readonly CaptureEndpoint[]
  readonly filter: CaptureFilter
  readonly ring: Omit<RingOptions, 'filter'>
  readonly instance: string
  readonly hashSeed: number
  readonly headBytesMax: number
  readonly messageBytesMax: number
  /** Ceiling for what reassembly and framing hold of all connections. */
  readonly bufferedBytesMax: number
  /** Two shared int32: set to 1 to stop; bytes of batches that the main thread has not read. */
  readonly control: SharedArrayBuffer
}

export type CaptureThreadMessage =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'failed'
      readonly code: string
      readonly what: string
      readonly hint: string
    }
  | {
      readonly kind: 'batch'
      readonly frames: ArrayBuffer | null
      readonly drops: readonly (readonly [SourceDropReason, number])[]
    }
  | { readonly kind: 'ended' }

/** Batches on their way to the main thread; beyond, whole batches are shed as `thread-queue`. */
export const outstandingBytesMax: number = 32 * 1024 * 1024
