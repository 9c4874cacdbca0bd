// From packets to messages: decode, reassemble, frame, and pack what came out for the next thread.
import type { MemoryBudget } from '../base/memory-budget.ts'
import { decodeSegment } from '../capture/packet-decoder.ts'
import type { SourceAccount } from '../model/ledger.ts'
import type { Micros } from '../model/message.ts'
import { createSegment, type Segment } from '../model/segment.ts'
import type { MessageBatchWriter } from '../protocol/frame/message-batch.ts'
import {
  type FramedEvent,
  type FramerLimits,
  MessageFramer,
} from '../protocol/http1/message-framer.ts'
import { findHeader, markHeader } from '../protocol/http1/request-editor.ts'
import {
  defaultReassemblyLimits,
  type StreamConnection,
  type StreamEvent,
  TcpReassembler,
} from '../reassembly/tcp-reassembler.ts'

export interface PacketPipelineOptions {
  /** Whether the address (four words from `offset`) and port are the captured service's. */
  readonly isCaptured: (addresses: Int32Array, offset: number, port: number) => boolean
  /** Eight hex digits that no other capture of the run has: the first half of connection ids. */
  readonly instance: string
  readonly limits: FramerLimits
  readonly budget: MemoryBudget
  readonly account: Pick<SourceAccount, 'dropped'>
  readonly out: MessageBatchWriter
  /** Seeds the connection table's hash, so that no client can make it slow. */
  readonly hashSeed: number
}

interface CapturedConnection {
  readonly id: string
  readonly framer: MessageFramer
  sequence: number
}

export class PacketPipeline {
  readonly #options: PacketPipelineOptions
  readonly #reassembler: TcpReassembler<CapturedConnection>
  readonly #segment: Segment = createSegment()

  constructor(options: PacketPipelineOptions) {
    this.#options = options
    this.#reassembler = new TcpReassembler({
      limits: defaultReassemblyLimits,
      budget: options.budget,
      sides: 'client',
      hashSeed: options.hashSeed,
    })
  }

  /** Takes the packet whose network header begins at `start`; nothing of `bytes` is kept. */
  push(
    bytes: Uint8Array,
    start: number,
    end: number,
    wireLength: number,
    etherType: number,
    at: Micros,
  ): void {
    const segment = this.#segment
    if (!decodeSegment(bytes, start, end, wireLength, etherType, segment)) return
    const { isCaptured, account } = this.#options
    if (!isCaptured(segment.addresses, 4, segment.destinationPort)) return
    segment.at = at
    segment.fromClient = true
    if (segment.cutBytes > 0) account.dropped('packet-cut', 1)
    this.#handle(this.#reassembler.push(segment))
  }

  /** Gives up what has waited too long. */
  tick(now: Micros): void {
    this.#handle(this.#reassembler.tick(now))
  }

  /** No more packets will come. */
  finish(now: Micros): void {
    this.#handle(this.#reassembler.finish(now))
  }

  #handle(events: readonly StreamEvent<CapturedConnection>[]): void {
    for (const event of events) {
      const captured = this.#context(event.connection)
      switch (event.kind) {
        case 'data':
          this.#framed(captured, captured.framer.push(event.bytes, event.at))
          break
        case 'gap':
          this.#framed(captured, captured.framer.gap(event.byteCount))
          break
        case 'ended':
          this.#framed(captured, captured.framer.finish(event.at))
          break
        case 'closed':
          this.#framed(captured, captured.framer.finish(event.at))
          captured.framer.release()
          // The connection lingers for a while, and needs no framer for that.
          event.connection.context = null
          break
      }
    }
  }

  #context(connection: StreamConnection<CapturedConnection>): CapturedConnection {
    if (connection.context !== null) return connection.context
    const { instance, limits, budget } = this.#options
    const { number, synchronized } = connection
    const framer = new MessageFramer({ side: 'request', limits, budget, synchronized, keep: true })
    const id = `${instance}${(number >>> 0).toString(16).padStart(8, '0')}`
    connection.context = { id, framer, sequence: 0 }
    return connection.context
  }

  #framed(captured: CapturedConnection, events: readonly FramedEvent[]): void {
    const { account, out } = this.#options
    for (const event of events) {
      if (event.kind === 'lost') account.dropped(event.reason, 1)
      if (event.kind !== 'message') continue
      const { payload, startedAt, endedAt } = event
      const sequence = captured.sequence++
      if (findHeader(payload, markHeader) !== null) account.dropped('marked', 1)
      else out.add('request', captured.id, sequence, startedAt, endedAt - startedAt, payload)
    }
  }
}
