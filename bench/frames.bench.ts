// What it costs to take messages from one thread to another, and over the link.
import { MemoryBudget } from '../src/base/memory-budget.ts'
import { RecordQueue } from '../src/link/record-queue.ts'
import type { Message } from '../src/model/message.ts'
import {
  encodeConnection,
  MessageBatchReader,
  MessageBatchWriter,
} from '../src/protocol/frame/message-batch.ts'
import { GorReader } from '../src/protocol/gor/gor-reader.ts'

const payload = Buffer.alloc(200, 'x')
const batchMessages = 200
const rounds = 2_500
const connection = encodeConnection('5f3a9c0100000001')
const writer = new MessageBatchWriter()
const batches = new MessageBatchReader()

interface Measured {
  readonly name: string
  readonly targetPerSecond: number
  /** Handles `batchMessages` messages. */
  readonly run: () => void
}

function main(): void {
  console.log(`${payload.length}-byte payloads, ${batchMessages} to a batch`)
  for (const measured of createMeasured()) {
    for (let warmUp = 0; warmUp < rounds / 5; warmUp++) measured.run()
    const start = performance.now()
    for (let round = 0; round < rounds; round++) measured.run()
    const perSecond = (rounds * batchMessages * 1_000) / (performance.now() - start)
    const nanos = Math.round(1e9 / perSecond)
    const verdict = perSecond >= measured.targetPerSecond ? 'met' : 'MISSED'
    console.log(
      `${measured.name.padEnd(28)} ${millions(perSecond)} M/s ` +
        `${String(nanos).padStart(5)} ns each, ` +
        `target ${millions(measured.targetPerSecond)} M/s: ${verdict}`,
    )
  }
}

function createMeasured(): Measured[] {
  const messages = batches.read(writeBatch())
  const records = queueRecords(messages)
  const budget = new MemoryBudget(1 << 20)
  const reader = new GorReader({ payloadBytesMax: 1 << 20, budget, origin: '' })
  return [
    { name: 'thread batch, write', targetPerSecond: 1e6, run: writeBatch },
    { name: 'thread batch, write and read', targetPerSecond: 1e6, run: readWrittenBatch },
    { name: 'link, encode', targetPerSecond: 5e5, run: () => queueRecords(messages) },
    { name: 'link, decode', targetPerSecond: 5e5, run: () => reader.push(records) },
  ]
}

function writeBatch(): ArrayBuffer {
  for (let sequence = 0; sequence < batchMessages; sequence++) {
    writer.add('request', connection, sequence, 1_700_000_000_123_456, 12, payload)
  }
  return writer.take()!
}

function readWrittenBatch(): void {
  batches.read(writeBatch())
}

function queueRecords(messages: readonly Message[]): Uint8Array {
  const queue = new RecordQueue(1 << 20)
  for (const message of messages) queue.append(message)
  const runs: Uint8Array[] = []
  for (let run = queue.take(); run !== null; run = queue.take()) runs.push(run.bytes)
  return Buffer.concat(runs)
}

function millions(perSecond: number): string {
  return (perSecond / 1e6).toFixed(1).padStart(5)
}

main()
