// What a metric is, whoever it is then told to: Prometheus or OpenTelemetry.
import type { Distribution } from '../model/metrics-snapshot.ts'

export type Labels = Readonly<Record<string, string>>

interface Described {
  /** As Prometheus has it, with its unit and `_total` at the end. */
  readonly name: string
  readonly help: string
}

export type MetricFamily =
  | (Described & { readonly type: 'counter' | 'gauge'; readonly samples: readonly Sample[] })
  | (Described & { readonly type: 'histogram'; readonly samples: readonly Spread[] })

export interface Sample {
  readonly labels: Labels
  readonly value: number
}

/** Bounds and sum are in microseconds still; whoever tells them makes seconds of them. */
export interface Spread {
  readonly labels: Labels
  readonly value: Distribution
}
