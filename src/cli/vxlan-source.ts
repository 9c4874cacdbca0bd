// Mirrored traffic, as AWS and switches send it in VXLAN datagrams, as a source of messages.
import { randomBytes, randomInt } from 'node:crypto'
import { PacketIntake } from '../app/packet-intake.ts'
import { BatchChannel } from '../base/batch-channel.ts'
import { MemoryBudget } from '../base/memory-budget.ts'
import { openUdpReceiver } from '../capture/io/udp-receiver.ts'
import { linkTypes } from '../capture/link-decoder.ts'
import { readVxlanNetwork, vxlanHeaderBytes } from '../capture/vxlan-datagram.ts'
import type { SourceAccount } from '../model/ledger.ts'
import type { Message, Source } from '../model/message.ts'
import { MessageBatchReader, MessageBatchWriter } from '../protocol/frame/message-batch.ts'
import type { IntakeSettings } from './pcap-source.ts'
import { realWorld } from './real-world.ts'

export interface VxlanSourceOptions {
  readonly port: number
  readonly queueBytes: number
  readonly isWanted: (network: number) => boolean
  readonly intake: IntakeSettings
  readonly bufferedBytesMax: number
}

export interface VxlanSource {
  readonly messages: Source<Message>
  stop(): void
}

/** Resolves when the port is open and every later datagram will be seen. */
export async function openVxlanSource(
  options: VxlanSourceOptions,
  account: Pick<SourceAccount, 'dropped'>,
): Promise<VxlanSource> {
  const messages = new BatchChannel<Message>()
  const out = new MessageBatchWriter()
  const reader = new MessageBatchReader()
  const intake = new PacketIntake({
    ...options.intake,
    instance: randomBytes(4).toString('hex'),
    budget: new MemoryBudget(options.bufferedBytesMax),
    account,
    out,
    hashSeed: randomInt(2 ** 31),
  })
  // Invariant: the channel holds what came in one turn of the event loop, no more: its reader runs
  // before the next. What cannot be kept up with waits in the socket's queue, and is dropped there.
  const flush = () => {
    const batch = out.take()
    if (batch !== null) messages.push(reader.read(batch))
  }
  let isDue = false
  const onDatagram = (datagram: Uint8Array) => {
    const network = readVxlanNetwork(datagram)
    if (network === null || !options.isWanted(network)) return
    const frame = datagram.subarray(vxlanHeaderBytes)
    // Where the mirror has cut the frame, its own headers tell how long it was.
    intake.frame(linkTypes.ethernet, frame, frameBytesMax, realWorld.now())
    if (isDue) return
    isDue = true
    setImmediate(() => {
      isDue = false
      flush()
    })
  }
  const receiver = await openUdpReceiver({ ...options, onDatagram })
  const tick = () => {
    intake.tick(realWorld.now())
    account.dropped('kernel-packet', receiver.drops())
    flush()
  }
  const ticking = setInterval(tick, tickMillis)
  const stop = () => {
    clearInterval(ticking)
    tick()
    receiver.close()
    intake.finish(realWorld.now())
    flush()
    messages.end()
  }
  return { messages, stop }
}

/** How often gaps and idle connections are looked at, and the kernel's counter is read. */
const tickMillis = 100

/** Longer than an IP packet can say of itself. */
const frameBytesMax = 65_600
