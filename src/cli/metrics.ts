// `--metrics` and the OTEL_… variables: the run's metrics for whoever collects them.
import type { MetricsSnapshot } from '../model/metrics-snapshot.ts'
import { startOtelExport } from '../report/io/otel-export.ts'
import type { Exposition } from '../report/io/prometheus.ts'
import type { MetricFamily } from '../report/metric-family.ts'
import { listMetrics } from '../report/metrics.ts'
import { readOtelSettings } from '../report/otel-settings.ts'
import type { FlagValues } from './flags.ts'
import { parseListenAddress } from './planned-input.ts'

export interface PlannedMetrics {
  /**
   * Listens, where that is asked for, and says where if that was left open; `read` is called for
   * each scrape and each export.
   */
  open(read: () => MetricsSnapshot, say: (text: string) => void): Promise<RunningMetrics>
}

export interface RunningMetrics {
  /** For another server that has them, too; made when it is first asked for. */
  exposition(): Promise<Exposition>
  /** Tells them once more, where they are sent. */
  end(): Promise<void>
}

/** Checks the address and the variables; opens nothing. */
export function planMetrics(flags: FlagValues, version: string): PlannedMetrics {
  const text = flags.metrics
  const address = text === undefined ? null : parseListenAddress('metrics', text)
  const settings = readOtelSettings(process.env)
  const onError = (what: string) =>
    void process.stderr.write(`rehearsal: cannot export metrics: ${what.split('\n')[0]}\n`)
  return {
    open: async (read, say) => {
      const list = () => listMetrics(read(), version)
      let made: Promise<Exposition> | null = null
      const exposition = () => {
        made ??= loadExposition(list)
        return made
      }
      const server = address === null ? null : await serve(address, await exposition())
      if (server !== null && address?.port === 0) say(`metrics: port ${server.port}`)
      const otel =
        settings === null ? null : await startOtelExport({ settings, version, list, onError })
      return {
        exposition,
        end: async () => {
          await otel?.end()
          await server?.close()
        },
      }
    },
  }
}

/** Its library watches the whole process, a hundred times a second: only where somebody reads. */
async function loadExposition(list: () => readonly MetricFamily[]): Promise<Exposition> {
  const { createExposition } = await import('../report/io/prometheus.ts')
  return createExposition(list)
}

/** Few runs have one, and what it needs is a few megabytes. */
async function serve(address: ReturnType<typeof parseListenAddress>, exposition: Exposition) {
  const { serveMetrics } = await import('../report/io/metrics-server.ts')
  return await serveMetrics(address, exposition)
}
