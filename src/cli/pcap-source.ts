// Capture files as messages, in the order of time; when each is due is not decided here.
import { randomBytes, randomInt } from 'node:crypto'
import { PacketIntake, type PacketIntakeOptions } from '../app/packet-intake.ts'
import { TimeOrder } from '../app/time-order.ts'
import { MemoryBudget } from '../base/memory-budget.ts'
import { readPcapFiles } from '../capture/io/pcap-files.ts'
import type { PcapPacket } from '../capture/pcap-reader.ts'
import type { SourceAccount } from '../model/ledger.ts'
import type { Message, Micros, Source } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import { MessageBatchReader, MessageBatchWriter } from '../protocol/frame/message-batch.ts'

/** What an intake of packets is told by the operator; the rest is made for each. */
export type IntakeSettings = Omit<
  PacketIntakeOptions,
  'instance' | 'hashSeed' | 'budget' | 'account' | 'out'
>

export interface PcapSourceOptions {
  readonly paths: readonly string[]
  readonly intake: IntakeSettings
  /** Ceiling for what reassembly and framing hold of all connections. */
  readonly bufferedBytesMax: number
}

export interface PcapAddress {
  readonly pattern: string
  readonly ports: readonly number[]
}

/** Reads `FILE`, `FILE:80` or `FILE:80,8080`, where FILE may be a pattern. */
export function parsePcapAddress(text: string): PcapAddress {
  const [, pattern, list] = /^(.+?)(?::(\d+(?:,\d+)*))?$/.exec(text) ?? []
  const ports = list === undefined ? [] : list.split(',').map(Number)
  const isReadable = ports.every((port) => port <= 65_535)
  // Port 0 is GoReplay's word for every port.
  if (pattern !== undefined && isReadable) {
    return { pattern, ports: ports.includes(0) ? [] : ports }
  }
  throw new OperatorError(
    'bad-capture-address',
    `--input-raw '${text}' names no capture file`,
    'write capture.pcap, capture.pcap:80 or "captures/*.pcap.gz:80,8080"',
  )
}

/** The messages of the files, read no faster than they are taken; ends with the last file. */
export async function* readPcapMessages(
  options: PcapSourceOptions,
  account: Pick<SourceAccount, 'dropped'>,
): AsyncGenerator<readonly Message[], void, undefined> {
  const reading = new PcapReading(options, account)
  for await (const packets of readPcapFiles(options.paths, () =>
    account.dropped('packet-cut', 1),
  )) {
    const messages = reading.push(packets)
    if (messages.length > 0) yield messages
  }
  yield* inParts(reading.finish())
}

/** How often gaps and idle connections are looked at, in the files' time. */
const tickInterval: Micros = 100_000

/** Messages handed over at once at the end, so that outputs have a turn in between. */
const partMessages = 256

async function* inParts(messages: readonly Message[]): Source<Message> {
  for (let from = 0; from < messages.length; from += partMessages) {
    yield messages.slice(from, from + partMessages)
  }
}

/** From the files' packets to messages. */
class PcapReading {
  readonly #intake: PacketIntake
  readonly #out = new MessageBatchWriter()
  readonly #batches = new MessageBatchReader()
  readonly #order = new TimeOrder()
  #now: Micros = 0
  #tickAt: Micros = 0

  constructor(options: PcapSourceOptions, account: Pick<SourceAccount, 'dropped'>) {
    this.#intake = new PacketIntake({
      ...options.intake,
      instance: randomBytes(4).toString('hex'),
      budget: new MemoryBudget(options.bufferedBytesMax),
      account,
      out: this.#out,
      hashSeed: randomInt(2 ** 31),
    })
  }

  push(packets: readonly PcapPacket[]): readonly Message[] {
    for (const { linkType, at, bytes, wireLength } of packets) {
      this.#now = Math.max(this.#now, at)
      if (this.#now >= this.#tickAt) {
        this.#tickAt = this.#now + tickInterval
        this.#intake.tick(this.#now)
      }
      this.#intake.frame(linkType, bytes, wireLength, at)
    }
    return this.#order.push(this.#take(), this.#now)
  }

  finish(): readonly Message[] {
    this.#intake.finish(this.#now)
    return [...this.#order.push(this.#take(), this.#now), ...this.#order.finish()]
  }

  #take(): readonly Message[] {
    const batch = this.#out.take()
    return batch === null ? [] : this.#batches.read(batch)
  }
}
