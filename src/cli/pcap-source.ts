// `--input-raw FILE` with `--input-raw-engine pcap_file`: capture files as a source of messages.
import { randomBytes, randomInt } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { PacketPipeline } from '../app/packet-pipeline.ts'
import { MemoryBudget } from '../base/memory-budget.ts'
import { FragmentTable } from '../capture/fragment-table.ts'
import { readPcapFiles } from '../capture/io/pcap-files.ts'
import { findNetworkHeader } from '../capture/link-decoder.ts'
import { decodeSegment } from '../capture/packet-decoder.ts'
import { PacketUnwrapper, type PacketView } from '../capture/packet-unwrapper.ts'
import type { PcapPacket } from '../capture/pcap-reader.ts'
import { ServiceFinder } from '../capture/service-finder.ts'
import type { SourceAccount } from '../model/ledger.ts'
import type { Message, Micros, Source } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import { createSegment } from '../model/segment.ts'
import { MessageBatchWriter, readMessageBatch } from '../protocol/frame/message-batch.ts'
import type { FramerLimits } from '../protocol/http1/message-framer.ts'
import { realWorld } from './real-world.ts'

export interface PcapSourceOptions {
  readonly paths: readonly string[]
  /** Services' ports; none: every service that the packets show. */
  readonly ports: readonly number[]
  readonly limits: FramerLimits
  /** Ceiling for what reassembly and framing hold of all connections. */
  readonly bufferedBytesMax: number
  /** Messages that the slowest output has not seen to its end yet. */
  readonly pending: () => number
}

export interface PcapSource {
  readonly messages: Source<Message>
  stop(): void
}

export interface PcapAddress {
  readonly pattern: string
  readonly ports: readonly number[]
}

/** Reads `FILE`, `FILE:80` or `FILE:80,8080`, where FILE may be a pattern. */
export function parsePcapAddress(text: string): PcapAddress {
  const [, pattern, list] = /^(.+?)(?::(\d+(?:,\d+)*))?$/.exec(text) ?? []
  const ports = list === undefined ? [] : list.split(',').map(Number)
  const isReadable = ports.every((port) => port >= 1 && port <= 65_535)
  if (pattern !== undefined && isReadable) return { pattern, ports }
  throw new OperatorError(
    'bad-capture-address',
    `--input-raw '${text}' names no capture file`,
    'write capture.pcap, capture.pcap:80 or "captures/*.pcap.gz:80,8080"',
  )
}

/** The messages of the files, read no faster than they are taken; ends with the last file. */
export function openPcapSource(options: PcapSourceOptions, account: SourceAccount): PcapSource {
  const stopped = { now: false }
  const stop = () => {
    stopped.now = true
  }
  return { messages: readMessages(options, account, stopped), stop }
}

/** How often gaps and idle connections are looked at, in the files' time. */
const tickInterval: Micros = 100_000

/** Messages that may wait at an output: enough for it to work, too few to be dropped. */
const pendingMax = 1_000
const pendingWait: Micros = 1_000

async function* readMessages(
  options: PcapSourceOptions,
  account: SourceAccount,
  stopped: { readonly now: boolean },
): AsyncGenerator<readonly Message[], void, undefined> {
  const reading = new PacketReading(options, account)
  for await (const packets of readPcapFiles(options.paths)) {
    if (stopped.now) break
    const messages = reading.push(packets)
    if (messages.length === 0) continue
    yield messages
    // A turn for the outputs to send, and time where they are slower than the files.
    await nextTurn()
    while (options.pending() > pendingMax && !stopped.now) await realWorld.sleep(pendingWait)
  }
  yield reading.finish()
}

/** From the files' packets to messages. */
class PacketReading {
  readonly #finder: ServiceFinder | null
  readonly #unwrapper: PacketUnwrapper
  readonly #pipeline: PacketPipeline
  readonly #out = new MessageBatchWriter()
  readonly #view: PacketView
  readonly #segment = createSegment()
  #now: Micros = 0
  #tickAt: Micros = 0

  constructor(options: PcapSourceOptions, account: SourceAccount) {
    const { ports, limits } = options
    const budget = new MemoryBudget(options.bufferedBytesMax)
    const finder = ports.length === 0 ? new ServiceFinder() : null
    this.#finder = finder
    this.#unwrapper = new PacketUnwrapper(new FragmentTable({ budget }))
    this.#view = { bytes: new Uint8Array(0), start: 0, end: 0, wireEnd: 0, etherType: 0 }
    this.#pipeline = new PacketPipeline({
      isCaptured: (addresses, offset, port) =>
        finder === null ? ports.includes(port) : finder.includes(addresses, offset, port),
      instance: randomBytes(4).toString('hex'),
      limits,
      budget,
      account,
      out: this.#out,
      hashSeed: randomInt(2 ** 31),
    })
  }

  push(packets: readonly PcapPacket[]): readonly Message[] {
    for (const packet of packets) this.#packet(packet)
    return this.#take()
  }

  finish(): readonly Message[] {
    this.#pipeline.finish(this.#now)
    return this.#take()
  }

  #packet({ linkType, at, bytes, wireLength }: PcapPacket): void {
    this.#now = Math.max(this.#now, at)
    if (this.#now >= this.#tickAt) {
      this.#tickAt = this.#now + tickInterval
      this.#pipeline.tick(this.#now)
    }
    const header = findNetworkHeader(linkType, bytes)
    if (header === null) return
    const view = this.#view
    view.bytes = bytes
    view.start = header.offset
    view.end = bytes.length
    // Some writers leave the length on the wire out.
    view.wireEnd = Math.max(wireLength, bytes.length)
    view.etherType = header.etherType
    if (!this.#unwrapper.unwrap(view, at)) return
    const { start, end, wireEnd, etherType } = view
    if (this.#finder !== null) {
      const segment = this.#segment
      const isSegment = decodeSegment(view.bytes, start, end, wireEnd - start, etherType, segment)
      if (isSegment) this.#finder.observe(segment)
    }
    this.#pipeline.push(view.bytes, start, end, wireEnd - start, etherType, at)
  }

  #take(): readonly Message[] {
    const batch = this.#out.take()
    return batch === null ? [] : readMessageBatch(batch)
  }
}
