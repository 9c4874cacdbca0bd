// When the file of `--ledger` is written again: a run that waits for traffic has nothing new to
// say, and to write a file takes most of what waiting costs.
import type { LedgerSnapshot } from '../model/ledger-snapshot.ts'
import type { Micros } from '../model/message.ts'

/** A file that would say the same again is written so seldom. */
const unchangedMax: Micros = 10_000_000

export class LedgerNews {
  #counts = ''
  #toldAt: Micros = Number.NEGATIVE_INFINITY

  /** Whether the snapshot, taken `now`, is to be written; it then counts as such. */
  isDue(snapshot: LedgerSnapshot, now: Micros): boolean {
    const counts = JSON.stringify({ ...snapshot, at: null })
    if (counts === this.#counts && now < this.#toldAt + unchangedMax) return false
    this.#counts = counts
    this.#toldAt = now
    return true
  }
}
