// How much of the captured traffic was lost before it could be compared.
import type { SourceDropReason } from '../model/ledger.ts'
import type { LedgerSnapshot } from '../model/ledger-snapshot.ts'

/** Lost against the operator's will; a rule, a limit or a mark is not. */
const losses: ReadonlySet<string> = new Set<SourceDropReason>([
  'kernel-packet',
  'packet-cut',
  'gap',
  'truncated',
  'bad-start-line',
  'bad-header',
  'bad-chunk',
  'conflicting-length',
  'head-too-long',
  'message-too-long',
  'memory',
  'thread-queue',
  'bad-record',
  'middleware-exit',
  'middleware-queue',
])

/** From 0 to 1, of all messages that were there to be captured; 0 without a ledger. */
export function lostShareOf(ledger: LedgerSnapshot | null): number {
  if (ledger === null) return 0
  const lost = ledger.sources
    .flatMap(({ dropped }) => Object.entries(dropped))
    .reduce((sum, [reason, count]) => sum + (losses.has(reason) ? (count ?? 0) : 0), 0)
  return lost === 0 ? 0 : lost / (ledger.captured + lost)
}
