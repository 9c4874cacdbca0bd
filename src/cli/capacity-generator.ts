// A generator of load over threads: sessions are shared out, plan and log are shared memory.
import { Worker } from 'node:worker_threads'
import type { LoadGenerator } from '../app/capacity-trial.ts'
import type { CapacityThreadData, CapacityThreadOrder } from './capacity-thread.ts'

export interface ThreadedGenerator extends LoadGenerator {
  close(): Promise<void>
}

export function createThreadedGenerator(
  options: Omit<CapacityThreadData, 'lane'>,
): ThreadedGenerator {
  const { lanes } = options
  const workers = Array.from({ length: lanes }, (_, lane) => startThread({ ...options, lane }))
  return {
    lanes,
    play: async (plan, log, startsAt, stop) => {
      const tellAll = (order: CapacityThreadOrder) => {
        for (const worker of workers) worker.postMessage(order)
      }
      const stopAll = () => tellAll({ kind: 'stop' })
      const ended = workers.map(nextEnd)
      tellAll({ kind: 'play', plan, log, startsAt })
      if (stop.aborted) stopAll()
      else stop.addEventListener('abort', stopAll, { once: true })
      await Promise.all(ended)
      stop.removeEventListener('abort', stopAll)
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

function nextEnd(worker: Worker): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const settle = (error?: Error) => {
    worker.off('message', onMessage)
    worker.off('error', settle)
    if (error === undefined) resolve()
    else reject(error)
  }
  const onMessage = () => settle()
  worker.on('message', onMessage)
  worker.on('error', settle)
  return promise
}

function startThread(data: CapacityThreadData): Worker {
  // Compiled, this file and the thread's are JavaScript.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const entry = new URL(`./capacity-thread.${extension}`, import.meta.url)
  // Requests live for milliseconds: with room for them, few are moved before they are forgotten.
  const resourceLimits = { maxYoungGenerationSizeMb: 64 }
  return new Worker(entry, { workerData: data, resourceLimits })
}
