// The capture thread: ring, decoding, reassembly and framing; hands batches to the main thread.
import { parentPort, workerData } from 'node:worker_threads'
import { PacketIntake } from '../app/packet-intake.ts'
import { MemoryBudget } from '../base/memory-budget.ts'
import { createEndpointMatcher } from '../capture/endpoint-matcher.ts'
import type { FilterInstruction } from '../capture/filter-assembler.ts'
import { buildCaptureFilter } from '../capture/filter-program.ts'
import { openPacketRing, type PacketHandler, type PacketRing } from '../capture/io/packet-ring.ts'
import type { SourceDropReason } from '../model/ledger.ts'
import type { Micros } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import { MessageBatchWriter } from '../protocol/frame/message-batch.ts'
import {
  type CaptureThreadMessage,
  type CaptureThreadOptions,
  controls,
  outstandingBytesMax,
} from './capture-thread-protocol.ts'
import { realWorld } from './real-world.ts'

/** Short enough for a prompt end, long enough to leave an idle host alone. */
const pollMillis = 200

/** How often gaps and idle connections are looked at, and the kernel's counter is read. */
const tickInterval: Micros = 100_000

const lastBlockMillis = 20

/** For a thread that does not open or end in this time, the others do not wait. */
const othersWaitMax: Micros = 2_000_000

const statisticsInterval: Micros = 1_000_000
const nothing = { packets: 0, dropped: 0, messages: 0 }

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
const statistics = { ...nothing }

function post(message: CaptureThreadMessage): void {
  parentPort!.postMessage(message, message instanceof ArrayBuffer ? [message] : [])
}

/** Hands over what has been captured, or sheds it where the main thread has fallen behind. */
function flush(): void {
  const count = out.count()
  let frames = out.take()
  const outstandingBytes = Atomics.load(control, controls.outstandingBytes)
  if (frames !== null && outstandingBytes + frames.byteLength > outstandingBytesMax) {
    drops.dropped('thread-queue', count)
    frames = null
  }
  statistics.messages += count
  const counts = drops.take()
  if (counts.length > 0) post({ kind: 'drops', drops: counts })
  if (frames === null) return
  Atomics.add(control, controls.outstandingBytes, frames.byteLength)
  post(frames)
}

function capture(ring: PacketRing): void {
  const budget = new MemoryBudget(options.bufferedBytesMax)
  const intake = new PacketIntake({
    isCaptured: createEndpointMatcher(options.endpoints),
    findServices: options.findServices,
    // The kernel's filter sees to both.
    vlanIds: [],
    acceptsFrame: null,
    settings: options.settings,
    instance: options.instance,
    limits: { headBytesMax: options.headBytesMax, messageBytesMax: options.messageBytesMax },
    budget,
    account: drops,
    out,
    hashSeed: options.hashSeed,
  })
  const handle = intake.packet.bind(intake)
  let tickAt = 0
  let tellAt = realWorld.now() + statisticsInterval
  while (Atomics.load(control, controls.stop) === 0) {
    ring.wait(pollMillis)
    ring.drain(handle)
    const now = realWorld.now()
    if (now >= tickAt) {
      tickAt = now + tickInterval
      intake.tick(now)
      countPackets(ring)
    }
    flush()
    if (options.statistics && now >= tellAt) {
      tellAt = now + statisticsInterval
      post({ kind: 'statistics', ...statistics, bufferedBytes: budget.used() })
      Object.assign(statistics, nothing)
    }
  }
  drainLast(ring, handle)
  intake.finish(realWorld.now())
  countPackets(ring)
  flush()
}

function countPackets(ring: PacketRing): void {
  const { packets, dropped } = ring.statistics()
  drops.dropped('kernel-packet', dropped)
  statistics.packets += packets
  statistics.dropped += dropped
}

/** Reads what was captured before the end: the last block comes with its time-out only. */
function drainLast(ring: PacketRing, handle: PacketHandler): void {
  const until = realWorld.now() + 6_000 * Math.max(options.ring.blockTimeoutMillis, 10)
  while (realWorld.now() < until) {
    ring.wait(lastBlockMillis)
    ring.drain(handle)
    flush()
  }
  // A ring that closed would leave its share of the packets to the others.
  awaitOthers(controls.drained)
}

/** Counts this thread, and waits until all are counted; or until a stop, where one is missing. */
function awaitOthers(counter: number): void {
  Atomics.add(control, counter, 1)
  Atomics.notify(control, counter)
  const until = realWorld.now() + othersWaitMax
  for (;;) {
    const count = Atomics.load(control, counter)
    if (count === options.workers || realWorld.now() > until) return
    Atomics.wait(control, counter, count, pollMillis)
  }
}

function open(): PacketRing {
  const filter = buildCaptureFilter(options.filter)
  if (options.workers === 1) return openPacketRing({ ...options.ring, filter })
  const ring = openInGroup(filter)
  awaitOthers(controls.opened)
  ring.start(filter)
  return ring
}

/** The first thread to come here makes the group. */
function openInGroup(filter: readonly FilterInstruction[]): PacketRing {
  const isFirst = Atomics.compareExchange(control, controls.group, 0, groupInMaking) === 0
  if (isFirst) {
    const ring = openPacketRing({ ...options.ring, filter, group: 'new' })
    Atomics.store(control, controls.group, ring.group() + 1)
    Atomics.notify(control, controls.group)
    return ring
  }
  Atomics.wait(control, controls.group, groupInMaking, othersWaitMax / 1_000)
  const group = Atomics.load(control, controls.group) - 1
  if (group >= 0) return openPacketRing({ ...options.ring, filter, group })
  throw new OperatorError(
    'capture-failed',
    'the capture threads could not be joined',
    'try --input-raw-workers 1',
  )
}

const groupInMaking = -1

try {
  const ring = open()
  post({ kind: 'ready' })
  capture(ring)
  ring.close()
  post({ kind: 'ended' })
} catch (error) {
  if (!(error instanceof OperatorError)) throw error
  post({ kind: 'failed', code: error.code, what: error.message, hint: error.hint })
}
