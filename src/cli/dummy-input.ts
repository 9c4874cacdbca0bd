// `--input-dummy`: requests out of nothing.
import { createDummySource } from '../app/dummy-source.ts'
import type { Ledger } from '../app/ledger.ts'
import type { PlannedInput } from './planned-input.ts'
import { realWorld } from './real-world.ts'
import { parseCount } from './units.ts'

/** Reads how many a second. */
export function planDummyInput(text: string): PlannedInput {
  const perSecond = parseCount('input-dummy', text)
  const name = `--input-dummy ${text}`
  const open = async (ledger: Ledger) => {
    const stopped = new AbortController()
    const messages = createDummySource({ world: realWorld, perSecond, stopped: stopped.signal })
    const stop = () => stopped.abort()
    return { name, account: ledger.openSource(name), limiter: null, messages, stop }
  }
  return { guarded: [], open }
}
