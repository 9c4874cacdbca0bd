// The ledger for a terminal: a line a second, and the summary at the end.
import type { LatencySnapshot, LedgerSnapshot, OutputSnapshot } from '../model/ledger-snapshot.ts'

/** One line on what happened between two snapshots, without a line end. */
export function formatStatsLine(before: LedgerSnapshot, after: LedgerSnapshot): string {
  const seconds = Math.max(0.001, (Date.parse(after.at) - Date.parse(before.at)) / 1_000)
  const rate = (to: number, from: number | undefined) => Math.round((to - (from ?? 0)) / seconds)
  const parts = [`${after.at.slice(11, 19)} captured ${rate(after.captured, before.captured)}/s`]
  const lost = formatCounts(sumCounts(after.sources.map((source) => source.dropped)))
  if (lost !== '') parts.push(`lost ${lost}`)
  after.outputs.forEach((output, index) => {
    parts.push(`${output.output} ${formatOutputRates(output, before.outputs[index], rate)}`)
  })
  return parts.join(' | ')
}

/** The whole ledger in lines of at most 100 columns where names allow it. */
export function formatSummary(ledger: LedgerSnapshot): string {
  const lines = [`captured ${ledger.captured} messages`]
  for (const { source, messages, dropped } of ledger.sources) {
    lines.push(`  from ${source}: ${messages}${suffix('; lost before: ', formatCounts(dropped))}`)
  }
  for (const output of ledger.outputs) lines.push(...formatOutput(output, ledger.captured))
  return lines.join('\n')
}

type Counts = Readonly<Partial<Record<string, number>>>
type Rate = (to: number, from: number | undefined) => number

function formatOutputRates(after: OutputSnapshot, before: OutputSnapshot | undefined, rate: Rate) {
  const parts = [`delivered ${rate(after.delivered, before?.delivered)}/s`]
  if (after.answered > 0) parts.push(`answered ${rate(after.answered, before?.answered)}/s`)
  if (after.latency !== null) parts.push(formatLatency(after.latency))
  if (after.schedule !== null) parts.push(`off schedule ${formatLatency(after.schedule)}`)
  if (after.pending > 0) parts.push(`waiting ${after.pending}`)
  return parts.join(' ') + suffix(' dropped ', formatCounts(lossesOf(after)))
}

function formatOutput(output: OutputSnapshot, captured: number): string[] {
  const losses = lossesOf(output)
  const dropped = total(losses)
  const { kind = 0 } = output.dropped
  const offered =
    output.amplified === 0 ? `${captured}` : `${captured} + ${output.amplified} copies`
  const others = kind === 0 ? '' : ` + ${kind} of kinds not for it`
  const fates = `${output.delivered} delivered${others} + ${dropped} dropped`
  const pending = output.pending === 0 ? '' : ` + ${output.pending} pending`
  const lines = [`  to ${output.output}: ${offered} = ${fates}${pending}`]
  if (dropped > 0) lines.push(`    dropped: ${formatCounts(losses)}`)
  if (output.answered > 0 || total(output.unanswered) > 0) {
    const unanswered = suffix('; without an answer: ', formatCounts(output.unanswered))
    lines.push(`    answered: ${output.answered}${unanswered}`)
  }
  if (output.latency !== null) {
    const statuses = formatCounts(output.statuses)
    const lead = statuses === '' ? '' : `status ${statuses}; `
    lines.push(`    ${lead}latency ${formatLatency(output.latency)}`)
  }
  if (output.latencyFromDue !== null) {
    lines.push(`    latency from when it was due: ${formatLatency(output.latencyFromDue)}`)
  }
  if (output.schedule !== null) {
    lines.push(`    sent off schedule by: ${formatLatency(output.schedule)}`)
  }
  if (output.connections > 0) {
    const redirects = output.redirects === 0 ? '' : `; redirects followed: ${output.redirects}`
    lines.push(`    connections opened: ${output.connections}${redirects}`)
  }
  return lines
}

/** What a target is not meant to get, as production's responses, is no loss. */
function lossesOf({ dropped }: OutputSnapshot): Counts {
  const { kind: _, ...losses } = dropped
  return losses
}

function formatLatency({ p50, p99, max }: LatencySnapshot): string {
  return `p50 ${formatDuration(p50)} p99 ${formatDuration(p99)} max ${formatDuration(max)}`
}

/** `1.2ms`, `25ms` or `1.5s`. */
export function formatDuration(micros: number): string {
  if (micros < 10_000) return `${(micros / 1_000).toFixed(1)}ms`
  return micros < 1_000_000 ? `${Math.round(micros / 1_000)}ms` : `${(micros / 1e6).toFixed(1)}s`
}

/** `gap 2, limit 7`. */
export function formatCounts(counts: Counts): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}

function total(counts: Counts): number {
  return Object.values(counts).reduce<number>((all, count) => all + (count ?? 0), 0)
}

/** The counts of all, by name. */
export function sumCounts(all: readonly Counts[]): Counts {
  const summed: Record<string, number> = {}
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts))
      summed[name] = (summed[name] ?? 0) + (count ?? 0)
  }
  return summed
}

function suffix(lead: string, text: string): string {
  return text === '' ? '' : `${lead}${text}`
}
