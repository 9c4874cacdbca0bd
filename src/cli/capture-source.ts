// `--input-raw`: starts the capture threads and turns their batches into a source of messages.

import { randomBytes, randomInt } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { BatchChannel } from '../base/batch-channel.ts'
import { threadEntry } from '../base/thread-entry.ts'
import type { SourceAccount } from '../model/ledger.ts'
import type { Message, Source } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import { MessageBatchReader } from '../protocol/frame/message-batch.ts'
import {
  type CaptureStatistics,
  type CaptureThreadMessage,
  type CaptureThreadOptions,
  controls,
} from './capture-thread-protocol.ts'

export interface CaptureSource {
  readonly messages: Source<Message>
  stop(): void
}

export interface CaptureSourceOptions
  extends Omit<CaptureThreadOptions, 'control' | 'instance' | 'hashSeed' | 'statistics'> {
  /** Hears each second of each thread, by its number from 1; null: is not interested. */
  readonly onStatistics: ((thread: number, statistics: CaptureStatistics) => void) | null
}

/** Resolves when the capture is open and every later packet will be seen. */
export async function openCaptureSource(
  options: CaptureSourceOptions,
  account: SourceAccount,
): Promise<CaptureSource> {
  const { onStatistics, ...common } = options
  const control = new Int32Array(new SharedArrayBuffer(4 * Object.keys(controls).length))
  const channel = new BatchChannel<Message>()
  const reader = new MessageBatchReader()
  const opened = Promise.withResolvers<void>()
  const stop = () => void Atomics.store(control, controls.stop, 1)
  const fail = (error: Error) => {
    stop()
    opened.reject(error)
    channel.fail(error)
  }
  let [ready, ended] = [0, 0]
  for (let thread = 1; thread <= options.workers; thread++) {
    const worker = startThread({
      ...common,
      control: control.buffer,
      instance: randomBytes(4).toString('hex'),
      hashSeed: randomInt(2 ** 31),
      statistics: onStatistics !== null,
    })
    worker.on('message', (message: CaptureThreadMessage) => {
      if (message instanceof ArrayBuffer) {
        Atomics.sub(control, controls.outstandingBytes, message.byteLength)
        return channel.push(reader.read(message))
      }
      switch (message.kind) {
        case 'ready':
          if (++ready === options.workers) opened.resolve()
          return
        case 'failed':
          return fail(new OperatorError(message.code, message.what, message.hint))
        case 'drops':
          for (const [reason, count] of message.drops) account.dropped(reason, count)
          return
        case 'statistics':
          return onStatistics?.(thread, message)
        case 'ended':
          if (++ended === options.workers) channel.end()
      }
    })
    // A crash of the thread is a bug: the run ends with it, and says so.
    worker.on('error', fail)
  }
  await opened.promise
  return { messages: channel, stop }
}

function startThread(options: CaptureThreadOptions): Worker {
  // A small young generation keeps the resident set small; messages leave the thread at once.
  return new Worker(threadEntry('capture-thread', import.meta.url), {
    workerData: options,
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  })
}
