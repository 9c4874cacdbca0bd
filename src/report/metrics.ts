// A run's metrics out of its snapshot; docs/metrics.md explains each.
import type { ComparisonProgress, MetricsSnapshot } from '../model/metrics-snapshot.ts'
import type { Labels, MetricFamily, Sample, Spread } from './metric-family.ts'
import {
  comparisonLabels,
  findingStates,
  outputDropReasons,
  sourceDropReasons,
  unansweredReasons,
  verdicts,
} from './metric-reasons.ts'

/** All families of one snapshot; what the run does not have has no samples. */
export function listMetrics(snapshot: MetricsSnapshot, version: string): readonly MetricFamily[] {
  return [
    gauge('build_info', 'Always 1; the label tells the version.', [
      { labels: { version }, value: 1 },
    ]),
    gauge('run_start_time_seconds', 'When the run began, since the Unix epoch.', [
      { labels: {}, value: snapshot.startedAt / 1e6 },
    ]),
    ...listSources(snapshot),
    ...listOutputs(snapshot),
    ...listAnswerTimes(snapshot),
    ...listComparison(snapshot.comparison),
  ]
}

function listSources({ ledger, arrivals, at }: MetricsSnapshot): readonly MetricFamily[] {
  const sources = named(ledger.sources, 'source')
  const came = named(arrivals, 'source').flatMap(({ labels, value: { newestAt, lag } }) =>
    newestAt === null || lag === null ? [] : [{ labels, newestAt, lag }],
  )
  return [
    counter('captured_messages_total', 'Messages that a source handed to the outputs.', [
      ...sources.map(({ labels, value }) => ({ labels, value: value.messages })),
    ]),
    counter(
      'source_dropped_total',
      'Lost before it was a captured message; unit by reason (docs/ledger.md).',
      sources.flatMap(({ labels, value }) => byReason(labels, value.dropped, sourceDropReasons)),
    ),
    gauge(
      'source_newest_message_age_seconds',
      'How long ago the newest message that has come was captured.',
      came.map(({ labels, newestAt }) => ({ labels, value: (at - newestAt) / 1e6 })),
    ),
    gauge(
      'source_lag_seconds',
      'From the capture of the newest message to its arrival, by the clocks of both hosts.',
      came.map(({ labels, lag }) => ({ labels, value: lag / 1e6 })),
    ),
  ]
}

type OutputCount = 'accepted' | 'amplified' | 'delivered' | 'answered' | 'connections' | 'redirects'

const outputCounters: readonly (readonly [name: string, OutputCount, help: string])[] = [
  ['accepted_messages_total', 'accepted', "Taken into an output's queue."],
  ['amplified_messages_total', 'amplified', 'Copies beyond the first of each message.'],
  ['delivered_messages_total', 'delivered', "Wholly handed to the target's connection."],
  ['answered_messages_total', 'answered', 'Delivered, and a whole response came back.'],
  ['connections_total', 'connections', 'Connections opened to the target.'],
  ['redirects_total', 'redirects', 'Answers that pointed elsewhere and were followed.'],
]

function listOutputs({ ledger, queuedBytes }: MetricsSnapshot): readonly MetricFamily[] {
  const outputs = named(ledger.outputs, 'output')
  const counters = outputCounters.map(([name, count, help]) =>
    counter(
      `output_${name}`,
      help,
      outputs.map(({ labels, value }) => ({ labels, value: value[count] })),
    ),
  )
  const waiting = outputs.flatMap(({ labels }, index) => {
    const value = queuedBytes[index] ?? null
    return value === null ? [] : [{ labels, value }]
  })
  return [
    ...counters,
    counter(
      'output_unanswered_messages_total',
      'Delivered, and no whole response came back.',
      outputs.flatMap(({ labels, value }) =>
        value.latency === null && Object.keys(value.unanswered).length === 0
          ? []
          : byReason(labels, value.unanswered, unansweredReasons),
      ),
    ),
    counter(
      'output_dropped_messages_total',
      'Captured and not delivered.',
      outputs.flatMap(({ labels, value }) => byReason(labels, value.dropped, outputDropReasons)),
    ),
    counter(
      'output_answers_total',
      'Answers by status code.',
      outputs.flatMap(({ labels, value }) => by(labels, 'status', value.statuses, [])),
    ),
    gauge('output_pending_messages', 'Captured, and without a fate yet: queued or in flight.', [
      ...outputs.map(({ labels, value }) => ({ labels, value: value.pending })),
    ]),
    gauge('output_queued_bytes', 'Bytes that wait in the queue of an output.', waiting),
  ]
}

function listAnswerTimes({ answerTimes }: MetricsSnapshot): readonly MetricFamily[] {
  const targets = named(
    answerTimes.map((times) => ({ ...times, target: times.target ?? '' })),
    'target',
  )
  const spread = (key: 'latency' | 'latencyFromDue' | 'schedule') =>
    targets.flatMap(({ labels, value }): readonly Spread[] => {
      const distribution = value[key]
      if (distribution === null) return []
      const { target = '' } = labels
      const who: Labels = { role: value.role, ...(target === '' ? {} : { target }) }
      return [{ labels: who, value: distribution }]
    })
  return [
    histogram(
      'answer_latency_seconds',
      'From sending a request to the whole answer.',
      spread('latency'),
    ),
    histogram(
      'answer_latency_from_due_seconds',
      'From when a request was due to the whole answer: what a user would have waited.',
      spread('latencyFromDue'),
    ),
    histogram(
      'schedule_error_seconds',
      'How far from when they were due requests were sent.',
      spread('schedule'),
    ),
  ]
}

function listComparison(comparison: ComparisonProgress | null): readonly MetricFamily[] {
  if (comparison === null) return []
  const { exchanges, labels, findings, verdict } = comparison
  return [
    counter(
      'compared_exchanges_total',
      'Exchanges by what there was to compare with.',
      by({}, 'mode', exchanges, []),
    ),
    counter(
      'comparisons_total',
      'Compared exchanges, by whom their gravest difference is put down to.',
      by({}, 'label', labels, comparisonLabels),
    ),
    gauge(
      'findings',
      'Things that the candidate does otherwise.',
      by({}, 'state', findings, findingStates),
    ),
    gauge(
      'verdict',
      '1 at the verdict so far, 0 at the others.',
      by({}, 'verdict', { [verdict]: 1 }, verdicts),
    ),
  ]
}

const prefix = 'rehearsal_'

function counter(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name: prefix + name, help, type: 'counter', samples }
}

function gauge(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name: prefix + name, help, type: 'gauge', samples }
}

function histogram(name: string, help: string, samples: readonly Spread[]): MetricFamily {
  return { name: prefix + name, help, type: 'histogram', samples }
}

type Counts = Readonly<Partial<Record<string, number>>>

function byReason(labels: Labels, counts: Counts, reasons: readonly string[]): readonly Sample[] {
  return by(labels, 'reason', counts, reasons)
}

/** One sample for each of `always`, at 0 where it was not counted, and for whatever else was. */
function by(labels: Labels, name: string, counts: Counts, always: readonly string[]) {
  const keys = [...new Set([...always, ...Object.keys(counts)])]
  return keys.map(
    (key): Sample => ({ labels: { ...labels, [name]: key }, value: counts[key] ?? 0 }),
  )
}

/** Each with its name as a label: without a password, and never the same twice. */
function named<Name extends string, Value extends Readonly<Record<Name, string>>>(
  values: readonly Value[],
  name: Name,
): readonly { readonly labels: Labels; readonly value: Value }[] {
  const seen = new Map<string, number>()
  return values.map((value) => {
    const plain = withoutPassword(value[name])
    const count = (seen.get(plain) ?? 0) + 1
    seen.set(plain, count)
    return { labels: { [name]: count === 1 ? plain : `${plain} (${count})` }, value }
  })
}

function withoutPassword(name: string): string {
  return name.replace(/(\w:\/\/)[^/@\s]*@/, '$1')
}
