import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createMetricsSnapshot,
  createOutputSnapshot,
} from '../../test/support/metrics-snapshots.ts'
import type { Distribution, MetricsSnapshot } from '../model/metrics-snapshot.ts'
import { listMetrics } from './metrics.ts'

/** The samples of a family that are not 0, as `{label="value"} 1`. */
function read(snapshot: MetricsSnapshot, name: string): readonly string[] {
  const family = listMetrics(snapshot, '1.2.3').find((other) => other.name === `rehearsal_${name}`)
  assert.ok(family !== undefined && family.type !== 'histogram', name)
  return family.samples
    .filter(({ value }) => value !== 0)
    .map(({ labels, value }) => {
      const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`)
      return `{${pairs.join(',')}} ${value}`
    })
}

const distribution: Distribution = { bounds: [1_000, 5_000], counts: [2, 3], count: 4, sum: 9_000 }
const latency = { p50: 1_000, p99: 5_000, max: 6_000 }

const run = createMetricsSnapshot({
  ledger: {
    captured: 100,
    sources: [{ source: '--input-raw :80', messages: 100, dropped: { gap: 2 } }],
    outputs: [
      createOutputSnapshot({
        ...{ output: 'http://staging', delivered: 88, pending: 3, dropped: { 'queue-full': 9 } },
        ...{ answered: 80, unanswered: { timeout: 8 }, statuses: { 200: 79, 404: 1 }, latency },
      }),
      createOutputSnapshot({ output: '--output-null', delivered: 100 }),
    ],
  },
  arrivals: [{ source: '--input-raw :80', newestAt: 1_500_000, lag: 30_000 }],
  queuedBytes: [4_096, null],
  answerTimes: [
    {
      ...{ role: 'production', target: null, latency: distribution },
      ...{ latencyFromDue: null, schedule: null },
    },
    {
      ...{ role: 'candidate', target: 'http://staging', latency: distribution },
      ...{ latencyFromDue: distribution, schedule: distribution },
    },
  ],
  comparison: {
    exchanges: { baseline: 70 },
    labels: { same: 60, changed: 10 },
    verdict: 'fail',
    findings: { confirmed: 1 },
  },
})

const cases: readonly (readonly [name: string, samples: readonly string[]])[] = [
  ['build_info', ['{version="1.2.3"} 1']],
  ['captured_messages_total', ['{source="--input-raw :80"} 100']],
  ['source_dropped_total', ['{source="--input-raw :80",reason="gap"} 2']],
  ['source_newest_message_age_seconds', ['{source="--input-raw :80"} 0.5']],
  ['source_lag_seconds', ['{source="--input-raw :80"} 0.03']],
  [
    'output_delivered_messages_total',
    ['{output="http://staging"} 88', '{output="--output-null"} 100'],
  ],
  ['output_answered_messages_total', ['{output="http://staging"} 80']],
  ['output_dropped_messages_total', ['{output="http://staging",reason="queue-full"} 9']],
  ['output_unanswered_messages_total', ['{output="http://staging",reason="timeout"} 8']],
  [
    'output_answers_total',
    ['{output="http://staging",status="200"} 79', '{output="http://staging",status="404"} 1'],
  ],
  ['output_pending_messages', ['{output="http://staging"} 3']],
  ['output_queued_bytes', ['{output="http://staging"} 4096']],
  ['compared_exchanges_total', ['{mode="baseline"} 70']],
  ['comparisons_total', ['{label="same"} 60', '{label="changed"} 10']],
  ['findings', ['{state="confirmed"} 1']],
  ['verdict', ['{verdict="fail"} 1']],
]

for (const [name, samples] of cases) {
  test(`rehearsal_${name} tells what the run counted`, () => {
    assert.deepEqual(read(run, name), samples)
  })
}

test('latency is told by role, and by target where the role has one', () => {
  const families = listMetrics(run, '1.2.3')
  const labelsOf = (name: string) =>
    families.find((family) => family.name === name)!.samples.map(({ labels }) => labels)
  const candidate = { role: 'candidate', target: 'http://staging' }
  assert.deepEqual(labelsOf('rehearsal_answer_latency_seconds'), [
    { role: 'production' },
    candidate,
  ])
  assert.deepEqual(labelsOf('rehearsal_answer_latency_from_due_seconds'), [candidate])
  assert.deepEqual(labelsOf('rehearsal_schedule_error_seconds'), [candidate])
})

test('a reason stands at 0 before anything was lost for it', () => {
  const family = listMetrics(createMetricsSnapshot(), '1').find(({ name }) =>
    name.endsWith('output_dropped_messages_total'),
  )!
  const labels = family.samples.map((sample) => sample.labels)
  assert.ok(labels.some(({ reason }) => reason === 'queue-full'))
  assert.ok(family.samples.every(({ value }) => value === 0))
})

test('two outputs of one name are two series, and no password is told', () => {
  const output = createOutputSnapshot({ output: 'http://user:secret@staging|10%', delivered: 1 })
  const twice = createMetricsSnapshot({ ledger: { outputs: [output, output] } })
  assert.deepEqual(read(twice, 'output_delivered_messages_total'), [
    '{output="http://staging|10%"} 1',
    '{output="http://staging|10% (2)"} 1',
  ])
})

test('no family is told twice, and units stand in the names as Prometheus wants them', () => {
  const names = listMetrics(run, '1').map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
  for (const { name, type } of listMetrics(run, '1')) {
    assert.match(name, /^rehearsal_[a-z_]+$/)
    assert.equal(name.endsWith('_total'), type === 'counter', name)
  }
})
