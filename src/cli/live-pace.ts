// `--replay-delay`: when what is captured now is due at the targets.
import { paceLive } from '../app/live-pace.ts'
import { isZero } from './flag-values.ts'
import type { FlagValues } from './flags.ts'
import type { PlannedInput } from './planned-input.ts'
import { realWorld } from './real-world.ts'
import { readPace } from './recordings.ts'
import { parseDuration } from './units.ts'

/**
 * A capture hands its packets over each 20 ms, another thread passes them on, and the loop of this
 * one has its own pauses: what comes together within that was not sent together.
 */
const defaultDelay = '30ms'

/** How long behind its capture a request is due; null: as soon as its turn comes. */
export function readReplayDelay(flags: FlagValues): number | null {
  if (readPace(flags) === 'asap') return null
  const delay = flags['replay-delay'] ?? defaultDelay
  return isZero(delay) ? 0 : parseDuration('replay-delay', delay)
}

/** The live input, with a time at which each of its requests is due. */
export function paceInput(planned: PlannedInput, delay: number | null): PlannedInput {
  if (delay === null) return { ...planned, isLive: true }
  return {
    ...planned,
    isLive: true,
    open: async (ledger, outputs) => {
      const input = await planned.open(ledger, outputs)
      return { ...input, messages: paceLive(input.messages, realWorld, delay) }
    },
  }
}
