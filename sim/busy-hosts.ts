// Hosts that are busy with other things: all slow down together, each has its own bad minutes, and
// now and then one stands still, so that whatever came meanwhile waits. In virtual time.
import { createRandom } from '../src/base/seeded-random.ts'
import type { Micros } from '../src/model/message.ts'

const second: Micros = 1_000_000

interface Stretch {
  readonly from: Micros
  readonly to: Micros
  readonly factor: number
}

/** One server on its own host, for so long; `shared` slows every host of the same machine. */
export class BusyHost {
  readonly #stalls: readonly Stretch[]
  readonly #phases: readonly Stretch[]
  readonly #shared: readonly Stretch[]

  constructor(seed: number, length: Micros, shared: readonly Stretch[]) {
    const random = createRandom(seed)
    // Every 6 s on average, most of them short and few of them long (Pareto).
    this.#stalls = scatter(random, length, 6 * second, () =>
      Math.min(3 * second, 30_000 * (1 - random()) ** (-1 / 1.3)),
    )
    this.#phases = createPhases(seed + 1, length)
    this.#shared = shared
  }

  /** What an answer takes that would take `usual` on a quiet host. */
  latency(at: Micros, usual: Micros): Micros {
    const slow = factorAt(this.#phases, at) * factorAt(this.#shared, at)
    let until = at + usual * slow
    for (const { from, to } of this.#stalls) {
      if (from >= until) break
      // What was under way, or came meanwhile, goes on when the stall is over.
      if (to > at) until += to - Math.max(from, at)
    }
    return Math.round(until - at)
  }
}

/** Stretches of some seconds, of up to three times the usual, every 45 s on average. */
export function createPhases(seed: number, length: Micros): readonly Stretch[] {
  const random = createRandom(seed)
  const lasts = () => -Math.log(1 - random()) * 15 * second
  return scatter(random, length, 45 * second, lasts, () => 1 + 2 * random() * random())
}

function scatter(
  random: () => number,
  length: Micros,
  every: Micros,
  lasts: () => Micros,
  factor: () => number = () => 1,
): readonly Stretch[] {
  const stretches: Stretch[] = []
  for (let at = 0; at < length; ) {
    at += -Math.log(1 - random()) * every
    const to = at + lasts()
    stretches.push({ from: at, to, factor: factor() })
    at = to
  }
  return stretches
}

function factorAt(stretches: readonly Stretch[], at: Micros): number {
  for (const { from, to, factor } of stretches) {
    if (from > at) return 1
    if (to > at) return factor
  }
  return 1
}
