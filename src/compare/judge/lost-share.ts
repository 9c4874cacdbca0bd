// What share of the traffic never came to be compared, by the ledger.
import type { LedgerSnapshot } from '../../model/ledger-snapshot.ts'

/** Left out by the operator's own choice, or not a message. */
const chosen: ReadonlySet<string> = new Set([
  'limit',
  'filter',
  'marked',
  'split',
  'kind',
  'route',
  'middleware',
  'kernel-packet',
  'packet-cut',
])

/** From 0 to 1; `targets` are the outputs that are compared. */
export function lostShareOf(ledger: LedgerSnapshot, targets: ReadonlySet<string>): number {
  const sum = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).reduce((total, [why, count]) => total + (chosen.has(why) ? 0 : count), 0)
  const atSources = ledger.sources.reduce((total, { dropped }) => total + sum(dropped), 0)
  const asked = ledger.outputs.filter(({ output }) => targets.has(output))
  const atTargets = Math.max(0, ...asked.map(({ dropped }) => sum(dropped)))
  const all = ledger.captured + atSources
  return all === 0 ? 0 : Math.min(1, (atSources + atTargets) / all)
}
