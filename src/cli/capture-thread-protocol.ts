// What the main thread and the capture thread say to each other.
import type { CaptureSettings } from '../app/packet-pipeline.ts'
import type { CaptureEndpoint } from '../capture/capture-address.ts'
import type { CaptureFilter } from '../capture/filter-program.ts'
import type { RingOptions } from '../capture/io/packet-ring.ts'
import type { SourceDropReason } from '../model/ledger.ts'

/** Given to the thread at its start, as plain data. */
export interface CaptureThreadOptions {
  readonly endpoints: readonly CaptureEndpoint[]
  readonly filter: CaptureFilter
  readonly ring: Omit<RingOptions, 'filter' | 'group'>
  /** Threads that share the packets, this one among them. */
  readonly workers: number
  /** Services are those that the packets show. */
  readonly findServices: boolean
  /** Whether to send `CaptureStatistics` each second. */
  readonly statistics: boolean
  readonly instance: string
  readonly hashSeed: number
  readonly settings: CaptureSettings
  readonly headBytesMax: number
  readonly messageBytesMax: number
  /** Ceiling for what reassembly and framing hold of all connections. */
  readonly bufferedBytesMax: number
  /** Shared int32 by `controls`, of all threads. */
  readonly control: SharedArrayBuffer
}

/** Frames come alone, which is quicker: many times a second there is nothing to tell but them. */
export type CaptureThreadMessage = ArrayBuffer | CaptureThreadEvent

export type CaptureThreadEvent =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'failed'
      readonly code: string
      readonly what: string
      readonly hint: string
    }
  | {
      readonly kind: 'drops'
      readonly drops: readonly (readonly [SourceDropReason, number])[]
    }
  | ({ readonly kind: 'statistics' } & CaptureStatistics)
  | { readonly kind: 'ended' }

/** Where in the shared memory what stands. */
export const controls = {
  /** Set to 1 to stop. */
  stop: 0,
  /** Bytes of batches that the main thread has not read. */
  outstandingBytes: 1,
  /** Threads whose ring is open. */
  opened: 2,
  /** Threads that have read what was captured before the end. */
  drained: 3,
  /** One more than the number of the rings' group; -1 while a thread makes it, 0 before. */
  group: 4,
} as const

/** Of one thread, since it last told; `bufferedBytes` is what it holds. */
export interface CaptureStatistics {
  /** That passed the filter. */
  readonly packets: number
  /** That found the ring full. */
  readonly dropped: number
  readonly messages: number
  readonly bufferedBytes: number
}

/** Batches on their way to the main thread; beyond, whole batches are shed as `thread-queue`. */
export const outstandingBytesMax: number = 32 * 1024 * 1024
