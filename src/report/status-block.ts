// The live status of a run on a terminal: a few lines, drawn anew each second.
import type { OutputSnapshot, SourceSnapshot } from '../model/ledger-snapshot.ts'
import type { ComparisonProgress, MetricsSnapshot } from '../model/metrics-snapshot.ts'
import { formatCounts, formatDuration, sumCounts } from './ledger-text.ts'

export type Tone = 'strong' | 'good' | 'bad' | 'faint'

/** One stretch of a line in one tone; absent: as other text. */
export interface Stretch {
  readonly text: string
  readonly tone?: Tone
}

/** The lines of the block, each of at most `columns` characters. */
export function formatStatusBlock(
  before: MetricsSnapshot,
  after: MetricsSnapshot,
  columns: number,
): readonly (readonly Stretch[])[] {
  const seconds = Math.max(0.001, (after.at - before.at) / 1e6)
  const rate = (to: number, from = 0) => `${group(Math.round((to - from) / seconds))}/s`
  const { ledger, comparison } = after
  const lines = [
    listHead(after),
    [
      lead('captured'),
      { text: rate(ledger.captured, before.ledger.captured).padStart(rateColumns) },
      { text: `   ${group(ledger.captured)} in all` },
      ...listLosses(
        'lost',
        sumCounts(ledger.sources.map(({ dropped }: SourceSnapshot) => dropped)),
      ),
    ],
    ...ledger.outputs.flatMap((output, index) => {
      const role = roleOf(after, output)
      const speed = rate(output.delivered, before.ledger.outputs[index]?.delivered)
      return listOutput(output, role, speed)
    }),
    ...(comparison === null ? [] : [listComparison(comparison)]),
  ]
  return lines.map((line) => cut(line, columns))
}

const leadColumns = 13
const rateColumns = 10

function listHead({ at, startedAt, comparison }: MetricsSnapshot): Stretch[] {
  const head = [
    { text: 'rehearsal', tone: 'strong' as const },
    { text: `  ${formatElapsed(at - startedAt)}` },
  ]
  if (comparison === null) return head
  const { verdict } = comparison
  const tone = verdict === 'pass' ? 'good' : verdict === 'fail' ? 'bad' : 'strong'
  return [...head, { text: '   verdict so far: ' }, { text: verdict.toUpperCase(), tone }]
}

function listOutput(output: OutputSnapshot, role: string, speed: string): Stretch[][] {
  const { delivered, pending, latency, schedule, dropped, unanswered } = output
  const numbers: Stretch[] = [
    lead(''),
    { text: speed.padStart(rateColumns) },
    { text: `   ${group(delivered)} delivered` },
  ]
  if (pending > 0) numbers.push({ text: `   ${group(pending)} waiting` })
  if (latency !== null) {
    const { p50, p99 } = latency
    numbers.push({ text: `   p50 ${formatDuration(p50)} p99 ${formatDuration(p99)}` })
  }
  if (schedule !== null) numbers.push({ text: `   late p99 ${formatDuration(schedule.p99)}` })
  const losses = [
    ...listLosses('dropped', withoutIntended(dropped)),
    ...listLosses('without an answer', unanswered),
  ]
  return [
    [lead(role), { text: withoutRole(output.output, role) }],
    numbers,
    ...(losses.length === 0 ? [] : [[lead(''), ...losses]]),
  ]
}

function listComparison({ exchanges, labels, findings }: ComparisonProgress): Stretch[] {
  const all = Object.values(exchanges).reduce((sum, count) => sum + (count ?? 0), 0)
  // Noise is alike, too.
  const { same = 0, unstable = 0, ...differing } = labels
  const { confirmed = 0, suspected = 0 } = findings
  const line: Stretch[] = [
    lead('compared'),
    { text: group(all).padStart(rateColumns) },
    { text: `   ${group(same + unstable)} alike` },
  ]
  const others = formatCounts(differing)
  if (others !== '') line.push({ text: `   ${others}` })
  if (suspected > 0) line.push({ text: `   ${suspected} suspected` })
  if (confirmed > 0) line.push({ text: `   ${confirmed} confirmed`, tone: 'bad' })
  return line
}

/** Who the output is in a comparison; else only that it is an output. */
function roleOf({ answerTimes, comparison }: MetricsSnapshot, { output }: OutputSnapshot): string {
  if (comparison === null) return 'to'
  return answerTimes.find(({ target }) => target === output)?.role ?? 'to'
}

/** Outputs of baselines are named after their role. */
function withoutRole(name: string, role: string): string {
  return name.startsWith(`${role} `) ? name.slice(role.length + 1) : name
}

function listLosses(what: string, counts: Counts): Stretch[] {
  const text = formatCounts(counts)
  return text === '' ? [] : [{ text: '   ' }, { text: `${what}: ${text}`, tone: 'bad' }]
}

type Counts = Readonly<Partial<Record<string, number>>>

/** What an output is not meant for is no loss. */
function withoutIntended(dropped: Counts): Counts {
  return Object.fromEntries(Object.entries(dropped).filter(([reason]) => !intended.has(reason)))
}

const intended: ReadonlySet<string> = new Set(['kind', 'limit', 'split', 'route'])

function lead(text: string): Stretch {
  return { text: `  ${text}`.padEnd(leadColumns), tone: 'faint' }
}

function cut(line: readonly Stretch[], columns: number): readonly Stretch[] {
  let left = columns
  const kept: Stretch[] = []
  for (const stretch of line) {
    const text = stretch.text.slice(0, left)
    left -= text.length
    if (text !== '') kept.push({ ...stretch, text })
  }
  return kept
}

function formatElapsed(micros: number): string {
  const seconds = Math.floor(micros / 1e6)
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
  return parts.map((part) => String(part).padStart(2, '0')).join(':')
}

/** 1234567 as 1,234,567. */
function group(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}
