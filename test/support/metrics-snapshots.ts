// Snapshots of runs for tests, with everything a test does not care about filled in.
import type { OutputSnapshot } from '../../src/model/ledger-snapshot.ts'
import type { MetricsSnapshot } from '../../src/model/metrics-snapshot.ts'

export function createOutputSnapshot(parts: Partial<OutputSnapshot> = {}): OutputSnapshot {
  return {
    output: 'http://staging',
    accepted: 0,
    amplified: 0,
    delivered: 0,
    answered: 0,
    unanswered: {},
    dropped: {},
    pending: 0,
    statuses: {},
    latency: null,
    latencyFromDue: null,
    schedule: null,
    connections: 0,
    redirects: 0,
    ...parts,
  }
}

export interface MetricsParts extends Partial<Omit<MetricsSnapshot, 'ledger'>> {
  readonly ledger?: Partial<MetricsSnapshot['ledger']>
}

/** Of the second second of a run that captures at port 80. */
export function createMetricsSnapshot({ ledger, ...parts }: MetricsParts = {}): MetricsSnapshot {
  return {
    at: 2_000_000,
    startedAt: 0,
    arrivals: [],
    queuedBytes: [],
    answerTimes: [],
    comparison: null,
    ...parts,
    ledger: {
      at: '1970-01-01T00:00:02.000Z',
      captured: 0,
      sources: [{ source: '--input-raw :80', messages: 0, dropped: {} }],
      outputs: [createOutputSnapshot()],
      ...ledger,
    },
  }
}
