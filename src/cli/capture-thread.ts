// The capture thread: ring, decoding, reassembly and framing; hands batches to the main thread.
import { parentPort, workerData } from 'node:worker_threads'
import { PacketIntake } from '../app/packet-intake.ts'
import { MemoryBudget } from '../base/memory-budget.ts'
import { createEndpointMatcher } from '../capture/endpoint-matcher.ts'
import { buildCaptureFilter } from '../capture/filter-program.ts'
import { openPacketRing, type PacketHandler, type PacketRing } from '../capture/io/packet-ring.ts'
import type { SourceDropReason } from '../model/ledger.ts'
import type { Micros } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import { MessageBatchWriter } from '../protocol/frame/message-batch.ts'
import {
  type CaptureThreadMessage,
  type CaptureThreadOptions,
  outstandingBytesMax,
} from './capture-thread-protocol.ts'
import { realWorld } from './real-world.ts'

/** Short enough for a prompt end, long enough to leave an idle host alone. */
const pollMillis = 100

/** How often gaps and idle connections are looked at, and the kernel's counter is read. */
const tickInterval: Micros = 100_000

const lastBlockMillis = 20
const lastBlockWait: Micros = 60_000

const options = workerData as CaptureThreadOptions
const control = new Int32Array(options.control)

class DropCounts {
  #counts = new Map<SourceDropReason, number>()

  dropped(reason: SourceDropReason, count: number): void {
    if (count > 0) this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count)
  }

  take(): readonly (readonly [SourceDropReason, number])[] {
    if (this.#counts.size === 0) return []
    const taken = [...this.#counts]
    this.#counts = new Map()
    return taken
  }
}

const drops = new DropCounts()
const out = new MessageBatchWriter()

function post(message: CaptureThreadMessage): void {
  const transfer = message.kind === 'batch' && message.frames !== null ? [message.frames] : []
  parentPort!.postMessage(message, transfer)
}

/** Hands over what has been captured, or sheds it where the main thread has fallen behind. */
function flush(): void {
  const count = out.count()
  let frames = out.take()
  if (frames !== null && Atomics.load(control, 1) + frames.byteLength > outstandingBytesMax) {
    drops.dropped('thread-queue', count)
    frames = null
  }
  const counts = drops.take()
  if (frames === null && counts.length === 0) return
  if (frames !== null) Atomics.add(control, 1, frames.byteLength)
  post({ kind: 'batch', frames, drops: counts })
}

function capture(ring: PacketRing): void {
  const intake = new PacketIntake({
    isCaptured: createEndpointMatcher(options.endpoints),
    vlanIds: [],
    acceptsFrame: null,
    instance: options.instance,
    limits: { headBytesMax: options.headBytesMax, messageBytesMax: options.messageBytesMax },
    budget: new MemoryBudget(options.bufferedBytesMax),
    account: drops,
    out,
    hashSeed: options.hashSeed,
  })
  const handle = intake.packet.bind(intake)
  let tickAt = 0
  while (Atomics.load(control, 0) === 0) {
    ring.wait(pollMillis)
    ring.drain(handle)
    const now = realWorld.now()
    if (now >= tickAt) {
      tickAt = now + tickInterval
      intake.tick(now)
      drops.dropped('kernel-packet', ring.statistics().dropped)
    }
    flush()
  }
  drainLast(ring, handle)
  intake.finish(realWorld.now())
  drops.dropped('kernel-packet', ring.statistics().dropped)
  flush()
}

/** Reads what was captured before the end: the last block comes with its time-out only. */
function drainLast(ring: PacketRing, handle: PacketHandler): void {
  const until = realWorld.now() + lastBlockWait
  while (realWorld.now() < until) {
    ring.wait(lastBlockMillis)
    ring.drain(handle)
    flush()
  }
}

try {
  const filter = buildCaptureFilter(options.filter)
  const ring = openPacketRing({ ...options.ring, filter })
  post({ kind: 'ready' })
  capture(ring)
  ring.close()
  post({ kind: 'ended' })
} catch (error) {
  if (!(error instanceof OperatorError)) throw error
  post({ kind: 'failed', code: error.code, what: error.message, hint: error.hint })
}
