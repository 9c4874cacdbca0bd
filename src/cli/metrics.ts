// `--metrics` and the OTEL_… variables: the run's metrics for whoever collects them.
import type { MetricsSnapshot } from '../model/metrics-snapshot.ts'
import { serveMetrics } from '../report/io/metrics-server.ts'
import { startOtelExport } from '../report/io/otel-export.ts'
import { createExposition, type Exposition } from '../report/io/prometheus.ts'
import { listMetrics } from '../report/metrics.ts'
import { readOtelSettings } from '../report/otel-settings.ts'
import type { FlagValues } from './flags.ts'
import { parseListenAddress } from './planned-input.ts'

export interface PlannedMetrics {
  /** Listens, where that is asked for; `read` is called for each scrape and each export. */
  open(read: () => MetricsSnapshot): Promise<RunningMetrics>
}

export interface RunningMetrics {
  /** For another server that has them, too. */
  readonly exposition: Exposition
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
    open: async (read) => {
      const list = () => listMetrics(read(), version)
      const exposition = createExposition(list)
      const server = address === null ? null : await serveMetrics(address, exposition)
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
