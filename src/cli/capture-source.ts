// `--input-raw`: starts the capture thread and turns its batches into a source of messages.
import { randomBytes, randomInt } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { BatchChannel } from '../base/batch-channel.ts'
import type { SourceAccount } from '../model/ledger.ts'
import type { Message, Source } from '../model/message.ts'
import { OperatorError } from '../model/operator-error.ts'
import { readMessageBatch } from '../protocol/frame/message-batch.ts'
import type { CaptureThreadMessage, CaptureThreadOptions } from './capture-thread-protocol.ts'

export interface CaptureSource {
  readonly messages: Source<Message>
  stop(): void
}

export type CaptureSourceOptions = Omit<CaptureThreadOptions, 'control' | 'instance' | 'hashSeed'>

/** Resolves when the capture is open and every later packet will be seen. */
export async function openCaptureSource(
  options: CaptureSourceOptions,
  account: SourceAccount,
): Promise<CaptureSource> {
  const control = new Int32Array(new SharedArrayBuffer(8))
  const worker = startThread({
    ...options,
    control: control.buffer,
    instance: randomBytes(4).toString('hex'),
    hashSeed: randomInt(2 ** 31),
  })
  const channel = new BatchChannel<Message>()
  const opened = Promise.withResolvers<void>()
  const fail = (error: Error) => {
    opened.reject(error)
    channel.fail(error)
  }
  worker.on('message', (message: CaptureThreadMessage) => {
    switch (message.kind) {
      case 'ready':
        return opened.resolve()
      case 'failed':
        return fail(new OperatorError(message.code, message.what, message.hint))
      case 'batch':
        for (const [reason, count] of message.drops) account.dropped(reason, count)
        if (message.frames === null) return
        Atomics.sub(control, 1, message.frames.byteLength)
        return channel.push(readMessageBatch(message.frames))
      case 'ended':
        return channel.end()
    }
  })
  // A crash of the thread is a bug: the run ends with it, and says so.
  worker.on('error', fail)
  await opened.promise
  return { messages: channel, stop: () => void Atomics.store(control, 0, 1) }
}

function startThread(options: CaptureThreadOptions): Worker {
  // Compiled, this file and the thread's are JavaScript.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const entry = new URL(`./capture-thread.${extension}`, import.meta.url)
  // A small young generation keeps the resident set small; messages leave the thread at once.
  return new Worker(entry, { workerData: options, resourceLimits: { maxYoungGenerationSizeMb: 8 } })
}
