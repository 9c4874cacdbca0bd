// A generator of load over threads: sessions are shared out, plan and log are shared memory.

import { Worker } from 'node:worker_threads'
import type { AnswerListener, LoadGenerator } from '../app/capacity-trial.ts'
import { threadEntry } from '../base/thread-entry.ts'
import { OperatorError } from '../model/operator-error.ts'
import type {
  CapacityThreadData,
  CapacityThreadNews,
  CapacityThreadOrder,
} from './capacity-thread.ts'

export interface ThreadedGenerator extends LoadGenerator {
  close(): Promise<void>
}

export function createThreadedGenerator(
  options: Omit<CapacityThreadData, 'lane'>,
): ThreadedGenerator {
  const { lanes } = options
  const threads = Array.from(
    { length: lanes },
    (_, lane) => new SendingThread({ ...options, lane }),
  )
  return {
    lanes,
    play: async (trial, stop, onAnswer) => {
      const tellAll = (order: CapacityThreadOrder) => {
        for (const thread of threads) thread.tell(order)
      }
      const stopAll = () => tellAll({ kind: 'stop' })
      const ended = threads.map((thread) => thread.untilEnded(onAnswer))
      tellAll({ kind: 'play', ...trial })
      if (stop.aborted) stopAll()
      else stop.addEventListener('abort', stopAll, { once: true })
      await Promise.all(ended)
      stop.removeEventListener('abort', stopAll)
    },
    close: async () => {
      await Promise.all(threads.map((thread) => thread.close()))
    },
  }
}

class SendingThread {
  readonly #worker: Worker
  #death: OperatorError | null = null
  #onDeath: (death: OperatorError) => void = () => {}

  constructor(data: CapacityThreadData) {
    this.#worker = startThread(data)
    this.#worker.on('error', ({ name, message }: Error) => this.#die(message || name))
    this.#worker.on('exit', (code) => this.#die(`exit code ${code}`))
  }

  tell(order: CapacityThreadOrder): void {
    this.#worker.postMessage(order)
  }

  /** Resolves when it has ended a trial; rejects when it has ended itself, be it long ago. */
  untilEnded(onAnswer: AnswerListener): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#onDeath = reject
    if (this.#death !== null) reject(this.#death)
    const onNews = ({ answers, ended }: CapacityThreadNews) => {
      for (const answer of answers) onAnswer(answer)
      if (!ended) return
      this.#worker.off('message', onNews)
      resolve()
    }
    this.#worker.on('message', onNews)
    return promise
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #die(why: string): void {
    this.#death ??= threadDied(why)
    this.#onDeath(this.#death)
  }
}

function threadDied(why: string): OperatorError {
  return new OperatorError(
    'worker-died',
    `a thread that sends has ended (${why}): what it sent says nothing`,
    'start again with more memory, or with fewer --connections-max',
  )
}

function startThread(data: CapacityThreadData): Worker {
  // Requests live for milliseconds: with room for them, few are moved before they are forgotten.
  const resourceLimits = { maxYoungGenerationSizeMb: 64 }
  return new Worker(threadEntry('capacity-thread', import.meta.url), {
    workerData: data,
    resourceLimits,
  })
}
