// The flags that say how the run is told about: to a terminal, to a log, to Prometheus.
import type { ValuesOf } from './flag.ts'

export type ReportFlags = ValuesOf<typeof reportFlags>

export const reportFlags = {
  stats: { type: 'boolean', help: 'print a line a second (also on a terminal)' },
  quiet: { type: 'boolean', help: 'print nothing but what goes wrong' },
  'log-format': {
    type: 'string',
    value: 'FORMAT',
    oneOf: ['text', 'json'],
    help: 'text, or json: an object a line, with the ledger every ten seconds (text)',
  },
  ledger: { type: 'string', value: 'FILE', help: 'write what became of each message, as JSON' },
  metrics: {
    type: 'string',
    value: ':9090',
    help: 'serve metrics to Prometheus at /metrics; OpenTelemetry: set OTEL_… (docs/metrics.md)',
  },
} as const
