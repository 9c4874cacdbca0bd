// An output's account that remembers what it was told, for tests of outputs that nobody answers.
import type { OutputAccount, OutputDropReason } from '../../src/model/ledger.ts'

export interface CountingAccount {
  readonly account: OutputAccount
  readonly counts: { accepted: number; delivered: number }
  readonly drops: Map<OutputDropReason, number>
}

export function createCountingAccount(): CountingAccount {
  const counts = { accepted: 0, delivered: 0 }
  const drops = new Map<OutputDropReason, number>()
  const account: OutputAccount = {
    amplified: () => {},
    answered: () => {},
    scheduled: () => {},
    connected: () => {},
    redirected: () => {},
    unanswered: () => {},
    accepted: (count) => {
      counts.accepted += count
    },
    delivered: (count) => {
      counts.delivered += count
    },
    dropped: (reason, count) => {
      if (count > 0) drops.set(reason, (drops.get(reason) ?? 0) + count)
    },
  }
  return { account, counts, drops }
}
