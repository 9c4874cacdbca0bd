// `--input-tcp`: takes gor records from any number of recording hosts, ours and GoReplay's.
import { MemoryBudget } from '../base/memory-budget.ts'
import type { SourceAccount } from '../model/ledger.ts'
import type { Message } from '../model/message.ts'
import type { Wire, WireHandler } from '../model/world.ts'
import { type GorEvent, GorReader } from '../protocol/gor/gor-reader.ts'
import { findStrangePeer, type Stranger } from './link-stranger.ts'

export interface LinkReceiverOptions {
  /** Is told what is lost; who takes the messages counts those as captured. */
  readonly account: Pick<SourceAccount, 'dropped'>
  readonly payloadBytesMax: number
  /** Payloads that came in part, over all wires. */
  readonly bufferedBytesMax: number
  readonly onMessages: (batch: readonly Message[]) => void
  /** Hears who sends what is no link; its wire is ended. */
  readonly onStranger?: (peer: string, stranger: Stranger) => void
}

export interface LinkReceiver {
  /** `peer` names the host at the other end, to tell its connections from another host's. */
  accept(wire: Wire, peer?: string): WireHandler
  /** Ends all wires; records that came in part are counted as `exit`. */
  close(): void
}

/** Reads each accepted wire by itself; a wire beyond the ceiling of 1024 is closed at once. */
export function createLinkReceiver(options: LinkReceiverOptions): LinkReceiver {
  const { account, payloadBytesMax, bufferedBytesMax } = options
  const budget = new MemoryBudget(bufferedBytesMax)
  const readers = new Map<Wire, GorReader>()
  return {
    accept(wire, peer = '') {
      if (readers.size >= wiresMax) {
        wire.destroy()
        return ignoring
      }
      const reader = new GorReader({ payloadBytesMax, budget, origin: peer })
      readers.set(wire, reader)
      let isFirst = true
      return {
        ...ignoring,
        received: (bytes) => {
          if (!readers.has(wire)) return
          const stranger = isFirst ? findStrangePeer(bytes) : null
          isFirst = false
          if (stranger === null) return handOver(reader.push(bytes), options)
          readers.delete(wire)
          account.dropped('bad-record', 1)
          options.onStranger?.(peer, stranger)
          wire.destroy()
        },
        closed: () => {
          readers.delete(wire)
          if (reader.abort()) account.dropped('truncated', 1)
        },
      }
    },
    close() {
      for (const [wire, reader] of readers) {
        if (reader.abort()) account.dropped('exit', 1)
        wire.destroy()
      }
      readers.clear()
    },
  }
}

const wiresMax = 1024

const ignoring: WireHandler = { connected() {}, received() {}, drained() {}, closed() {} }

function handOver(events: readonly GorEvent[], options: LinkReceiverOptions): void {
  const messages: Message[] = []
  for (const event of events) {
    if (event.kind === 'message') messages.push(event.message)
    else options.account.dropped(event.reason, 1)
  }
  if (messages.length > 0) options.onMessages(messages)
}
