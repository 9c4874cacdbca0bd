// Starts the load generator and measures what other processes use while it runs.
import { join } from 'node:path'
import { startChild } from '../../scripts/child.ts'
import type { Pace } from './paced-slots.ts'
import { readCpuMillis } from './process-usage.ts'

export interface Load extends Pace {
  readonly port: number
}

export interface LoadReport {
  readonly sent: number
  /** Requests sent in the measuring window. */
  readonly measured: number
  /** In microseconds, from when each request was due. */
  readonly p50: number
  readonly p99: number
  readonly max: number
  /** Of the watched process, for 1,000 of the requests; 0 without one. */
  readonly cpuMillisPerThousand: number
}

/** Runs the load to its end; fails unless the server answered every request. */
export async function measureLoad(load: Load, watchedPid?: number): Promise<LoadReport> {
  const cpu = { begin: 0, end: 0 }
  let report: (Omit<LoadReport, 'cpuMillisPerThousand'> & { readonly answered: number }) | null =
    null
  const readCpu = () => (watchedPid === undefined ? 0 : readCpuMillis(watchedPid))
  const args = [load.port, load.perSecond, load.warmSeconds, load.seconds].map(String)
  await using generator = startChild({
    command: process.execPath,
    args: [join(import.meta.dirname, 'load-generator.ts'), ...args],
    onLine: (line) => {
      if (!line.startsWith('{')) return
      const message = JSON.parse(line)
      if (message.event === 'report') report = message
      else cpu[message.event as 'begin' | 'end'] = readCpu()
    },
  })
  const status = await generator.exited
  if (report === null)
    throw new Error(`the load generator ended with ${status}\n${generator.output()}`)
  const { sent, answered, measured, p50, p99, max } = report as NonNullable<typeof report>
  if (answered < sent) throw new Error(`production answered ${answered} of ${sent} requests`)
  const cpuMillisPerThousand = ((cpu.end - cpu.begin) * 1_000) / measured
  return { sent, measured, p50, p99, max, cpuMillisPerThousand }
}
