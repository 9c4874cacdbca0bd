// `--output-null`: takes everything and does nothing with it.
import type { OutputAccount } from '../model/ledger.ts'
import type { Output } from '../model/output.ts'

/** An output that counts each message as delivered. */
export function createNullOutput(name: string, account: OutputAccount): Output {
  return {
    name,
    write(batch) {
      account.accepted(batch.length)
      account.delivered(batch.length)
    },
    tick() {},
    idle: () => true,
    async close() {},
  }
}
