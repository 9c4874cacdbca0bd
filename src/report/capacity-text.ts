// What a target bears, for a terminal: the answer in a line, the curve as a table, progress.
import type {
  BreakReason,
  CapacityAnswer,
  CapacityReport,
  GaveWay,
  NormalLoad,
  Recovery,
  TargetCapacity,
  TrialSummary,
} from '../model/capacity.ts'
import { curveOf } from './capacity-curve.ts'

type Generator = NonNullable<CapacityReport['generator']>

/** `1.04×`, `3.4×`, `41×`. */
export function formatLevel(level: number): string {
  return `${formatNumber(level)}×`
}

function formatNumber(level: number): string {
  if (level === Math.round(level)) return String(level)
  return level.toFixed(level < 2 ? 2 : level < 20 ? 1 : 0)
}

/** Microseconds as milliseconds, `4.2` or `920`. */
export function formatMillis(micros: number): string {
  return (micros / 1_000).toFixed(micros < 9_950 ? 1 : 0)
}

export function formatPercent(share: number): string {
  return `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)}%`
}

/** One line: how much, how sure, what gave way and how it came back. */
export function formatAnswer({
  answer,
  gaveWay,
  recovery,
  trials,
  limits,
}: TargetCapacity): string {
  const parts = [formatBorne(answer, trials, limits.p99)]
  if (answer.kind === 'bears' && gaveWay !== null) parts.push(...formatGaveWay(gaveWay))
  if (recovery !== null) parts.push(formatRecovery(recovery))
  if (answer.ended !== null) parts.push(formatEnded(answer))
  return parts.join('; ')
}

function formatBorne(
  answer: CapacityAnswer,
  trials: readonly TrialSummary[],
  p99Max: number,
): string {
  const { kind, level, rate, confirmedBy } = answer
  const [held, broke] = answer.bracket
  const { trials: long, seconds } = confirmedBy
  const confirmed = long > 0 ? `, ${long} × ${Math.round(seconds)} s` : ', not confirmed'
  const load = `${Math.round(rate)} req/s`
  switch (kind) {
    case 'bears': {
      const bracket = `bracket ${formatNumber(held)} to ${formatNumber(broke ?? held)}`
      return `bears ${formatLevel(level)} of normal (${load}; ${bracket}${confirmed})`
    }
    case 'at-least':
      return `bears ≥ ${formatLevel(level)} of normal (${load}${confirmed}); more was not tried`
    case 'generator-bound':
      return (
        `≥ ${formatLevel(level)}, generator-bound (${load}${confirmed}): ` +
        `above that ${formatHealth(trials)}`
      )
    case 'none':
      return answer.ended !== null ? 'no answer' : formatNone(trials, p99Max)
  }
}

function formatNone(trials: readonly TrialSummary[], p99Max: number): string {
  const broken = trials.findLast(({ verdict }) => verdict === 'breaks')
  if (broken === undefined) return 'no answer'
  const { fromDue, errors, offered, reasons } = broken
  const limit = p99Max > 0 ? ` of at most ${formatMillis(p99Max)}` : ''
  const share = formatPercent(errors / Math.max(1, offered))
  return (
    `does not bear normal traffic: at 1× p99 is ${formatMillis(fromDue.p99)}${limit} ms, ` +
    `errors ${share} (${formatReasons(reasons)})`
  )
}

function formatHealth(trials: readonly TrialSummary[]): string {
  const limited = trials.findLast(({ verdict }) => verdict === 'limited')
  if (limited === undefined) return 'the generator was the limit'
  const { lateP99, loopLagP99, busy, exhausted } = limited.generator
  const ports = exhausted > 0 ? `, ${exhausted} connections for want of ports or leave` : ''
  return (
    `it sent ${formatMillis(lateP99)} ms late (p99), its event loop lagged ` +
    `${formatMillis(loopLagP99)} ms, it was busy ${formatPercent(busy)}${ports}; ` +
    'more --workers, or another host for it'
  )
}

function formatGaveWay({ endpoint, level, p99, errors, reasons }: GaveWay): readonly string[] {
  const [before, after] = p99
  const latency = `p99 went from ${formatMillis(before)} to ${formatMillis(after)} ms`
  const failing = `errors from ${formatPercent(errors[0])} to ${formatPercent(errors[1])}`
  const isErrors = reasons.some((reason) => reason === 'errors' || reason === 'hard-errors')
  const what = reasons.includes('p99') || !isErrors ? latency : failing
  const how = reasons.includes('p99') || isErrors ? '' : ` (${formatReasons(reasons)})`
  const who = endpoint === null ? 'all endpoints alike' : endpoint
  return [`at ${formatLevel(level)} ${what}${how}`, `first to give way: ${who}`]
}

function formatRecovery({ level, seconds, metastable }: Recovery): string {
  if (seconds !== null) return `recovered in ${Math.max(1, Math.round(seconds))} s`
  return metastable
    ? `after ${formatLevel(level)} it did not recover under normal load (metastable)`
    : `after ${formatLevel(level)} it did not recover`
}

const endings: Readonly<Record<NonNullable<CapacityAnswer['ended']>, string>> = {
  time: 'ended early: out of time (--max-time)',
  interrupted: 'ended early: interrupted',
  trouble: "ended early: production's own trouble",
  'not-recovered': 'ended early: the target did not recover',
}

function formatEnded({ ended, endedWhy }: CapacityAnswer): string {
  return endings[ended!] + (endedWhy === null ? '' : `, ${endedWhy}`)
}

export const reasonNames: Readonly<Record<BreakReason, string>> = {
  p99: 'too slow',
  errors: 'errors',
  completed: 'unanswered',
  backlog: 'backlog',
  differences: 'answers differ',
  refused: 'connections refused',
  'hard-errors': 'too many errors to go on',
}

export function formatReasons(reasons: readonly BreakReason[]): string {
  return reasons.map((reason) => reasonNames[reason]).join(', ')
}

/** One line on a trial that was judged, of less than 90 columns but for rare reasons. */
export function formatTrial(trial: TrialSummary): string {
  const { kind, level, rate, fromDue, errors, offered, verdict, reasons } = trial
  const numbers =
    `${formatLevel(level).padStart(6)} ${String(Math.round(rate)).padStart(6)} req/s  ` +
    `p99 ${formatMillis(fromDue.p99)} ms  errors ${formatPercent(errors / Math.max(1, offered))}`
  const why = reasons.length === 0 ? '' : `: ${formatReasons(reasons)}`
  return `${numbers}  ${kind === 'short' ? '' : `${kind} `}${verdict}${why}`
}

/** What the generator could send, beside what the answer took. */
export function formatGenerator({ rate, reached, headroom }: Generator): string {
  const most = `${reached ? '' : '≥ '}${Number(rate.toPrecision(2))}`
  const times = headroom === null ? '' : `, ${formatLevel(headroom)} what the answer took`
  return `generator headroom: it could send ${most} req/s${times}`
}

/** No line, or one on what the recording misses. */
export function formatLost({ lost = {} }: Pick<NormalLoad, 'lost'>): readonly string[] {
  const counts = Object.entries(lost).map(([reason, count]) => `${reason} ${count}`)
  if (counts.length === 0) return []
  return [`lost while recording: ${counts.join(', ')} (docs/ledger.md); normal is less for it`]
}

/** The whole report in lines: the load, the curve, the answers. */
export function formatReport(report: CapacityReport): string {
  const { normal, candidate, baseline, ratio, expected, expectation } = report
  const writes = normal.writesAmplified || normal.writes === 0 ? '' : ', writes as at 1×'
  const lines = [
    `normal: ${Math.round(normal.rate * 10) / 10} req/s (${normal.requests} requests of ` +
      `${normal.sessions} sessions in ${Math.round(normal.seconds)} s); more of it ` +
      `${normal.shape}, distinct entities ${formatPercent(normal.distinct)}${writes}`,
    ...formatLost(normal),
    ...formatCurve(candidate),
    ...(baseline === null ? [] : formatCurve(baseline)),
    `candidate ${candidate.target} ${formatAnswer(candidate)}`,
  ]
  if (baseline !== null) lines.push(`baseline ${baseline.target} ${formatAnswer(baseline)}`)
  if (ratio !== null) {
    lines.push(`the candidate bears ${ratio.toFixed(2)} of what the baseline does`)
  } else if (baseline !== null) lines.push('no ratio: one of the two has no answer but a bound')
  if (report.generator != null) lines.push(formatGenerator(report.generator))
  if (expected !== null) lines.push(`expected ${expected}: ${expectation}`)
  return lines.join('\n')
}

function formatCurve(capacity: TargetCapacity): readonly string[] {
  const rows = curveOf(capacity.trials).map((point) => [
    formatLevel(point.level),
    point.rate.toFixed(0),
    point.throughput.toFixed(0),
    formatMillis(point.fromDue.p50),
    formatMillis(point.fromDue.p95),
    formatMillis(point.fromDue.p99),
    formatMillis(point.service.p99),
    formatPercent(point.errors),
    point.verdict,
  ])
  const head = ['level', 'req/s', 'answers/s', 'p50', 'p95', 'p99', 'service p99', 'errors', '']
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  return [
    `${capacity.target}, milliseconds from when requests were due`,
    ...all.map((row) =>
      `  ${row.map((cell, column) => cell.padStart(widths[column]!)).join('  ')}`.trimEnd(),
    ),
  ]
}
