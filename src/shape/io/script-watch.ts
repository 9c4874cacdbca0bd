// A hook that never returns holds up everything, signals too: another thread sees it, and ends the
// run.
import { Worker } from 'node:worker_threads'
import { threadEntry } from '../../base/thread-entry.ts'
import type { Script } from '../../model/script-api.ts'

export interface WatchTimes {
  readonly lookEachMillis: number
  /** A hook may take so many looks. */
  readonly looksMax: number
}

const tenSeconds: WatchTimes = { lookEachMillis: 1_000, looksMax: 10 }

/** The script with its hooks watched; one that takes ten seconds kills the process, with a line. */
export function watchScript(script: Script, path: string, times: WatchTimes = tenSeconds): Script {
  // Odd while a hook runs.
  const calls = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(threadEntry('script-watch-thread', import.meta.url), {
    workerData: { calls, path, ...times } satisfies WatchData,
    resourceLimits: { maxOldGenerationSizeMb: 16 },
  })
  worker.unref()
  const watch = <Exchange, Result>(hook: ((exchange: Exchange) => Result) | undefined) => {
    if (hook === undefined) return undefined
    return (exchange: Exchange): Result => {
      Atomics.add(calls, 0, 1)
      try {
        return hook.call(script, exchange)
      } finally {
        Atomics.add(calls, 0, 1)
      }
    }
  }
  const hooks = {
    request: watch(script.request),
    response: watch(script.response),
    replayed: watch(script.replayed),
  }
  return Object.fromEntries(Object.entries(hooks).filter(([, hook]) => hook !== undefined))
}

export interface WatchData extends WatchTimes {
  readonly calls: Int32Array
  readonly path: string
}
