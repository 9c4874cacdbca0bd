// The workers of the shop, as an application server has them: so many answers are made at a time.

export interface WorkerPool {
  /** Resolves when a worker has spent that long on it: at once begun, or behind who came before. */
  work(millis: number): Promise<void>
}

/** Whoever comes while all are busy waits, in the order of coming; nobody is turned away. */
export function createWorkerPool(
  workers: number,
  sleep: (millis: number) => Promise<unknown>,
): WorkerPool {
  const waiting: (() => void)[] = []
  let busy = 0
  return {
    work: async (millis) => {
      if (busy < workers) busy += 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      await sleep(millis)
      const next = waiting.shift()
      // The worker passes over to who waits.
      if (next === undefined) busy -= 1
      else next()
    },
  }
}
