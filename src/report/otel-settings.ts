// Which OpenTelemetry variables ask for an export of metrics, and what of them is not left to the
// exporter itself: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables
import { OperatorError } from '../model/operator-error.ts'

export interface OtelSettings {
  readonly protocol: 'http/protobuf' | 'http/json'
  readonly intervalMillis: number
  readonly timeoutMillis: number
}

type Environment = Readonly<Record<string, string | undefined>>

/** Null where nobody asks for an export: neither an exporter is named nor where it should send. */
export function readOtelSettings(environment: Environment): OtelSettings | null {
  // An empty variable counts as not set.
  const read = (name: string) => environment[name]?.trim() || undefined
  const exporter = read('OTEL_METRICS_EXPORTER')
  const endpoint =
    read('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT') ?? read('OTEL_EXPORTER_OTLP_ENDPOINT')
  if (read('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || exporter === 'none') return null
  if (exporter === undefined && endpoint === undefined) return null
  if (exporter !== undefined && exporter !== 'otlp') {
    throw new OperatorError(
      'bad-otel',
      `OTEL_METRICS_EXPORTER=${exporter} is not supported`,
      'set it to otlp or none; for Prometheus give --metrics :9090',
    )
  }
  const protocol =
    read('OTEL_EXPORTER_OTLP_METRICS_PROTOCOL') ??
    read('OTEL_EXPORTER_OTLP_PROTOCOL') ??
    'http/protobuf'
  if (protocol !== 'http/protobuf' && protocol !== 'http/json') {
    throw new OperatorError(
      'bad-otel',
      `OTEL_EXPORTER_OTLP_PROTOCOL=${protocol} is not supported`,
      'set it to http/protobuf or http/json, with port 4318 in the endpoint',
    )
  }
  const intervalMillis = readMillis(read, 'OTEL_METRIC_EXPORT_INTERVAL', 60_000)
  const timeoutMillis = readMillis(read, 'OTEL_METRIC_EXPORT_TIMEOUT', 30_000)
  return { protocol, intervalMillis, timeoutMillis: Math.min(timeoutMillis, intervalMillis) }
}

function readMillis(
  read: (name: string) => string | undefined,
  name: string,
  otherwise: number,
): number {
  const text = read(name)
  if (text === undefined) return otherwise
  const millis = Number(text)
  if (Number.isSafeInteger(millis) && millis > 0) return millis
  throw new OperatorError('bad-otel', `${name}=${text} is no time`, 'write it in milliseconds')
}
