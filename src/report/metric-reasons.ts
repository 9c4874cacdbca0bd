// Every reason for a loss, so that its count stands at 0 before the first one: an increase from
// nothing at all is none to Prometheus.
import type { Label } from '../model/comparison.ts'
import type { OutputDropReason, SourceDropReason, UnansweredReason } from '../model/ledger.ts'
import type { FindingState, VerdictKind } from '../model/verdict.ts'

export const sourceDropReasons: readonly string[] = keys<SourceDropReason>({
  'kernel-packet': true,
  'packet-cut': true,
  gap: true,
  truncated: true,
  'not-http': true,
  'bad-start-line': true,
  'bad-header': true,
  'conflicting-length': true,
  'bad-chunk': true,
  'head-too-long': true,
  'message-too-long': true,
  memory: true,
  marked: true,
  'no-request': true,
  'no-response': true,
  limit: true,
  filter: true,
  middleware: true,
  'middleware-exit': true,
  'middleware-queue': true,
  script: true,
  'thread-queue': true,
  'bad-record': true,
  exit: true,
})

export const outputDropReasons: readonly string[] = keys<OutputDropReason>({
  limit: true,
  split: true,
  route: true,
  'queue-full': true,
  'queue-timeout': true,
  unreachable: true,
  reset: true,
  'write-timeout': true,
  'write-failed': true,
  'size-limit': true,
  kind: true,
  'upgrade-refused': true,
  'not-http': true,
  exit: true,
})

export const unansweredReasons: readonly string[] = keys<UnansweredReason>({
  timeout: true,
  reset: true,
  'bad-response': true,
  raw: true,
  exit: true,
})

export const comparisonLabels: readonly string[] = keys<Label>({
  same: true,
  drift: true,
  changed: true,
  'changed-agrees-with-production': true,
  'changed-under-drift': true,
  unstable: true,
})

export const findingStates: readonly string[] = keys<FindingState>({
  confirmed: true,
  suspected: true,
  advice: true,
  accepted: true,
})

export const verdicts: readonly string[] = keys<VerdictKind>({
  pass: true,
  fail: true,
  undecided: true,
})

/** The compiler sees to it that none is missing. */
function keys<Reason extends string>(all: Readonly<Record<Reason, true>>): readonly string[] {
  return Object.keys(all)
}
