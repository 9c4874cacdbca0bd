// Loads and logs for tests of capacity: a recording by its requests, and what came of each event.

import { type LoadPlan, type PlanOptions, planLoad } from '../../src/capacity/load-plan.ts'
import { createRecordedTraffic, type RecordedTraffic } from '../../src/capacity/recorded-traffic.ts'
import { createTrialLog, type TrialLog } from '../../src/capacity/trial-log.ts'
import type {
  CapacityAnswer,
  CapacityReport,
  EndpointLoad,
  TargetCapacity,
  TrialSummary,
} from '../../src/model/capacity.ts'
import { createRequest } from './messages.ts'

/** `count` requests at even distances, each of a session of its own unless `each` says more. */
export function createTraffic(parts: {
  readonly count: number
  readonly perSecond: number
  readonly each?: number
  readonly writeEvery?: number
}): RecordedTraffic {
  const { count, perSecond, each = 1, writeEvery = 0 } = parts
  const requests = Array.from({ length: count }, (_, index) =>
    createRequest({
      connection: Math.floor(index / each),
      sequence: index % each,
      at: 5e12 + Math.round((index * 1e6) / perSecond),
      payload: `GET /items/${index} HTTP/1.1\r\nHost: p\r\n\r\n`,
    }),
  )
  return createRecordedTraffic(requests, ({ connection, at }) => {
    const index = Math.round(((at - 5e12) * perSecond) / 1e6)
    return {
      session: connection,
      endpoint: index % 2 === 0 ? 'GET /even' : 'GET /odd',
      target: `GET /items/${index % 50}`,
      unsafe: writeEvery > 0 && index % writeEvery === 0,
      status: 0,
      shape: 0,
    }
  })
}

export function plan(
  traffic: RecordedTraffic,
  level: number,
  parts: Partial<PlanOptions> = {},
): LoadPlan {
  const duration = 10_000_000
  return planLoad(traffic, {
    ...{ level, duration, warmup: duration / 5, amplifyWrites: true, compress: false },
    opensSessions: false,
    ...parts,
  })
}

/** All events are answered so, in microseconds from when they were due; null: never. */
export function createLog(
  load: LoadPlan,
  answer: (event: number) => { readonly state?: number; readonly latency: number } | null,
): TrialLog {
  const log = createTrialLog(load.count, 1)
  for (let event = 0; event < load.count; event++) {
    const { state = 200, latency = 0 } = answer(event) ?? { state: 0 }
    log.fromDue[event] = latency
    log.service[event] = latency / 2
    log.shape[event] = state >= 100 ? 7 : 0
    log.state[event] = state
  }
  return log
}

const latency = { p50: 10_000, p95: 20_000, p99: 41_000, max: 50_000 }

/** A trial that holds, at 1 × unless `parts` say otherwise. */
export function createTrial(parts: Partial<TrialSummary> = {}): TrialSummary {
  return {
    ...{ kind: 'first', level: 1, seconds: 10, offered: 800, rate: 100, answered: 800 },
    ...{ throughput: 100, errors: 0, statuses: { 200: 800 }, fromDue: latency, service: latency },
    ...{ differing: 0, backlogGrowth: 0, verdict: 'holds', reasons: [] },
    generator: { lateP99: 500, loopLagP99: 100, busy: 0.1, exhausted: 0 },
    endpoints: [
      createEndpointLoad('GET /items', 600, 0),
      createEndpointLoad('POST /orders', 200, 0),
    ],
    histograms: { fromDue: '', service: '' },
    ...parts,
  }
}

export function createEndpointLoad(endpoint: string, offered: number, slow: number): EndpointLoad {
  return { endpoint, offered, answered: offered, errors: 0, slow, latency }
}

/** A report of a candidate that bears 3.4 ×. */
export function createReport(
  parts: {
    readonly answer?: Partial<CapacityAnswer>
    readonly candidate?: Partial<TargetCapacity>
    readonly report?: Partial<CapacityReport>
  } = {},
): CapacityReport {
  const slow = { p50: 500_000, p95: 800_000, p99: 920_000, max: 999_000 }
  const broken: Partial<TrialSummary> = { kind: 'short', level: 3.6, rate: 360, fromDue: slow }
  const candidate: TargetCapacity = {
    target: 'http://candidate',
    answer: {
      ...{ kind: 'bears', level: 3.4, rate: 812, bracket: [3.4, 3.6] },
      ...{ confirmedBy: { trials: 2, seconds: 40 }, ended: null, endedWhy: null },
      ...parts.answer,
    },
    gaveWay: {
      ...{ endpoint: 'POST /orders', reasons: ['p99'], level: 3.6 },
      ...{ p99: [41_000, 920_000], errors: [0, 0] },
    },
    recovery: { level: 3.6, seconds: 4.2, metastable: false },
    trials: [
      createTrial(),
      createTrial({ ...broken, verdict: 'breaks', reasons: ['p99'] }),
      createTrial({ kind: 'long', level: 3.4, rate: 340 }),
    ],
    limits: { p99: 300_000, errors: 0.01, differing: 0 },
    ...parts.candidate,
  }
  return {
    ...{ version: 1, startedAt: '2026-01-02T03:04:05.000Z', seconds: 300, slo: 'p99<300ms' },
    normal: {
      ...{ rate: 100, requests: 60_000, sessions: 9_000, seconds: 600, distinct: 0.92 },
      ...{ shape: 'superposed', writesAmplified: false, writes: 0.1, lost: {} },
    },
    generator: { rate: 30_000, reached: true, headroom: 30_000 / 812 },
    ...{ candidate, baseline: null, ratio: null, expected: null, expectation: null },
    ...parts.report,
  }
}
