// How much of its host's processor time this program takes, where production runs on the same host.
import { availableParallelism } from 'node:os'
import { parsePercent } from './units.ts'

export interface ProcessorWatch {
  /** In words, once it took more than it may over a second; null while it does not. */
  trouble(): string | null
}

const spanMillis = 1_000

/** Reads `50%`: of all processors of the host together. */
export function watchProcessor(text: string): ProcessorWatch {
  const percent = parsePercent('agent-cpu-max', text)
  let since = { at: performance.now(), usage: process.cpuUsage() }
  return {
    trouble: () => {
      const millis = performance.now() - since.at
      if (millis < spanMillis) return null
      const { user, system } = process.cpuUsage(since.usage)
      since = { at: performance.now(), usage: process.cpuUsage() }
      const share = (user + system) / 1_000 / millis / availableParallelism()
      if (share * 100 <= percent) return null
      return `this program took ${Math.round(share * 100)}% of production's host`
    },
  }
}
