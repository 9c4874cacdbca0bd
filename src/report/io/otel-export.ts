// OpenTelemetry: sends the run's metrics by OTLP/HTTP. The libraries are loaded when an export is
// asked for, for they cost a start 100 ms and tens of megabytes.
import { randomUUID } from 'node:crypto'
import type { HrTime } from '@opentelemetry/api'
import type { MetricData, MetricProducer } from '@opentelemetry/sdk-metrics'
import type { MetricFamily, Spread } from '../metric-family.ts'
import type { OtelSettings } from '../otel-settings.ts'

export interface OtelExportOptions {
  readonly settings: OtelSettings
  readonly version: string
  /** Asked for each export. */
  readonly list: () => readonly MetricFamily[]
  /** Hears of exports that failed. */
  readonly onError: (what: string) => void
}

export interface OtelExport {
  /** Exports once more; then no more. */
  end(): Promise<void>
}

/** For the last export, when nobody answers. */
const endMillisMax = 5_000

/** Exports at intervals; address, headers, TLS and resource are read from the environment. */
export async function startOtelExport(options: OtelExportOptions): Promise<OtelExport> {
  const { settings, version, onError } = options
  const { DiagLogLevel, diag } = await import('@opentelemetry/api')
  const { MeterProvider, PeriodicExportingMetricReader } = await import(
    '@opentelemetry/sdk-metrics'
  )
  const { detectResources, envDetector, resourceFromAttributes } = await import(
    '@opentelemetry/resources'
  )
  const complain = (what: string, ...more: readonly unknown[]) =>
    onError([what, ...more].map(String).join(' '))
  const ignore = () => {}
  diag.setLogger(
    { error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore },
    DiagLogLevel.WARN,
  )
  const exporter = await createExporter(settings.protocol)
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: settings.intervalMillis,
    exportTimeoutMillis: settings.timeoutMillis,
    metricProducers: [await createProducer(options)],
  })
  const resource = resourceFromAttributes({
    'service.name': 'rehearsal',
    'service.version': version,
    'service.instance.id': randomUUID(),
  }).merge(detectResources({ detectors: [envDetector] }))
  const provider = new MeterProvider({ resource, readers: [reader] })
  return {
    end: () =>
      provider.shutdown({ timeoutMillis: endMillisMax }).catch((error) => onError(String(error))),
  }
}

async function createExporter(protocol: OtelSettings['protocol']) {
  const { OTLPMetricExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-metrics-otlp-http')
      : await import('@opentelemetry/exporter-metrics-otlp-proto')
  return new OTLPMetricExporter()
}

/** The families as the SDK passes them on: counted already, since the start of the run. */
async function createProducer({ list, version }: OtelExportOptions): Promise<MetricProducer> {
  const { emptyResource } = await import('@opentelemetry/resources')
  const { AggregationTemporality, DataPointType } = await import('@opentelemetry/sdk-metrics')
  const { ValueType } = await import('@opentelemetry/api')
  const startTime = toHrTime(Date.now())
  const toMetric = (family: MetricFamily, endTime: HrTime): MetricData => {
    const { name, help } = family
    const common = {
      // The names of Prometheus: one set of names for both.
      descriptor: { name, description: help, unit: unitOf(name), valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
    }
    const point = { startTime, endTime }
    if (family.type === 'histogram') {
      const dataPoints = family.samples.map((spread) => {
        return { ...point, attributes: spread.labels, value: toHistogram(spread) }
      })
      return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints }
    }
    const dataPoints = family.samples.map(({ labels, value }) => {
      return { ...point, attributes: labels, value }
    })
    return family.type === 'gauge'
      ? { ...common, dataPointType: DataPointType.GAUGE, dataPoints }
      : { ...common, dataPointType: DataPointType.SUM, dataPoints, isMonotonic: true }
  }
  return {
    collect: async () => {
      const endTime = toHrTime(Date.now())
      const families = list().filter(({ samples }) => samples.length > 0)
      const metrics = families.map((family) => toMetric(family, endTime))
      const scopeMetrics = [{ scope: { name: 'rehearsal', version }, metrics }]
      return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] }
    },
  }
}

function toHistogram({ value: { bounds, counts, count, sum } }: Spread) {
  const cumulative = [...counts, count]
  const each = cumulative.map((below, index) => below - (cumulative[index - 1] ?? 0))
  const boundaries = bounds.map((bound) => bound / 1e6)
  return { buckets: { boundaries, counts: each }, count, sum: sum / 1e6 }
}

function unitOf(name: string): string {
  if (name.endsWith('_seconds')) return 's'
  return name.endsWith('_bytes') ? 'By' : '1'
}

function toHrTime(millis: number): HrTime {
  return [Math.floor(millis / 1_000), (millis % 1_000) * 1e6]
}
