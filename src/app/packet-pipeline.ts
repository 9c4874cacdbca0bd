// From packets to messages: decode, reassemble, frame, and pack what came out for the next thread.
import type { MemoryBudget } from '../base/memory-budget.ts'
import { formatIpAddress } from '../capture/capture-address.ts'
import { decodeSegment } from '../capture/packet-decoder.ts'
import type { SourceAccount, SourceDropReason } from '../model/ledger.ts'
import type { Micros } from '../model/message.ts'
import { createSegment, type Segment } from '../model/segment.ts'
import type {
  CapturedMessage,
  ConnectionListener,
  ConnectionMachine,
} from '../protocol/connection-machine.ts'
import {
  type BatchConnection,
  batchFlags,
  encodeConnection,
  type MessageBatchWriter,
} from '../protocol/frame/message-batch.ts'
import { readEditableRequest } from '../protocol/http1/editable-request.ts'
import type { FramerLimits } from '../protocol/http1/framer-options.ts'
import { HttpConnection } from '../protocol/http1/http-connection.ts'
import { markHeader } from '../protocol/http1/request-editor.ts'
import { RawConnection } from '../protocol/raw/raw-connection.ts'
import {
  defaultReassemblyLimits,
  type StreamConnection,
  type StreamEnd,
  type StreamEvent,
  TcpReassembler,
} from '../reassembly/tcp-reassembler.ts'

/** What of the packets becomes messages, as the operator wants it; plain data. */
export interface CaptureSettings {
  /** Follow what the service sends, too. */
  readonly responses: boolean
  /** binary: what connections carry is not looked into. */
  readonly protocol: 'http' | 'binary'
  /** Set this header of requests to the client's address. */
  readonly realIpHeader: string | null
  /** Give what came of messages that a gap or the end of the connection cut. */
  readonly allowIncomplete: boolean
  /** For missing bytes; and the silence that ends a message of `binary`. */
  readonly waitMax: Micros
}

export const defaultCaptureSettings: CaptureSettings = {
  responses: false,
  protocol: 'http',
  realIpHeader: null,
  allowIncomplete: false,
  waitMax: 2_000_000,
}

export interface PacketPipelineOptions {
  /** Whether the address (four words from `offset`) and port are the captured service's. */
  readonly isCaptured: (addresses: Int32Array, offset: number, port: number) => boolean
  readonly settings: CaptureSettings
  /** Eight hex digits that no other capture of the run has: the first half of connection ids. */
  readonly instance: string
  readonly limits: FramerLimits
  readonly budget: MemoryBudget
  readonly account: Pick<SourceAccount, 'dropped'>
  readonly out: MessageBatchWriter
  /** Seeds the connection table's hash, so that no client can make it slow. */
  readonly hashSeed: number
}

const noBytes = new Uint8Array(0)

export class PacketPipeline {
  readonly #options: PacketPipelineOptions
  readonly #reassembler: TcpReassembler<CapturedConnection>
  readonly #segment: Segment = createSegment()
  /** Those whose messages end by silence. */
  readonly #expiring = new Set<CapturedConnection>()

  constructor(options: PacketPipelineOptions) {
    const { settings, budget, hashSeed } = options
    this.#options = options
    this.#reassembler = new TcpReassembler({
      limits: { ...defaultReassemblyLimits, gapWaitMax: settings.waitMax },
      budget,
      sides: settings.responses ? 'both' : 'client',
      hashSeed,
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
    const { isCaptured, account, settings } = this.#options
    segment.fromClient = isCaptured(segment.addresses, 4, segment.destinationPort)
    if (!segment.fromClient) {
      if (!settings.responses || !isCaptured(segment.addresses, 0, segment.sourcePort)) return
    }
    segment.at = at
    if (segment.cutBytes > 0) account.dropped('packet-cut', 1)
    this.#handle(this.#reassembler.push(segment))
  }

  /** Gives up what has waited too long. */
  tick(now: Micros): void {
    this.#handle(this.#reassembler.tick(now))
    for (const captured of this.#expiring)
      captured.machine.expire(now - this.#options.settings.waitMax)
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
          captured.machine.push(event)
          break
        case 'gap':
          captured.machine.gap(event)
          break
        case 'ended':
          captured.machine.ended(event.side, event.at)
          break
        case 'closed':
          captured.machine.closed(event.at)
          captured.close(event.why, event.at)
          this.#expiring.delete(captured)
          // The connection lingers for a while, and needs no machine for that.
          event.connection.context = null
          break
      }
    }
  }

  #context(connection: StreamConnection<CapturedConnection>): CapturedConnection {
    if (connection.context !== null) return connection.context
    const { protocol, realIpHeader } = this.#options.settings
    const realIp =
      realIpHeader === null ? null : formatIpAddress(this.#reassembler.clientAddress(connection), 0)
    const captured = new CapturedConnection(this.#options, connection, realIp)
    if (protocol === 'binary') this.#expiring.add(captured)
    connection.context = captured
    return captured
  }
}

/** Hands the messages of one connection on. */
class CapturedConnection implements ConnectionListener {
  readonly machine: ConnectionMachine
  readonly #options: PacketPipelineOptions
  readonly #id: BatchConnection
  /** The client's address, where requests are to hold it. */
  readonly #realIp: string | null
  #captured = false

  constructor(
    options: PacketPipelineOptions,
    connection: StreamConnection<CapturedConnection>,
    realIp: string | null,
  ) {
    this.#options = options
    this.#realIp = realIp
    const number = (connection.number >>> 0).toString(16).padStart(8, '0')
    this.#id = encodeConnection(`${options.instance}${number}`)
    const { limits, budget, settings } = options
    const { responses, allowIncomplete } = settings
    const { messageBytesMax } = limits
    const { synchronized } = connection
    const common = { budget, responses, allowIncomplete }
    this.machine =
      settings.protocol === 'binary'
        ? new RawConnection({ ...common, messageBytesMax }, this)
        : new HttpConnection({ ...common, limits, synchronized, markHeader }, this)
  }

  captured(message: CapturedMessage): void {
    const { kind, sequence, startedAt, endedAt, pipelined, raw } = message
    this.#captured = true
    const flags = (pipelined ? batchFlags.pipelined : 0) | (raw ? batchFlags.raw : 0)
    const payload = kind === 'request' && !raw ? this.#edit(message.payload) : message.payload
    const duration = endedAt - startedAt
    this.#options.out.add(kind, this.#id, sequence, startedAt, duration, payload, flags)
  }

  lost(reason: SourceDropReason): void {
    this.#options.account.dropped(reason, 1)
  }

  /** Tells that the connection ended, where it gave messages and the capture goes on. */
  close(why: StreamEnd, at: Micros): void {
    if (!this.#captured || why === 'finish') return
    this.#options.out.add('closed', this.#id, this.machine.exchanges(), at, 0, noBytes)
  }

  #edit(payload: Uint8Array): Uint8Array {
    const request = this.#realIp === null ? null : readEditableRequest(payload)
    if (request === null) return payload
    request.setField(this.#options.settings.realIpHeader!, this.#realIp!)
    return request.bytes()
  }
}
