// `/metrics`: what Prometheus reads, from the run's families and the process's own counters.
import { collectDefaultMetrics, type Histogram, Registry } from 'prom-client'
import type { MetricFamily, Spread } from '../metric-family.ts'

export interface Exposition {
  readonly contentType: string
  text(): Promise<string>
}

/** Asks for the families anew each time it is read. */
export function createExposition(list: () => readonly MetricFamily[]): Exposition {
  const processes = new Registry()
  collectDefaultMetrics({ register: processes })
  // Gauges, for all their names say.
  for (const kind of ['handles', 'requests', 'resources']) {
    processes.removeSingleMetric(`nodejs_active_${kind}_total`)
  }
  return {
    contentType: processes.contentType,
    text: async () => {
      const run = new Registry()
      for (const family of list()) if (family.samples.length > 0) register(run, family)
      return `${await run.metrics()}\n${await processes.metrics()}`
    },
  }
}

type Value = { readonly metricName: string; readonly labels: object; readonly value: number }

function register(registry: Registry, family: MetricFamily): void {
  const { name, help, type } = family
  const values =
    type === 'histogram'
      ? family.samples.flatMap((spread) => listBuckets(name, spread))
      : family.samples.map(({ labels, value }) => ({ metricName: name, labels, value }))
  // The registry asks a metric for no more than its name and these; its own kinds only count up one
  // by one, and what is told here is counted already.
  const metric = { name, help, type, get: async () => ({ name, help, type, values }) }
  registry.registerMetric(metric as unknown as Histogram)
}

function listBuckets(name: string, { labels, value }: Spread): readonly Value[] {
  const metricName = `${name}_bucket`
  const buckets = value.bounds.map((bound, index) => {
    return { metricName, labels: { ...labels, le: bound / 1e6 }, value: value.counts[index]! }
  })
  return [
    ...buckets,
    { metricName, labels: { ...labels, le: '+Inf' }, value: value.count },
    { metricName: `${name}_sum`, labels, value: value.sum / 1e6 },
    { metricName: `${name}_count`, labels, value: value.count },
  ]
}
